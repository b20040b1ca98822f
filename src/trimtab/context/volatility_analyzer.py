"""Volatility: how much each coin moves now, against how much it usually moves.

Exponentially weighted squared returns, short against usual, tell a spike; the range of the bars
(Rogers & Satchell 1991) tells the regime, as its place among the coin's own last months.
"""

from __future__ import annotations

from math import exp2, nan, sqrt
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context.cells import Dials, dials_of, gain, places, rows_in, told
from trimtab.context.dense_analyzer import DenseAnalyzer, Kernel
from trimtab.context.volatility_kernel import CELL, READINGS, UNKNOWN_REGIME, record, run
from trimtab.domain.event_types import VolatilitySpike
from trimtab.domain.market_context import VOLATILITY_REGIMES, VolatilityRegime
from trimtab.domain.units import MARKET, Coin, Micros


class VolatilityParameters(Struct, frozen=True):
    """Half-lives and spans in hours, ratios of standard deviations, shares of 1."""

    short_halflife: float = 3.1
    usual_halflife: float = 500.0
    level_halflife: float = 72.0
    range_halflife: float = 48.0
    move_share: float = 0.15
    """Weight of the squared move beside the range (Yang & Zhang 2000): for bars without wicks."""
    spike: float = 2.4
    """Ratio at which a spike begins."""
    calm: float = 1.3
    """Ratio below which it is over, when the census is next taken."""
    refractory: float = 24.0
    """From the beginning of a spike to the next one's."""
    cap: float = 50.0
    """Squared moves count at most this many times the usual one."""
    warm_up: float = 200.0
    census: float = 6.0
    """How often what can wait is looked at: whether the regime changed or a spike is over."""
    memory_halflife: float = 2160.0
    settled: float = 336.0
    """The regime is unknown until then."""
    low: float = 0.33
    high: float = 0.67
    hysteresis: float = 0.05
    lost: float = 6.0
    """Longer gaps are not bridged: the move across them is not counted."""

    def dials(self, interval: Micros) -> Dials:
        """In bars of this interval."""
        return dials_of(
            short=gain(self.short_halflife, interval),
            usual=gain(self.usual_halflife, interval),
            level=gain(self.level_halflife, interval),
            range=gain(self.range_halflife, interval),
            move_share=self.move_share,
            spike=self.spike**2,
            calm=self.calm**2,
            refractory=rows_in(self.refractory, interval),
            cap=self.cap,
            warm_up=rows_in(self.warm_up, interval),
            census=rows_in(self.census, interval),
            growth=exp2(self.census / self.memory_halflife),
            settled=rows_in(self.settled, interval),
            low=self.low,
            high=self.high,
            hysteresis=self.hysteresis,
            lost=rows_in(self.lost, interval),
        )


class VolatilityReading(Struct, frozen=True):
    """One coin's volatility at its last bar."""

    coin: Coin
    volatility: float
    """Standard deviation of one bar's log return, now."""
    ratio: float
    """1.0 is an ordinary day."""
    regime: VolatilityRegime
    rank: float
    """Share of the last months that was calmer."""
    spiking: bool


class VolatilityAnalyzer(DenseAnalyzer[VolatilityParameters], frozen=True, eq=False):
    """Volatility of every coin and, as one more cell, of the market: the mean of the moves.

    Stops when a spike begins or is over, or a volatility regime changes.
    """

    kernel = Kernel(CELL, run, record, READINGS, {"regime": UNKNOWN_REGIME})
    usual = VolatilityParameters()

    def readings(self) -> tuple[VolatilityReading, ...]:
        """By coin, the market last."""
        states = told(self.cells, "bars", "range", "short", "usual", "regime", "rank", "spiking")
        return tuple(
            VolatilityReading(
                coin,
                sqrt(spread) if bars else nan,
                _ratio(short, usual),
                VOLATILITY_REGIMES[int(regime)],
                rank,
                spiking,
            )
            for coin, (bars, spread, short, usual, regime, rank, spiking) in zip(
                (*self.coins, MARKET), states, strict=True
            )
        )

    def sigmas(self) -> NDArray[np.float64]:
        """By coin: standard deviation of one bar's log return over some days; NaN if unknown."""
        sigmas: NDArray[np.float64] = np.sqrt(self.cells["level"][:-1])
        sigmas[self.cells["bars"][:-1] == 0] = nan
        return sigmas

    def events(self, at: Micros) -> tuple[VolatilitySpike, ...]:
        """The spikes that began or ended at the last row."""
        if not self.fired:
            return ()
        symbols = (*self.coins, MARKET)
        return tuple(
            _spike(at, symbols[place], self.cells[place]) for place in places(self.cells, "turned")
        )


def _ratio(short: float, usual: float) -> float:
    return sqrt(short / usual) if usual > 0.0 else 1.0


def _spike(at: Micros, coin: Coin, cell: Any) -> VolatilitySpike:
    """Confidence: the share of the variance that the usual one does not explain (over: does)."""
    ratio = _ratio(cell["short"], cell["usual"])
    over = not cell["spiking"]
    confidence = min(1.0, ratio**-2) if over else 1.0 - ratio**-2
    evidence = {
        "volatility": sqrt(cell["short"]),
        "usual_volatility": sqrt(cell["usual"]),
        "rank": float(cell["rank"]),
    }
    return VolatilitySpike(at, coin, ratio, over, confidence, evidence)
