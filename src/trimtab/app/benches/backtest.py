"""Bars per CPU-second of the whole loop, on the work that other back-testers are measured with."""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.app.benches.rivals.comparing import RivalFigures, compared
from trimtab.app.benches.rivals.work import FEE, LOT, LOT_DECIMALS, NOTIONAL, Trade
from trimtab.app.compose import run_through, started
from trimtab.app.summary import Summary
from trimtab.domain.configuration import Configuration, Costs, Instrument, RiskLimits, Topic
from trimtab.domain.observations import BarsClosed, EngineStarted, OrderFilled
from trimtab.domain.units import HOUR, Bp, Leverage, Micros, TopicName
from trimtab.lab.markets import SyntheticMarket
from trimtab.lab.sma_market import minute_bars
from trimtab.ports import Audience, Recorded

BARS = 500_000
RUNS = 5
SEED = 20_240_601
BLOCK = 50_000
"""Rows a block, as a recorded feed would give them."""
CAPITAL = 10_000.0


class BacktestFigures(Struct, frozen=True):
    """Medians; a bar is one coin's row."""

    bars: int
    bars_per_cpu_s: float
    cpu_s: float
    trades: int
    facts: int
    rivals: dict[str, RivalFigures]
    """Other back-testers on the same bars: with their ratio where all trades are equal."""


def run_once(rows: int) -> int:
    """A small run, for compiling; its trades."""
    market = minute_bars(rows, np.random.default_rng(SEED))
    return _run(market, _started(market))[1]


def measure_backtest(
    pythons: Mapping[str, str] | None = None, bars: int = BARS, runs: int = RUNS
) -> BacktestFigures:
    """The first run compiles and is not counted. `pythons`: interpreters that hold rivals."""
    market = minute_bars(bars, np.random.default_rng(SEED))
    start = _started(market)
    own = trades_of(market, start)
    taken = [_run(market, start) for _ in range(runs)]

    def measured() -> float:
        taken.append(_run(market, start))
        return taken[-1][0]

    rivals = compared(market.bars[:, :, 0], own, pythons or {}, runs, measured)
    seconds = median(one[0] for one in taken)
    _, trades, facts = taken[0]
    return BacktestFigures(bars, round(bars / seconds), round(seconds, 4), trades, facts, rivals)


class _Fills:
    """The fills of a run."""

    def __init__(self) -> None:
        self.all: list[OrderFilled] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        self.all += [fact for _, fact in records if isinstance(fact, OrderFilled)]


def trades_of(market: SyntheticMarket, start: EngineStarted) -> list[Trade]:
    """Every closed trade of one run, from the facts in its journal."""
    fills = _Fills()
    _run(market, start, fills)
    trades: list[Trade] = []
    entry: OrderFilled | None = None
    for fill in fills.all:
        if fill.profit is None:
            entry = fill
        elif entry is not None:
            rows = [int((one.at - start.at) // market.interval) for one in (entry, fill)]
            lots = round(float(entry.size) / LOT) * (1 if entry.side == "buy" else -1)
            prices = float(entry.price), float(fill.price)
            trades.append(Trade(rows[0], rows[1], lots, *prices, float(fill.profit)))
    return trades


def _started(market: SyntheticMarket) -> EngineStarted:
    """Costs are a fee alone: the one that every back-tester knows."""
    topic = Topic(TopicName("sma-cross"), "log_return", HOUR)
    fee = Bp(FEE * 1e4)
    configuration = Configuration(
        (topic,),
        {topic.name: market.coins},
        gate=None,
        risk=RiskLimits(Leverage(NOTIONAL / CAPITAL), maximum_drawdown=None),
        costs=Costs(taker_fee=fee, half_spread=Bp(0.0), impact=Bp(0.0)),
        capital=CAPITAL,
    )
    first = Micros(int(market.closes_at[0]) - market.interval)
    rules = tuple(Instrument(coin, LOT_DECIMALS) for coin in market.coins)
    start = started(configuration, rules, market.interval, first, bot="bench", stage="shadow")
    return replace(start, strategy="sma_cross")


def _run(
    market: SyntheticMarket, start: EngineStarted, audience: Audience | None = None
) -> tuple[float, int, int]:
    """CPU-seconds, trades and facts of one run."""
    blocks = [slice(row, row + BLOCK) for row in range(0, len(market.bars), BLOCK)]
    facts = [
        BarsClosed(
            Micros(int(market.closes_at[block][-1])),
            market.interval,
            market.coins,
            market.bars[block],
        )
        for block in blocks
    ]
    summary = Summary()
    journal = MemoryJournal(start.bot, StandingClock())
    gc.collect()
    began = time.process_time()
    bot = run_through(start, facts, journal, audience or summary)
    return time.process_time() - began, summary.trades, bot.facts
