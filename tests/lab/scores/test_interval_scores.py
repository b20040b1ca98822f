"""The intervals of a comparison are scored on books whose difference is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import default_rng

from trimtab.domain.units import TopicName
from trimtab.lab.comparison import compare
from trimtab.lab.paired_days import FIGURES
from trimtab.lab.scores.interval_arms import CAPITAL, OWN_TRADES, SAME_TRADES, marked
from trimtab.lab.scores.interval_scores import interval_picture, score_intervals

TOPIC = TopicName("a-8h")


def net_bp(advantage: float, seed: int, days: int = 400) -> float:
    found = compare({TOPIC: marked(SAME_TRADES, advantage, days, default_rng(seed))}, CAPITAL)
    value = found.pooled.difference.net_bp_per_trade.value
    assert value is not None
    return value


def test_equal_arms_make_the_same_trades_with_fills_of_their_own() -> None:
    found = compare({TOPIC: marked(SAME_TRADES, 0.0, 400, default_rng(1))}, CAPITAL).pooled
    assert found.adapted.trades == found.static.trades > 2_000
    assert found.adapted.total_return != found.static.total_return


def test_fills_of_both_arms_have_the_same_mean() -> None:
    differences = [net_bp(0.0, seed) for seed in range(20)]
    assert abs(np.mean(differences)) < 3.0 * np.std(differences) / np.sqrt(20)


def test_a_planted_advantage_is_what_the_first_arm_earns_more() -> None:
    assert net_bp(20.0, 1) == pytest.approx(20.0 + net_bp(0.0, 1), abs=1e-6)


def test_an_arm_may_take_signals_of_its_own() -> None:
    found = compare({TOPIC: marked(OWN_TRADES, 0.0, 400, default_rng(1))}, CAPITAL).pooled
    assert 1_000 < found.adapted.trades != found.static.trades > 1_000


def test_the_same_seed_makes_the_same_marks() -> None:
    one, again = (marked(OWN_TRADES, 0.0, 50, default_rng(3)) for _ in range(2))
    assert one == again


def test_most_intervals_of_equal_arms_hold_nothing_and_a_large_advantage_is_found() -> None:
    scores = score_intervals(24, default_rng, days=250)
    assert {row.figure for row in scores.rows} == set(FIGURES)
    for row in scores.rows:
        assert row.holds_nothing >= 0.75
    assert scores.rows[0].found == 1.0
    furthest = max(abs(row.holds_nothing - 0.95) for row in scores.rows)
    assert abs(scores.worst - 0.95) == furthest
    assert "hold 0, 24 runs each" in interval_picture(scores)


def test_no_runs_no_score() -> None:
    with pytest.raises(ValueError, match="give 1 or more"):
        score_intervals(0, default_rng)
