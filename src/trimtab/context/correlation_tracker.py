"""Correlation: how closely the coins move together now, and how closely they usually do.

Moves are divided by each coin's own volatility and clipped, so that neither a burst of volatility
nor one wild bar passes for a change of correlation (Forbes & Rigobon 2002). The mean over all pairs
comes from sums over the coins, ((sum z)^2 - sum z^2) / (n (n - 1)), without going through the pairs.
"""

from __future__ import annotations

from math import nan, sqrt

from msgspec import Struct

from trimtab.context.cells import Dials, dials_of, gain, places, rows_in, told
from trimtab.context.correlation_kernel import CELL, READINGS, record, run
from trimtab.context.dense_analyzer import DenseAnalyzer, Kernel
from trimtab.domain.event_types import CorrelationBreakdown
from trimtab.domain.units import MARKET, Coin, Micros


class CorrelationParameters(Struct, frozen=True):
    """Half-lives and spans in hours."""

    volatility_halflife: float = 72.0
    short_halflife: float = 72.0
    long_halflife: float = 720.0
    clip: float = 2.0
    """Moves count at most this many standard deviations."""
    apart: float = 0.3
    """A coin breaks away when its correlation falls by this: long - short over 1 - long * short."""
    together: float = 0.15
    """It is back when the fall is less than this."""
    learnt: float = 48.0
    """A coin's volatility is known well enough after this."""
    warm_up: float = 720.0
    look: float = 6.0
    """How often it looks for coins that have broken away."""

    def dials(self, interval: Micros) -> Dials:
        """In bars of this interval."""
        return dials_of(
            volatility=gain(self.volatility_halflife, interval),
            short=gain(self.short_halflife, interval),
            long=gain(self.long_halflife, interval),
            clip=self.clip,
            apart=self.apart,
            together=self.together,
            learnt=rows_in(self.learnt, interval),
            look=rows_in(self.look, interval),
            warm_up=rows_in(self.warm_up, interval),
        )


class CorrelationReading(Struct, frozen=True):
    """One coin's mean correlation with the others; the market's is the mean over all pairs."""

    coin: Coin
    now: float
    usual: float
    """NaN where nothing is known yet."""
    apart: bool


class CorrelationTracker(DenseAnalyzer[CorrelationParameters], frozen=True, eq=False):
    """Mean correlation of each coin with the rest and, as one more cell, of all pairs.

    Stops when a coin breaks away from the others.
    """

    kernel = Kernel(CELL, run, record, READINGS)
    usual = CorrelationParameters()

    def readings(self) -> tuple[CorrelationReading, ...]:
        """By coin, the market last."""
        states = told(self.cells, "short_cross", "short_own", "long_cross", "long_own", "apart")
        market = self.cells[-1]
        short_market, long_market = float(market["short_own"]), float(market["long_own"])
        return tuple(
            CorrelationReading(
                coin,
                _correlation(short, short_own * short_market),
                _correlation(long, long_own * long_market),
                apart,
            )
            for coin, (short, short_own, long, long_own, apart) in zip(
                (*self.coins, MARKET), states, strict=True
            )
        )

    def events(self, at: Micros) -> tuple[CorrelationBreakdown, ...]:
        """One event of all coins that broke away from the market at the last row.

        Confidence: the fall on Fisher's scale, tanh(atanh usual - atanh now).
        """
        if not self.fired:
            return ()
        readings = self.readings()
        fallen = [readings[place] for place in places(self.cells, "fired")]
        before = sum(reading.usual for reading in fallen) / len(fallen)
        after = sum(reading.now for reading in fallen) / len(fallen)
        pairs = tuple((reading.coin, MARKET) for reading in fallen)
        evidence = {
            "mean_correlation": readings[-1].now,
            "usual_mean_correlation": readings[-1].usual,
        }
        confidence = (before - after) / (1.0 - before * after)
        return (CorrelationBreakdown(at, pairs, before, after, confidence, evidence),)


def _correlation(cross: float, squares: float) -> float:
    return min(max(cross / sqrt(squares), -1.0), 1.0) if squares > 0.0 else nan
