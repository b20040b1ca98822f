"""The engine-free twin against a slower one that is written in another way."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from trimtab.domain.configuration import Costs
from trimtab.domain.units import Bp
from trimtab.lab.static_twin import TwinMarket, TwinRules, simulate

Floats = NDArray[np.float64]
FREE = Costs(taker_fee=Bp(0.0), half_spread=Bp(0.0))


class Deal(NamedTuple):
    """A trade as the oracle finds it: rows, and what had been earned at each row since."""

    entered: int
    left: int | None
    side: int
    worth: dict[int, float]


def last_known(opens: Floats) -> list[float]:
    prices = [float("nan")]
    for price in opens.tolist():
        prices.append(price if price > 0.0 else prices[-1])
    return prices[1:]


def deals(
    opens: Floats, forecasts: Floats, funding: Floats, rules: TwinRules, share: float
) -> list[Deal]:
    found: list[Deal] = []
    row = rules.start
    while row < len(opens):
        if not (opens[row] > 0.0 and abs(forecasts[row]) > rules.threshold):
            row += 1
            continue
        later = range(row + rules.horizon, len(opens))
        left = next((at for at in later if opens[at] > 0.0), None)
        found.append(
            deal(opens, funding, row, left, int(np.sign(forecasts[row])), share, rules.costs)
        )
        row = len(opens) if left is None else left
    return found


def deal(
    opens: Floats,
    funding: Floats,
    entered: int,
    left: int | None,
    side: int,
    share: float,
    costs: Costs,
) -> Deal:
    fee, half = costs.taker_fee / 10_000, costs.half_spread / 10_000
    prices = last_known(opens)
    quantity = share / prices[entered]
    bought = prices[entered] * (1 + side * half)
    worth: dict[int, float] = {}
    paid = quantity * bought * fee
    for row in range(entered, len(opens) if left is None else left + 1):
        paid += side * quantity * prices[row] * funding[row] if row > entered else 0.0
        worth[row] = side * quantity * (prices[row] - bought) - paid
    if left is not None:
        sold = prices[left] * (1 - side * half)
        worth[left] = side * quantity * (sold - bought) - paid - quantity * sold * fee
    return Deal(entered, left, side, worth)


def equity_of(found: list[Deal], rows: int) -> Floats:
    equity = np.zeros(rows)
    for one in found:
        for row in range(one.entered, rows):
            equity[row] += one.worth[row if one.left is None else min(row, one.left)]
    return equity


def market(seed: int, rows: int, coins: int) -> TwinMarket:
    draw = np.random.default_rng(seed)
    opens = np.exp(draw.normal(0.0, 0.05, (rows, coins)).cumsum(axis=0))
    opens[draw.random((rows, coins)) < 0.1] = np.nan
    forecasts = draw.normal(0.0, 0.01, (rows, coins))
    forecasts[draw.random((rows, coins)) < 0.2] = np.nan
    funding = np.where(draw.random((rows, coins)) < 0.3, draw.normal(0.0, 1e-3, (rows, coins)), 0.0)
    return TwinMarket(opens, forecasts, funding)


def column(values: list[float]) -> Floats:
    return np.array(values, np.float64)[:, None]


@given(some.integers(0, 10_000), some.integers(1, 40), some.integers(1, 3), some.integers(1, 5))
@settings(max_examples=60)
def test_two_programs_find_the_same_trades_and_equity(
    seed: int, rows: int, coins: int, horizon: int
) -> None:
    seen = market(seed, rows, coins)
    rules = TwinRules(horizon, threshold=0.004, start=min(3, rows), capital=1_000.0)
    run = simulate(seen, rules)
    expected = [
        deals(
            seen.opens[:, coin],
            seen.forecasts[:, coin],
            seen.funding[:, coin],
            rules,
            1_000.0 / coins,
        )
        for coin in range(coins)
    ]
    closed = [
        (coin, one.entered, one.left, one.side)
        for coin, found in enumerate(expected)
        for one in found
        if one.left is not None
    ]
    assert [
        tuple(row) for row in run.trades[["coin", "entered", "left", "side"]].tolist()
    ] == closed
    profits = [one.worth[one.left] for found in expected for one in found if one.left is not None]
    np.testing.assert_allclose(run.trades["profit"], profits, atol=1e-9)
    equity = 1_000.0 + sum((equity_of(found, rows) for found in expected), np.zeros(rows))
    np.testing.assert_allclose(run.equity, equity, atol=1e-9)


def test_a_round_trip_pays_fee_and_half_spread_twice() -> None:
    flat = TwinMarket(column([100, 100, 100]), column([0.01, np.nan, np.nan]), column([0, 0, 0]))
    run = simulate(flat, TwinRules(horizon=2))
    assert run.trades["net_bp"][0] == pytest.approx(-11.0, abs=0.01)
    assert run.trades["turnover"][0] == pytest.approx(20_000.0)
    assert run.equity[-1] == pytest.approx(10_000.0 - run.trades["fees"][0] - 2.0, abs=1e-6)


def test_funding_is_paid_for_the_moment_of_the_exit_but_not_of_the_entry() -> None:
    flat = TwinMarket(
        column([100, 100, 100]), column([0.01, np.nan, np.nan]), column([0.5, 0.01, 0.02])
    )
    run = simulate(flat, TwinRules(horizon=2, costs=FREE))
    assert run.trades["funding"][0] == pytest.approx(300.0)
    assert run.equity.tolist() == pytest.approx([10_000.0, 9_900.0, 9_700.0])


def test_a_short_receives_the_funding_and_gains_when_the_price_falls() -> None:
    falling = TwinMarket(column([100, 90]), column([-0.01, np.nan]), column([0, 0.01]))
    run = simulate(falling, TwinRules(horizon=1, costs=FREE))
    assert run.trades["side"][0] == -1
    assert run.trades["profit"][0] == pytest.approx(1_000.0 + 90.0)


def test_a_new_forecast_opens_anew_at_the_open_of_the_exit() -> None:
    always = TwinMarket(column([100.0] * 7), column([0.01] * 7), column([0.0] * 7))
    trades = simulate(always, TwinRules(horizon=3)).trades
    assert trades[["entered", "left"]].tolist() == [(0, 3), (3, 6)]


def test_an_exit_without_a_price_waits_for_the_next_one() -> None:
    gap = TwinMarket(
        column([100, np.nan, 0.0, 120]), column([0.01, 0.01, 0.01, np.nan]), column([0] * 4)
    )
    run = simulate(gap, TwinRules(horizon=1, costs=FREE))
    assert run.trades[["entered", "left"]].tolist() == [(0, 3)]
    assert run.equity.tolist() == pytest.approx([10_000, 10_000, 10_000, 12_000])


def test_a_forecast_as_large_as_the_threshold_does_not_exceed_it() -> None:
    always = TwinMarket(column([100.0] * 4), column([0.01] * 4), column([0.0] * 4))
    assert len(simulate(always, TwinRules(horizon=1, threshold=0.01)).trades) == 0


def test_views_of_read_only_bars_give_the_same_as_fresh_arrays() -> None:
    seen = market(5, 30, 2)
    blocks = np.stack([seen.opens, seen.forecasts, seen.funding], axis=1)
    blocks.flags.writeable = False
    views = TwinMarket(blocks[:, 0], blocks[:, 1], blocks[:, 2])
    fresh, viewed = simulate(seen, TwinRules(2)), simulate(views, TwinRules(2))
    assert viewed.equity.tolist() == fresh.equity.tolist()
    assert viewed.trades.tolist() == fresh.trades.tolist()


@given(some.integers(0, 10_000), some.integers(1, 29))
@settings(max_examples=30)
def test_the_future_changes_nothing_of_the_past(seed: int, cut: int) -> None:
    seen = market(seed, 30, 2)
    whole, part = simulate(seen, TwinRules(3)), simulate(seen.until(cut), TwinRules(3))
    assert part.equity.tolist() == whole.equity[:cut].tolist()


def test_positions_of_one_coin_never_overlap() -> None:
    trades = simulate(market(1, 200, 3), TwinRules(4)).trades
    for before, after in pairwise(trades):
        assert before["coin"] < after["coin"] or before["left"] <= after["entered"]
