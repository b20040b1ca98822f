"""Volatility: how much each coin moves now, will move tomorrow, and whether that is a burst.

The range of the bars (Rogers & Satchell 1991) tells the regime, as its place among the coin's own
last months; with the squared returns it forecasts the next day; bars that are wild against what
was predicted for them gather into a spike. docs/analyzers/volatility.md has the figures.
"""

from __future__ import annotations

from math import exp2, log, nan, sqrt
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context.cells import Dials, dials_of, gain, places, rows_in, told
from trimtab.context.dense_analyzer import DenseAnalyzer, Kernel
from trimtab.context.volatility_kernel import (
    BEGINNINGS,
    CELL,
    HALF_PI,
    READINGS,
    note_sigmas,
    record,
    run,
)
from trimtab.domain.event_types import VolatilitySpike
from trimtab.domain.market_context import VOLATILITY_REGIMES, VolatilityRegime
from trimtab.domain.units import HOUR, MARKET, Coin, Micros

LIMIT_AT_ONE, LIMIT_PER_E_FOLD = 4.55, 1.15


class VolatilityParameters(Struct, frozen=True):
    """Half-lives and spans in hours, ratios of standard deviations, shares of 1."""

    false_alarms: float = 1.0
    """Spikes that a coin shows in 1,000 hours without bursts: what the limit is set for.

    With 15 coins 1.0 is five a fortnight. Between 0.4 and 10, on hourly bars, it was measured.
    """
    short_halflife: float = 3.1
    usual_halflife: float = 500.0
    level_halflife: float = 72.0
    near_halflife: float = 4.0
    range_halflife: float = 48.0
    move_share: float = 0.15
    """Weight of the squared move beside the range (Yang & Zhang 2000): for bars without wicks."""
    near_share: float = 0.5
    """Weight of the last hours beside the last days in what is predicted for the next bar."""
    calm: float = 1.3
    """Volatility over the usual one at which a spike is over, and below which none begins."""
    refractory: float = 12.0
    """From the beginning of a spike to the next one's."""
    cap: float = 50.0
    """Squared moves count at most this many times the usual one."""
    wild: float = 20.0
    """A bar's variance counts at most this many times the predicted one."""
    warm_up: float = 200.0
    census: float = 6.0
    """How often what can wait is looked at: regime, forecast, whether a spike is over."""
    memory_halflife: float = 2160.0
    """Of the ranges that the regime ranks among."""
    surprise_halflife: float = 2160.0
    """Of the bars that a surprise ranks among."""
    settled: float = 336.0
    """The regime is unknown until then."""
    low: float = 0.33
    high: float = 0.67
    hysteresis: float = 0.05
    scale_halflife: float = 8760.0
    """Of the forecast's scale."""
    lost: float = 6.0
    """Longer gaps are not bridged: the move across them is not counted."""
    stale: float = 24.0
    """After so long without a bar nothing is known of the coin."""

    def dials(self, interval: Micros) -> Dials:
        """In bars of this interval. Raises ValueError if there should be no false alarms at all."""
        return dials_of(
            limit=_limit(self.false_alarms * interval / HOUR),
            short=gain(self.short_halflife, interval),
            usual=gain(self.usual_halflife, interval),
            level=gain(self.level_halflife, interval),
            near=gain(self.near_halflife, interval),
            range=gain(self.range_halflife, interval),
            move_share=self.move_share,
            near_share=self.near_share,
            calm=self.calm**2,
            refractory=rows_in(self.refractory, interval),
            cap=self.cap,
            wild=self.wild,
            warm_up=rows_in(self.warm_up, interval),
            census=rows_in(self.census, interval),
            growth=exp2(self.census / self.memory_halflife),
            echo=gain(self.surprise_halflife, interval),
            settled=rows_in(self.settled, interval),
            low=self.low,
            high=self.high,
            hysteresis=self.hysteresis,
            day=rows_in(24.0, interval),
            scale=gain(self.scale_halflife / 24.0, HOUR),
            lost=rows_in(self.lost, interval),
            stale=rows_in(self.stale, interval),
        )


def _limit(false_alarms: float) -> float:
    """The evidence that so many false alarms in 1,000 bars leave for a burst.

    Fitted on quiet GARCH(1, 1) with Student's t (lab/scores); a sum of surprises exceeds a limit
    exponentially seldom, so the limit is linear in the logarithm of the rate.
    """
    if not false_alarms > 0.0:
        raise ValueError(
            f"false_alarms: {false_alarms:g} in 1,000 bars cannot be had; give a rate above 0"
        )
    return max(0.0, LIMIT_AT_ONE - LIMIT_PER_E_FOLD * log(false_alarms))


class VolatilityReading(Struct, frozen=True):
    """One coin's volatility at its last bar."""

    coin: Coin
    volatility: float
    """Standard deviation of one bar's log return, now. NaN: not known."""
    ratio: float
    """1.0 is an ordinary day."""
    regime: VolatilityRegime
    rank: float
    """Share of the last months that was calmer."""
    spiking: bool
    forecast: float
    """Standard deviation of the next 24 hours' log return, as of the last census. NaN: not known."""
    jump_share: float
    """Share of some days' variance that came in single jumps; 0.1 is ordinary. NaN: not known."""


class VolatilityAnalyzer(DenseAnalyzer[VolatilityParameters], frozen=True, eq=False):
    """Volatility of every coin and, as one more cell, of the market: the mean of the moves.

    Stops when a spike begins or is over, or a volatility regime changes.
    """

    kernel = Kernel(CELL, run, record, READINGS, BEGINNINGS)
    usual = VolatilityParameters()

    def readings(self) -> tuple[VolatilityReading, ...]:
        """By coin, the market last. What has been silent for long is not known: NaN, no spike."""
        states = told(self.cells, "bars", "silent", *_READ)
        stale = int(self.dials["stale"][0])
        return tuple(
            _reading(coin, bars > 0 and silent < stale, *state)
            for coin, (bars, silent, *state) in zip((*self.coins, MARKET), states, strict=True)
        )

    def sigmas(self) -> NDArray[np.float64]:
        """By coin: standard deviation of one bar's log return over some days; NaN if unknown."""
        sigmas = np.empty(len(self.coins))
        note_sigmas(self.cells, sigmas)
        return sigmas

    def events(self, at: Micros) -> tuple[VolatilitySpike, ...]:
        """The spikes that began or ended at the last row."""
        if not self.fired:
            return ()
        symbols = (*self.coins, MARKET)
        return tuple(
            _spike(at, symbols[place], self.cells[place]) for place in places(self.cells, "turned")
        )


_READ = (
    "range", "short", "usual", "regime", "rank", "spiking", "forecast", "products", "level",
)  # fmt: skip


def _reading(
    coin: Coin,
    known: bool,
    spread: float,
    short: float,
    usual: float,
    regime: int,
    rank: float,
    spiking: bool,
    forecast: float,
    products: float,
    level: float,
) -> VolatilityReading:
    return VolatilityReading(
        coin,
        sqrt(spread) if known else nan,
        _ratio(short, usual),
        VOLATILITY_REGIMES[regime],
        rank,
        spiking and known,
        sqrt(forecast) if known and forecast > 0.0 else nan,
        max(0.0, 1.0 - HALF_PI * products / level) if known and level > 0.0 else nan,
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
        "surprise": float(cell["evidence"]),
        "echo": float(cell["echo"]),
    }
    return VolatilitySpike(at, coin, ratio, over, confidence, evidence)
