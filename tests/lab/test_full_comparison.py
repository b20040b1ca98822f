"""What a comparison says as a whole, and when its controls count as passed."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.domain.configuration import Costs
from trimtab.domain.decisions import BooksMarked
from trimtab.domain.units import DAY, Coin, Micros, TopicName
from trimtab.lab.deflated_sharpe import Luck
from trimtab.lab.full_comparison import Bots, FullComparison, Kind, full_comparison
from trimtab.lab.round_trips import RoundTrips

TOPIC = TopicName("a-8h")


def bots(daily: float, trades: int = 400, noise: float = 1.0) -> Bots:
    """An adapted book that gains so much a day, and a static one that gains nothing."""
    chance = np.random.default_rng(3)
    adapted, static = (
        1_000.0 + np.cumsum(gain + noise * chance.standard_normal(400)) for gain in (daily, 0.0)
    )
    marks = [
        BooksMarked(
            at=Micros(day * DAY),
            books=("adapted", "static"),
            equity=(one, other),
            trades=(trades * day // 399, day),
            wins=(trades * day // 798, day // 2),
            net_bp=(1.0 * day, 0.0),
            fees=(1.0 * day, 2.0 * day),
            funding=(0.0, 0.0),
            turnover=(10_000.0 * day, 0.0),
            slippage=(1.5 * day, 0.0),
        )
        for day, (one, other) in enumerate(zip(adapted.tolist(), static.tolist(), strict=True))
    ]
    none, sums = np.zeros(0, np.int64), np.zeros(0)
    trips = RoundTrips((Coin("BTC"),), none, none, none, sums, sums, none, none)
    return Bots({TOPIC: marks}, [[]], [trips])


def found(daily: float, **controls: tuple[Kind, Bots]) -> FullComparison:
    return full_comparison(bots(daily), {"less": bots(0.0)}, controls, 1_000.0, Costs())


@pytest.mark.parametrize(
    ("daily", "verdict"),
    [(1.0, "adapting helped"), (-1.0, "adapting did not help"), (0.0, "not yet known")],
)
def test_the_verdict_follows_from_the_interval(daily: float, verdict: str) -> None:
    assert found(daily).verdict == verdict


def test_slippage_is_split_into_half_the_spread_and_the_impact() -> None:
    costs = found(0.0).costs["adapted"]
    assert (costs.fees, costs.spread, costs.impact) == (399.0, 399.0, 0.5 * 399.0)


def test_a_part_is_worth_what_is_lost_without_it() -> None:
    worth = found(1.0).ablations["less"]
    gap = worth.difference.sharpe
    assert gap.low is not None
    assert gap.low > 0.0
    assert worth.adapted.trades == 400


def test_a_placebo_that_gains_fails_and_one_that_hardly_traded_says_nothing() -> None:
    controls = found(
        0.0, gains=("placebo", bots(1.0)), rests=("placebo", bots(1.0, trades=20)),
        seen=("planted", bots(1.0)), missed=("planted", bots(0.0)), dear=("stress", bots(1.0)),
    ).controls  # fmt: skip
    assert {name: one.passed for name, one in controls.items()} == {
        "gains": False, "rests": True, "seen": True, "missed": False, "dear": None,
    }  # fmt: skip


def test_more_trials_leave_less_to_believe() -> None:
    few, many = (
        full_comparison(bots(0.1), {}, {}, 1_000.0, Costs(), Luck(trials)).evidence
        for trials in (1, 200)
    )
    assert few.adapted is not None
    assert many.adapted is not None
    assert few.adapted > many.adapted
