"""Speed of all analyzers together: rows times coins a second in chunks, and one live step."""

from __future__ import annotations

import gc
import time
from statistics import median

import numpy as np
from msgspec import Struct

from trimtab.context.market_context_engine import MarketContextEngine
from trimtab.domain.observations import Bars
from trimtab.domain.units import HOUR, Coin
from trimtab.lab.markets import MarketParameters, synthetic_market
from trimtab.lab.synthetic_coins import SYNTHETIC_COINS

COINS, ROWS, STEPS, RUNS = 15, 43_800, 4_000, 5
SEED = 20_240_601


class KernelFigures(Struct, frozen=True):
    """Medians."""

    bars_per_s: float
    live_step_us: float
    coins: int


def measure_kernels() -> KernelFigures:
    """Five years of hourly bars; the first run compiles and is not counted."""
    bars = _bars()
    engine = MarketContextEngine.of(tuple(Coin(f"C{coin}") for coin in range(COINS)), HOUR)
    _chunks(engine, bars)
    seconds = median(_chunks(engine, bars) for _ in range(RUNS))
    step = median(_steps(engine, bars) for _ in range(RUNS))
    return KernelFigures(round(ROWS * COINS / seconds), round(step * 1e6, 2), COINS)


def _bars() -> Bars:
    """Fifteen coins out of two markets of eight."""
    parameters = MarketParameters(coins=SYNTHETIC_COINS)
    streams = np.random.default_rng(SEED).spawn(2)
    markets = [synthetic_market(ROWS, stream, parameters).bars for stream in streams]
    bars = np.ascontiguousarray(np.concatenate(markets, axis=2)[:, :, :COINS])
    bars.flags.writeable = False
    return bars


def _chunks(engine: MarketContextEngine, bars: Bars) -> float:
    gc.collect()
    began = time.perf_counter()
    row = 0
    while row < len(bars):
        engine, row = engine.advance(bars, row, len(bars))
    return time.perf_counter() - began


def _steps(engine: MarketContextEngine, bars: Bars) -> float:
    """Seconds a row, each row its own call."""
    gc.collect()
    began = time.perf_counter()
    for row in range(STEPS):
        engine, _ = engine.advance(bars, row, row + 1)
    return (time.perf_counter() - began) / STEPS
