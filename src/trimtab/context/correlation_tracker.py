"""Correlation: how closely the coins move together now, and how closely they usually do.

Moves are divided by each coin's own volatility and clipped, so that neither a burst of volatility
nor one wild bar passes for a change of correlation (Forbes & Rigobon 2002). Each pair's correlation
now is compared with its usual one on Fisher's scale, over a standard error that the pair itself
shows: the running variance of what a row adds to the difference.
"""

from __future__ import annotations

from math import nan
from typing import Self

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context.cells import (
    Cells,
    Dials,
    copied,
    dials_of,
    fresh_cells,
    gain,
    rejoined,
    rows_in,
)
from trimtab.context.correlation_arrays import CELL, NEWS, READINGS, SHIFT, STATE, TOGETHER, Means
from trimtab.context.correlation_kernel import record, run
from trimtab.context.correlation_means import (
    fresh_means,
    now,
    pairs_of,
    rejoined_means,
    usual,
    variances_of_now,
)
from trimtab.context.shrinkage import shrunk
from trimtab.domain.event_types import CorrelationBreakdown
from trimtab.domain.observations import Bars
from trimtab.domain.units import MARKET, Coin, Micros


class CorrelationParameters(Struct, frozen=True):
    """Half-lives and spans in hours."""

    volatility_halflife: float = 24.0
    short_halflife: float = 72.0
    long_halflife: float = 720.0
    clip: float = 2.0
    """Moves count at most this many standard deviations."""
    floor: float = 0.01
    """Added to every mean square: no pair counts as closer than a correlation of about .99."""
    discoveries: float = 0.05
    """Of the pairs that are named, at most this share by luck (Benjamini & Hochberg 1995)."""
    chance: float = 3e-3
    """A mean has fallen too far where luck does it at one look in 333: about one event a year."""
    together: float = -1.0
    """It is back when the statistic is above this."""
    rest: float = 72.0
    """After an event nothing is told for so long: one breakdown is one event."""
    lost: float = 72.0
    """Pairs of a coin that has been silent for so long are not tested."""
    learnt: float = 48.0
    """A coin's volatility is known well enough after this."""
    warm_up: float = 720.0
    """Until then a pair is not tested; nor before five short half-lives."""
    look: float = 6.0
    """How often pairs are tested."""
    unrest_halflife: float = 2160.0
    """Of the memory of how restless correlations are, beyond what luck explains."""
    prior: float = 720.0
    """A new tracker takes them for constant, as if it had watched that for so long."""
    cap: float = 4.0
    """A squared statistic counts at most so much towards the unrest."""

    def dials(self, interval: Micros) -> Dials:
        """In bars of this interval."""
        short, long = gain(self.short_halflife, interval), gain(self.long_halflife, interval)
        warm_up = rows_in(max(self.warm_up, 5.0 * self.short_halflife), interval)
        return dials_of(
            volatility=gain(self.volatility_halflife, interval),
            short=short,
            long=long,
            ratio=long / short,
            clip=self.clip,
            floor=self.floor,
            discoveries=self.discoveries,
            chance=self.chance,
            together=self.together,
            rest=rows_in(self.rest, interval),
            lost=rows_in(self.lost, interval),
            learnt=rows_in(self.learnt, interval),
            known=1.0 - (1.0 - long) ** warm_up,
            look=rows_in(self.look, interval),
            memory=1.0
            - (1.0 - gain(self.unrest_halflife, interval)) ** rows_in(self.look, interval),
            prior=max(1, rows_in(self.prior, interval) // rows_in(self.look, interval)),
            cap=self.cap,
        )


class CorrelationReading(Struct, frozen=True):
    """One coin's mean correlation with the others; the market's is the mean over all pairs."""

    coin: Coin
    now: float
    usual: float
    """NaN where nothing is known yet."""
    apart: bool
    """Has it fallen too far to be luck?"""


class PairReading(Struct, frozen=True):
    """How closely two coins move together."""

    pair: tuple[Coin, Coin]
    now: float
    usual: float
    """NaN where nothing is known yet."""
    shift: float
    """Now minus usual on Fisher's scale, in standard errors, at the last look; 0 before."""
    apart: bool
    """Has it fallen too far to be luck, among so many pairs?"""


class CorrelationTracker(Struct, frozen=True, eq=False):
    """Correlation of each pair, of each coin with the rest, and of all pairs; see DenseAnalyzer.

    Stops when the mean correlation of a coin, or of the market, falls too far to be luck, and when
    all are back.
    """

    coins: tuple[Coin, ...]
    cells: Cells
    means: Means
    parameters: CorrelationParameters
    dials: Dials
    fired: bool = False

    @classmethod
    def of(
        cls,
        coins: tuple[Coin, ...],
        interval: Micros,
        parameters: CorrelationParameters | None = None,
    ) -> Self:
        """One that has seen nothing, for bars of this length."""
        chosen = CorrelationParameters() if parameters is None else parameters
        cells = fresh_cells(len(coins) + 1, CELL)
        return cls(coins, cells, fresh_means(coins), chosen, chosen.dials(interval))

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]:
        """Consume rows until something happens: the state after them, the row to go on from."""
        cells, means = copied(self.cells, CELL, bars), self.means.copy()
        stop, fired = run(cells, means, bars, start, limit, self.dials)
        return self.after(cells, means, fired), stop

    def after(self, cells: Cells, means: Means, fired: bool) -> Self:
        """With what a kernel has made of its cells and means, and whether something happened."""
        return type(self)(self.coins, cells, means, self.parameters, self.dials, fired)

    def recorded(self, bars: Bars) -> tuple[Self, NDArray[np.float64]]:
        """Consume all rows; also readings[row, coin, reading], the market last."""
        cells, means = copied(self.cells, CELL, bars), self.means.copy()
        readings = np.empty((len(bars), len(cells), len(READINGS)))
        record(cells, means, bars, self.dials, readings)
        return type(self)(self.coins, cells, means, self.parameters, self.dials), readings

    def afresh(self, coins: tuple[Coin, ...]) -> Self:
        """One of the same parameters that has seen nothing."""
        cells = fresh_cells(len(coins) + 1, CELL)
        return type(self)(coins, cells, fresh_means(coins), self.parameters, self.dials)

    def joined(self, coins: tuple[Coin, ...], begin: Self | None = None) -> Self:
        """For another set of coins: pairs of those that stay remember, new ones are as in `begin`.

        Which is of these coins, and may have seen their history; None has seen nothing.
        """
        begin = begin or self.afresh(coins)
        cells = rejoined(self.cells, self.coins, begin.cells.copy(), coins)
        means = rejoined_means(self.means, self.coins, begin.means, coins)
        return type(self)(coins, cells, means, self.parameters, self.dials)

    def readings(self) -> tuple[CorrelationReading, ...]:
        """By coin, the market last."""
        means = self.means[:, -len(self.cells) :]
        columns = now(means).tolist(), usual(means).tolist(), (means[STATE] > TOGETHER).tolist()
        return tuple(map(CorrelationReading, (*self.coins, MARKET), *columns))

    @property
    def mean_now(self) -> float:
        """The market's mean correlation of late; NaN if unknown."""
        return float(now(self.means[:, -1:])[0])

    def pair_readings(self) -> tuple[PairReading, ...]:
        """Each pair of coins once."""
        means = self._pairs
        columns = now(means).tolist(), usual(means).tolist(), means[SHIFT].tolist()
        apart = (means[STATE] > TOGETHER).tolist()
        return tuple(map(PairReading, pairs_of(self.coins), *columns, apart))

    def events(self, at: Micros) -> tuple[CorrelationBreakdown, ...]:
        """One event of all pairs that fell too far to be luck, if a mean has at the last row; or
        that all are back.

        Confidence: the size of the fall on Fisher's scale, tanh(atanh usual - atanh now).
        """
        if not self.fired:
            return ()
        if not self.cells["apart"][-1]:
            return (self._over(at),)
        pairs = self.pair_readings()
        fallen = [pairs[place] for place in np.flatnonzero(self._pairs[STATE] == NEWS).tolist()]
        before = sum(reading.usual for reading in fallen) / len(fallen)
        after = sum(reading.now for reading in fallen) / len(fallen)
        market = self.readings()[-1]
        evidence = {
            "mean_correlation": market.now,
            "usual_mean_correlation": market.usual,
            "share_of_pairs": len(fallen) / len(pairs),
            "market_shift": float(self.means[SHIFT, -1]),
            "coin_shift": float(self.means[SHIFT, len(pairs) : -1].min()),
        }
        confidence = (before - after) / (1.0 - before * after)
        named = tuple(reading.pair for reading in fallen)
        return (CorrelationBreakdown(at, named, before, after, confidence, evidence),)

    def _over(self, at: Micros) -> CorrelationBreakdown:
        """Confidence: 1 less what is left of the fall on Fisher's scale."""
        market = self.readings()[-1]
        left = max(0.0, (market.usual - market.now) / (1.0 - market.usual * market.now))
        evidence = {"mean_correlation": market.now, "usual_mean_correlation": market.usual}
        return CorrelationBreakdown(
            at, (), market.usual, market.now, 1.0 - left, evidence, over=True
        )

    def covariance(self) -> NDArray[np.float64]:
        """Covariance[coin, coin] of one bar's log returns; positive definite.

        Today's volatilities times today's correlations, which are shrunk towards the same for all
        pairs. NaN in the rows and columns of coins whose volatility is not known yet.
        """
        variances = self.cells["variance"][:-1]
        known = (self.cells["bars"][:-1] >= self.dials["learnt"]) & (variances > 0.0)
        sigmas = np.sqrt(np.where(known, variances, nan))
        covariance: NDArray[np.float64] = np.outer(sigmas, sigmas) * self.correlations()
        return covariance

    def correlations(self) -> NDArray[np.float64]:
        """Correlation[coin, coin] of late, shrunk towards the same for all; positive definite."""
        variances = variances_of_now(self._pairs, float(self.dials["short"][0]))
        return shrunk(now(self._pairs), variances, len(self.coins))

    @property
    def _pairs(self) -> Means:
        return self.means[:, : -len(self.cells)]
