"""The engine: what the analyzers say together, as one context and as columns."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.context.bars_given import moving, names, watch
from trimtab.context.context_table import context_table, market_events
from trimtab.context.market_context_engine import MarketContextEngine
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.observations import Bars
from trimtab.domain.units import HOUR, MARKET, Coin, Micros

COINS = names(3)
ROWS = 700
TOLD = 6e-4
"""A context is told to four digits, a table holds them all."""


@pytest.fixture(scope="module")
def bars() -> Bars:
    random = np.random.default_rng(7)
    moves = 0.004 * (random.standard_t(4, (ROWS, 1)) + random.standard_t(4, (ROWS, 3)))
    moves[500:510] *= 6.0
    moves[300:320, 1] = np.nan
    return moving(moves, np.exp(random.normal(8.0, 0.4, (ROWS, 3))))


@pytest.fixture(scope="module")
def engine(bars: Bars) -> MarketContextEngine:
    return watch(MarketContextEngine.of(COINS, HOUR), bars)[0]


@pytest.fixture(scope="module")
def opens() -> NDArray[np.int64]:
    return np.arange(ROWS, dtype=np.int64) * HOUR


def test_before_any_bar_nothing_is_known() -> None:
    context = MarketContextEngine.of(COINS, HOUR).context(Micros(0))
    assert context.phase == "unknown"
    assert context.volatility_regime == "unknown"
    assert context.volatility is None
    assert context.mean_correlation is None
    assert 0.0 <= context.risk_level <= 100.0


def test_the_context_says_what_the_arrays_say(engine: MarketContextEngine) -> None:
    context = engine.context(Micros(ROWS * HOUR))
    assert [coin.coin for coin in context.coins] == list(COINS)
    assert context.phase == PHASES[engine.market_phase]
    assert [PHASES.index(coin.phase) for coin in context.coins] == engine.phases.tolist()
    regimes = [VOLATILITY_REGIMES.index(coin.volatility_regime) for coin in context.coins]
    assert regimes == engine.volatility_regimes.tolist()
    assert engine.phases.dtype == engine.volatility_regimes.dtype == np.int64
    assert (engine.sigmas > 0.0).all()


def test_it_stops_exactly_where_something_was_noticed(bars: Bars) -> None:
    engine, row = MarketContextEngine.of(COINS, HOUR), 0
    stops = 0
    while row < ROWS:
        engine, row = engine.advance(bars, row, ROWS)
        stops += 1
        assert engine.fired or row == ROWS
        assert engine.fired or not engine.events(Micros(row))
    assert stops > 5


def test_calm_rows_are_consumed_up_to_the_limit() -> None:
    still = moving(np.zeros((2000, 3)))
    engine, row = MarketContextEngine.of(COINS, HOUR).advance(still, 0, 1500)
    assert row == 1500
    assert not engine.fired


def test_the_table_says_of_each_bar_what_the_engine_knew_then(
    bars: Bars, opens: NDArray[np.int64]
) -> None:
    start = MarketContextEngine.of(COINS, HOUR)
    table = context_table(start, bars, opens)
    assert len(table["ts"]) == ROWS * 4
    for row in (0, 80, 310, 507, ROWS - 1):
        engine, _ = watch(start, bars[: row + 1])
        context = engine.context(Micros((row + 1) * HOUR))
        at = slice(4 * row, 4 * row + 4)
        assert table["ts"][at].tolist() == [row * HOUR] * 4
        assert table["symbol"][at].tolist() == [*COINS, MARKET]
        phases = [*(coin.phase for coin in context.coins), context.phase]
        assert table["phase"][at].tolist() == phases
        certain = [*(coin.confidence for coin in context.coins), context.confidence]
        assert certain == pytest.approx(table["confidence"][at].tolist(), rel=TOLD)
        regimes = [*(coin.volatility_regime for coin in context.coins), context.volatility_regime]
        assert table["volatility_regime"][at].tolist() == regimes
        assert context.volume_z == pytest.approx(table["volume_z"][at][-1], rel=TOLD)
        assert context.probabilities.bear == pytest.approx(table["p_bear"][at][-1], abs=TOLD)
        known = table["mean_correlation"][at][-1]
        assert context.mean_correlation == (None if np.isnan(known) else pytest.approx(known, TOLD))


def test_the_events_beside_the_table_are_those_of_the_run(
    bars: Bars, opens: NDArray[np.int64]
) -> None:
    start = MarketContextEngine.of(COINS, HOUR)
    events = market_events(start, bars, opens + HOUR)
    _, seen = watch(start, bars)
    assert [(event.at // HOUR, type(event)) for event in events] == [
        (event.at, type(event)) for event in seen
    ]


def test_coins_join_and_leave(engine: MarketContextEngine) -> None:
    joined = engine.joined((COINS[2], Coin("NEW")))
    assert joined.phases.tolist() == [engine.phases[2], PHASES.index("unknown")]
    assert joined.market_phase == engine.market_phase
    onward, _ = joined.advance(moving(np.zeros((5, 2))), 0, 5)
    assert len(onward.context(Micros(0)).coins) == 2


def of_two(bars: Bars) -> Bars:
    """The first two coins alone; laid out as kernels want it."""
    part: Bars = np.ascontiguousarray(bars[:, :, :2])
    part.flags.writeable = False
    return part


def test_a_coin_that_joins_with_its_history_is_known_at_once(bars: Bars) -> None:
    whole, _ = watch(MarketContextEngine.of(COINS, HOUR), bars)
    without, _ = watch(MarketContextEngine.of(COINS[:2], HOUR), of_two(bars))
    joined = without.joined(COINS, bars)

    newcomer = COINS.index(COINS[2])
    assert joined.phase.cells[newcomer] == whole.phase.cells[newcomer]
    assert joined.volatility.cells[newcomer] == whole.volatility.cells[newcomer]
    assert joined.volume.cells[newcomer] == whole.volume.cells[newcomer]
    assert joined.correlation.cells[newcomer] == whole.correlation.cells[newcomer]
    assert joined.market_phase == without.market_phase
    pair = {one.pair: one for one in joined.correlation.pair_readings()}[COINS[0], COINS[2]]
    assert pair.now == pytest.approx(
        {one.pair: one for one in whole.correlation.pair_readings()}[COINS[0], COINS[2]].now
    )


def test_a_history_of_another_length_ends_at_the_same_hour_of_the_week(bars: Bars) -> None:
    engine, _ = watch(MarketContextEngine.of(COINS[:2], HOUR), of_two(bars))
    for rows in (ROWS - 1, ROWS - 100, 40):
        history = np.ascontiguousarray(bars[-rows:])
        history.flags.writeable = False
        joined = engine.joined(COINS, history)
        assert joined.volume.cells["clock"][-1] == engine.volume.cells["clock"][-1]
        assert (rows - engine.volume.rows_off(rows)) % 168 in {ROWS % 168, 0}


def test_the_share_of_the_largest_factors_is_told_once_a_day_has_ended(
    engine: MarketContextEngine,
) -> None:
    assert engine.context(Micros(0)).absorption is None
    told = engine.after_day().context(Micros(0))
    assert told.absorption is not None
    assert 1.0 / 3.0 < told.absorption < 1.0
    assert told.absorption_z is None
    assert MarketContextEngine.of(COINS, HOUR).after_day().context(Micros(0)).absorption is None
