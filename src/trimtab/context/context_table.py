"""The context of every bar as columns: what was known when the bar closed, and what happened."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trimtab.context.market_context_engine import MarketContextEngine
from trimtab.context.phase_confidence import confidences
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.observations import Bars
from trimtab.domain.units import MARKET, Micros

Columns = dict[str, NDArray[Any]]

_STATES = ("p_bull", "p_bear", "p_sideways", "p_volatile")


def context_table(engine: MarketContextEngine, bars: Bars, times: NDArray[np.int64]) -> Columns:
    """One entry per bar and symbol, the market (``*``) last in each bar.

    `times` are the bars' open times in microseconds (UTC); volatility is the standard deviation of
    one bar's log return. Every entry uses bars up to and including its own, none after it.
    """
    _, phase = engine.phase.recorded(bars)
    _, volatility = engine.volatility.recorded(bars)
    _, volume = engine.volume.recorded(bars)
    _, correlation = engine.correlation.recorded(bars)
    symbols = np.array((*engine.coins, MARKET))
    phases = phase[:, :, 0].astype(np.int64)
    beliefs = phase[:, :, 1:]
    columns: Columns = {
        "ts": np.repeat(times, len(symbols)),
        "symbol": np.tile(symbols, len(bars)),
        "phase": np.array(PHASES)[phases].ravel(),
        "confidence": confidences(phases, beliefs).ravel(),
    }
    for state, name in enumerate(_STATES):
        columns[name] = beliefs[:, :, state].ravel()
    columns["volatility"] = volatility[:, :, 0].ravel()
    columns["volatility_regime"] = np.array(VOLATILITY_REGIMES)[
        volatility[:, :, 2].astype(np.int64)
    ].ravel()
    columns["mean_correlation"] = correlation[:, :, 0].ravel()
    columns["volume_z"] = volume[:, :, 0].ravel()
    columns["volatility_forecast"] = volatility[:, :, 3].ravel()
    columns["jump_share"] = volatility[:, :, 4].ravel()
    columns["illiquidity"] = volume[:, :, 1].ravel()
    return columns


def market_events(
    engine: MarketContextEngine, bars: Bars, closes: NDArray[np.int64]
) -> tuple[MarketEvent, ...]:
    """Everything that was noticed; `closes` are the bars' close times in microseconds (UTC)."""
    noticed: list[MarketEvent] = []
    row = 0
    while row < len(bars):
        engine, row = engine.advance(bars, row, len(bars))
        noticed += engine.events(Micros(int(closes[row - 1])))
    return tuple(noticed)
