"""The engine's static book and a twin that was written without the engine come to the same sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.builders.market import COINS, FORECASTERS, NAMES, World, started
from tests.builders.running import Run, run
from trimtab.domain.configuration import Configuration, Costs, Instrument, RiskLimits
from trimtab.domain.decisions import BooksMarked
from trimtab.domain.observations import OPEN
from trimtab.domain.units import DAY, HOUR, Bp, Leverage
from trimtab.lab.alignment import on_rows
from trimtab.lab.forecasters import simulate_forecasts
from trimtab.lab.markets import MarketParameters, synthetic_market
from trimtab.lab.static_twin import TwinMarket, TwinRules, TwinRun, simulate
from trimtab.lab.synthetic_bars import Habits
from trimtab.trading.records import TWIN

ROWS = 480
TOPIC = FORECASTERS[0].topic
COSTS = Costs(impact=Bp(0.0))
CONFIGURATION = Configuration(
    topics=(TOPIC,),
    mix={TOPIC.name: NAMES},
    risk=RiskLimits(Leverage(1.0), maximum_drawdown=None),
    costs=COSTS,
)
FINE = tuple(Instrument(coin, size_decimals=8) for coin in NAMES)
LOTS = 1e-3
"""Dollars that rounding to whole lots may cost."""
AGE = 0.2
"""Dollars: the engine pays funding on the last price it knows, the twin on the one an hour later."""
A_TRADE = 0.01
"""Basis points: what that comes to in one trade."""


seeds = some.integers(0, 2**32 - 1)


def market_of(seed: int, funding: float = 1e-4) -> World:
    """Every bar opens where the one before it closed, so that both size by the same price."""
    markets, views, settlements = np.random.default_rng(seed).spawn(3)
    market = synthetic_market(ROWS, markets, MarketParameters(COINS, habits=Habits(gap=0.0)))
    forecasts = simulate_forecasts(market, views, FORECASTERS[:1])
    return World(market, forecasts, funding * settlements.normal(size=(ROWS // 8, len(COINS))))


def told_again(chosen: World) -> TwinRun:
    """By the twin without orders, fills and books."""
    opens_at = chosen.market.closes_at - HOUR
    forecasts, settled_at = chosen.forecasts, chosen.market.closes_at[7::8]
    seen = TwinMarket(
        np.ascontiguousarray(chosen.market.bars[:, OPEN]),
        on_rows(opens_at, forecasts.instants, forecasts.values[:, 0], np.nan),
        on_rows(opens_at, settled_at, chosen.rates, 0.0),
    )
    return simulate(seen, TwinRules(TOPIC.horizon // HOUR, costs=COSTS))


def told_by_the_engine(chosen: World) -> Run:
    return run(started(chosen.opened, CONFIGURATION, traded=FINE), chosen.facts())


@settings(max_examples=6)
@given(seeds)
def test_the_engines_static_book_and_the_plain_twin_make_the_same_trades(seed: int) -> None:
    chosen = market_of(seed)
    engine, twin = told_by_the_engine(chosen), told_again(chosen)
    book = engine.mind.books.records[TWIN]
    assert book["trades"] == len(twin.trades) > 100
    assert book["net_bp"] == pytest.approx(
        twin.trades["net_bp"].sum(), abs=A_TRADE * len(twin.trades)
    )
    assert book["fees"] > 0.0


@settings(max_examples=6)
@given(seeds)
@pytest.mark.parametrize(("funding", "within"), [(0.0, LOTS), (1e-4, AGE)])
def test_their_equity_is_the_same_at_the_open_of_every_day(
    funding: float, within: float, seed: int
) -> None:
    chosen = market_of(seed, funding)
    marked = told_by_the_engine(chosen).told(BooksMarked)
    rows = [(mark.at - chosen.opened) // HOUR for mark in marked]
    expected = told_again(chosen).equity[rows]
    assert [mark.at % DAY for mark in marked] == [0] * (ROWS // 24)
    assert [mark.equity[TWIN] for mark in marked] == pytest.approx(expected.tolist(), abs=within)


def test_both_pay_funding_that_can_be_felt() -> None:
    chosen = market_of(1, 1e-3)
    paid = told_by_the_engine(chosen).mind.books.records[TWIN]["funding"]
    closed = told_again(chosen).trades["funding"].sum()
    assert abs(closed) > 1.0
    assert paid == pytest.approx(closed, rel=0.05)
