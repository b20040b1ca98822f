"""Drop detectors on streams whose drop is known."""

from __future__ import annotations

import os

import numpy as np
import pytest
from msgspec import structs
from numpy.typing import NDArray

from trimtab.app.lab.score_drop import picture
from trimtab.lab.scores.drop_bound import power, shortest_delay
from trimtab.lab.scores.drop_rivals import FirstAlarm, cusum, ddm, page_hinkley, window
from trimtab.lab.scores.drop_scores import (
    CALM,
    DropRow,
    DropScores,
    delay,
    false_alarms,
    scored,
    shortest,
    useless_ratio,
)
from trimtab.lab.scores.drop_streams import (
    before_and_after,
    independent_hits,
    overlapping_hits,
    useless_hits,
)
from trimtab.lab.scores.drop_watcher import e_detector, statistics

Floats = NDArray[np.float64]
COMPILED = os.environ.get("NUMBA_DISABLE_JIT", "0") == "0"
LENGTH = 20_000


def test_hits_have_the_planted_rate_and_a_horizon_apart_nothing_in_common() -> None:
    hits = overlapping_hits(np.full(LENGTH, 0.56), 8, np.random.default_rng(1))
    assert hits.mean() == pytest.approx(0.56, abs=0.07)
    assert correlation(hits, 1) > 0.6
    assert correlation(hits, 8) == pytest.approx(0.0, abs=0.1)
    assert correlation(overlapping_hits(np.full(LENGTH, 0.5), 1, np.random.default_rng(2)), 1) < 0.1


def test_useless_forecasts_are_right_half_of_the_time_and_persist() -> None:
    hits = useless_hits(LENGTH, 8, np.random.default_rng(3))
    assert hits.mean() == pytest.approx(0.5, abs=0.08)
    assert correlation(hits, 1) > 0.4


def generators(count: int) -> list[np.random.Generator]:
    return [np.random.default_rng(seed) for seed in range(count)]


def correlation(hits: Floats, lag: int) -> float:
    return float(np.corrcoef(hits[lag:], hits[:-lag])[0, 1])


def test_skills_change_once_at_the_drop() -> None:
    assert before_and_after(0.6, 0.4, 1, 2, 2).tolist() == [0.6, 0.6, 0.4, 0.4, 0.4, 0.4]


def test_the_e_detector_does_what_its_formula_says() -> None:
    hits = np.array([0.0, 1.0, 0.0, 0.0])
    bets, statistic = np.array([0.2, 0.4, 0.7]), np.zeros(3)
    expected: list[float] = []
    for hit in hits.tolist():
        statistic = (statistic + 1.0) * (1.0 + bets * (0.54 - hit))
        expected.append(statistic.mean())
    place, seen = statistics(hits, 1, 0.54, 1e9)
    assert place == -1
    assert seen.tolist() == pytest.approx(expected)
    assert statistics(hits, 1, 0.54, expected[2])[0] == 2


@pytest.mark.parametrize(
    "detector", [e_detector(0.54, 50.0), window(20), cusum(0.56, 0.2, 3.0), page_hinkley, ddm]
)
def test_every_detector_notices_that_nothing_is_right_any_more_and_no_one_alarms_on_success(
    detector: FirstAlarm,
) -> None:
    right, wrong = np.ones(400), np.zeros(400)
    right[::40] = 0.0
    assert detector(right, 1) == -1
    assert 0 <= detector(np.concatenate([right, wrong]), 1) - 400 < 300


def test_false_alarms_begin_anew_and_a_delay_is_counted_from_the_drop() -> None:
    def every_tenth(hits: Floats, _: int) -> int:
        return 9 if len(hits) > 9 else -1

    assert false_alarms(every_tenth, np.ones(35), 1) == (9, 19, 29)
    assert delay(every_tenth, np.ones(CALM + 35), 1) == 10.0
    assert delay(every_tenth, np.ones(CALM), 1) == float("inf")


def test_a_row_says_what_a_detector_did_and_scores_find_it() -> None:
    row = scored("window 50", window(50), 1, 2_000 if COMPILED else 300, generators(2))
    assert row.false_alarms > 10.0
    assert row.median_delay is not None
    assert row.missed == 0.0
    scores = DropScores(2, 2_000.0, (row,), {})
    assert scores.row("window 50", 1) is row
    with pytest.raises(KeyError, match="DDM at overlap 24"):
        scores.row("DDM", 24)


@pytest.mark.skipif(not COMPILED, reason="too many rows for running without the compiler")
def test_on_useless_persistent_forecasts_the_promise_holds() -> None:
    assert useless_ratio(e_detector(0.5, 200.0), 8, 2_000, 200.0, generators(4)) < 1.5


def test_the_picture_shows_the_drop_and_the_alarm() -> None:
    drawn = picture(1)
    assert drawn.startswith("<svg ")
    assert "<title>the drop</title>" in drawn
    assert "<title>the alarm</title>" in drawn


def test_no_detector_is_quicker_than_the_most_powerful_test_of_its_false_alarms() -> None:
    assert power(1, 0.6, 0.4, 0.4) == pytest.approx(0.6)  # a miss is an alarm
    assert power(1, 0.6, 0.4, 0.2) == pytest.approx(0.3)  # half of the misses are
    assert power(5, 0.6, 0.4, 1.0) == pytest.approx(1.0)
    bound = shortest_delay(0.56, 0.48, 2e-4)
    assert shortest_delay(0.56, 0.48, 2e-3) < bound < shortest_delay(0.56, 0.5, 2e-4)


@pytest.mark.parametrize(
    ("after", "false_alarms", "field"), [(0.6, 1e-3, "after"), (0.4, 0.0, "false_alarms")]
)
def test_without_a_drop_or_an_alarm_there_is_no_bound(
    after: float, false_alarms: float, field: str
) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        shortest_delay(0.6, after, false_alarms)


def test_detectors_keep_the_bound() -> None:
    row = scored("CUSUM", cusum(0.7, 0.4, 2.0), 1, 4_000 if COMPILED else 300, generators(8))
    assert row.median_delay is not None
    assert row.median_delay >= shortest_delay(0.56, 0.48, row.false_alarms / 1e4 + 1e-4)


@pytest.mark.parametrize(("overlap", "worth"), [(1, 1.0), (96, 1.375)])
def test_overlapping_hits_are_worth_little_more_than_one_a_horizon(
    overlap: int, worth: float
) -> None:
    assert independent_hits(overlap) == pytest.approx(worth, abs=1e-3)


def test_a_bound_is_told_where_the_window_gave_false_alarms() -> None:
    row = DropRow("window 200", 1, 7.4, 138.0, 0.0)
    assert shortest(row) == shortest_delay(0.56, 0.48, 1.48e-4) > 138.0
    assert shortest(structs.replace(row, false_alarms=0.0)) is None
