"""Scores of detectors of falling correlations, on looks that are made up, and on small markets."""

from __future__ import annotations

from math import isnan
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from trimtab.lab.scores.correlation_markets import Breakdown, QuietMarket, quiet_moves
from trimtab.lab.scores.correlation_picture import size_picture
from trimtab.lab.scores.correlation_rivals import (
    DETECTORS,
    FIRST,
    LOOK,
    Looks,
    shipped_events,
    tracker,
)
from trimtab.lab.scores.correlation_scores import (
    Limits,
    SizeScore,
    event_score,
    false_alarms,
    fitted,
    power_score,
    rows_to_alarm,
    size_score,
)


def looks(market: list[float], coin: float = 0.0, pair: float = 0.0) -> Looks:
    count = len(market)
    return Looks(np.full((count, 3), pair), np.full((count, 3), coin), np.array(market))


def test_the_size_is_the_share_of_pairs_below_the_limit_over_all_seeds() -> None:
    score = size_score("m", "d", [looks([0.0] * 10, pair=-3.0), looks([0.0] * 10, pair=-2.0)])
    assert (score.size, score.worst) == (0.5, 1.0)
    assert score.error == pytest.approx(0.5)


def test_limits_are_such_that_luck_passes_them_as_often_as_allowed() -> None:
    random = np.random.default_rng(1)
    quiet = [
        Looks(
            random.normal(size=(9000, 3)), random.normal(size=(9000, 3)), random.normal(size=9000)
        )
        for _ in range(20)
    ]
    alarms = false_alarms("d", quiet, fitted(quiet))
    assert alarms.a_year == pytest.approx(1.0, abs=0.15)
    assert alarms.error == pytest.approx(0.09, abs=0.02)


def test_the_delay_counts_from_the_start_to_the_end_of_the_look() -> None:
    limits = Limits(coin=-4.0, market=-3.0)
    quiet, alarm = [0.0] * 10, [-3.5] * 10
    assert rows_to_alarm(looks([*quiet, *alarm]), limits, FIRST + 6 * LOOK) == 5 * LOOK
    assert rows_to_alarm(looks([*alarm, *quiet]), limits, FIRST + 9 * LOOK) == LOOK
    assert rows_to_alarm(looks([*quiet, *alarm], coin=-4.5), limits, FIRST + 2 * LOOK) == LOOK
    assert rows_to_alarm(looks([*quiet, *quiet, *alarm]), limits, FIRST) is None


def test_what_is_missed_counts_in_the_share_and_not_in_the_delay() -> None:
    breakdown = Breakdown("all", 0)
    score = power_score("m", breakdown, "d", [12, None, 24, None])
    assert (score.found, score.delay) == (0.5, 18.0)
    assert isnan(power_score("m", breakdown, "d", [None]).delay)


def test_events_are_counted_a_year() -> None:
    score = event_score("m", [0, 2, 1, 1], 8766)
    assert (score.a_year, score.error, score.worst) == (1.0, 0.5, 2.0)
    assert event_score("m", [0, 0], 8766).error > 0.0


@pytest.mark.parametrize("name", DETECTORS)
def test_every_detector_says_something_of_every_pair_coin_and_market_at_each_look(
    name: str,
) -> None:
    moves = quiet_moves(FIRST + 5 * LOOK + 3, QuietMarket(coins=4), np.random.default_rng(2))
    said = DETECTORS[name](moves)
    assert said.pairs.shape == (5, 6)
    assert said.coins.shape == (5, 4)
    assert said.market.shape == (5,)
    assert np.isfinite(said.pairs).all()


@pytest.mark.parametrize("name", DETECTORS)
def test_every_detector_sees_a_market_that_falls_apart_for_days(name: str) -> None:
    moves = quiet_moves(FIRST + 120, QuietMarket(0.8, coins=4), np.random.default_rng(2))
    moves[FIRST:] = quiet_moves(120, QuietMarket(0.0, coins=4), np.random.default_rng(3))
    said = DETECTORS[name](moves)
    assert said.market[-1] < said.market[0] - 0.3
    assert (said.coins[-1] < said.coins[0]).all()


def test_the_shipped_tracker_tells_the_same_market_in_time() -> None:
    moves = quiet_moves(FIRST + 120, QuietMarket(0.8, coins=4), np.random.default_rng(2))
    moves[FIRST:] = quiet_moves(120, QuietMarket(0.0, coins=4), np.random.default_rng(3))
    (row,) = shipped_events(moves)
    assert FIRST < row <= FIRST + 48
    assert tracker(moves).market[(row - FIRST) // LOOK - 1] < -2.0


def test_the_picture_shows_every_score_and_can_be_read_as_xml() -> None:
    sizes = [SizeScore("0.3", "a<b", 0.01, 0.0, 0.0), SizeScore("0.3", "c", 0.05, 0.0, 0.0)]
    root = ET.fromstring(size_picture(sizes))  # noqa: S314 - our own text
    words = [element.text for element in root.iter() if element.text]
    assert {"1.00 %", "5.00 %", "a<b", "c", "nominal: 1 %"} <= set(words)
    widths = [float(e.attrib["width"]) for e in root.iter() if e.attrib.get("height") == "16"]
    assert widths[1] == pytest.approx(5.0 * widths[0], rel=0.01)
