"""Bars per CPU-second of the whole loop, on the work that other back-testers are measured with."""

from __future__ import annotations

import gc
import time
from statistics import median

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.app.benches.rivals import rivals
from trimtab.app.benches.round_trips import RoundTrip, RoundTrips
from trimtab.app.compose import run_through, started
from trimtab.app.summary import Summary
from trimtab.domain.configuration import Configuration, Instrument, RiskLimits, Topic
from trimtab.domain.observations import BarsClosed, EngineStarted
from trimtab.domain.units import HOUR, Leverage, Micros, TopicName
from trimtab.lab.markets import SyntheticMarket
from trimtab.lab.sma_market import minute_bars
from trimtab.ports import Audience

BARS = 500_000
RUNS = 5
SEED = 20_240_601
BLOCK = 50_000
"""Rows a block, as a recorded feed would give them."""


class BacktestFigures(Struct, frozen=True):
    """Medians; a bar is one coin's row."""

    bars: int
    bars_per_cpu_s: float
    cpu_s: float
    trades: int
    facts: int
    rivals: dict[str, float]
    """bars per CPU-second of other back-testers, where they are installed and all trades equal."""
    ratios: dict[str, float]
    """How many times as fast trimtab is."""
    skipped: dict[str, str]
    """Why nothing is told of the others."""


def run_once(rows: int) -> list[RoundTrip]:
    """A small run, for compiling; its trades."""
    market = minute_bars(rows, np.random.default_rng(SEED))
    return round_trips(market, _started(market))


def measure_backtest() -> BacktestFigures:
    """The first run compiles and tells the trades; it is not counted."""
    market = minute_bars(BARS, np.random.default_rng(SEED))
    start = _started(market)
    own = round_trips(market, start)
    taken = [_run(market, start, Summary()) for _ in range(RUNS)]
    seconds = median(one[0] for one in taken)
    others = rivals(market.bars, own)
    return BacktestFigures(
        BARS,
        round(BARS / seconds),
        round(seconds, 4),
        len(own),
        taken[0][1],
        others.bars_per_cpu_s,
        {name: round(BARS / seconds / speed, 2) for name, speed in others.bars_per_cpu_s.items()},
        others.skipped,
    )


def round_trips(market: SyntheticMarket, start: EngineStarted) -> list[RoundTrip]:
    """The trades of a run, to compare them with those of others."""
    trades = RoundTrips(start.at, start.interval)
    _run(market, start, trades)
    return trades.closed


def _started(market: SyntheticMarket) -> EngineStarted:
    topic = Topic(TopicName("sma-cross"), "log_return", HOUR)
    configuration = Configuration(
        (topic,),
        {topic.name: market.coins},
        gate=None,
        risk=RiskLimits(Leverage(0.1), maximum_drawdown=None),
    )
    first = Micros(int(market.closes_at[0]) - market.interval)
    rules = tuple(Instrument(coin) for coin in market.coins)
    start = started(configuration, rules, market.interval, first, bot="bench", stage="shadow")
    return replace(start, strategy="sma_cross")


def _run(market: SyntheticMarket, start: EngineStarted, audience: Audience) -> tuple[float, int]:
    """CPU-seconds and facts of one run."""
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
    journal = MemoryJournal(start.bot, StandingClock())
    gc.collect()
    began = time.process_time()
    bot = run_through(start, facts, journal, audience)
    return time.process_time() - began, bot.facts
