"""Volume: how far a coin's volume is from what is usual at this hour of the week.

The logarithm of the volume less its level and its season (168 hours of the week), over its usual
deviation: all three robust. Weeks are counted from the first row on; rows follow each other
without holes in time. docs/analyzers/volume.md has the figures.
"""

from __future__ import annotations

from math import nan
from typing import Any

from msgspec import Struct

from trimtab.context.cells import Dials, dials_of, gain, places, rows_in, told
from trimtab.context.dense_analyzer import DenseAnalyzer, Kernel
from trimtab.context.volume_kernel import BEGINNINGS, CELL, READINGS, SLOTS, WEEK, record, run
from trimtab.domain.event_types import VolumeAnomaly
from trimtab.domain.units import MARKET, Coin, Micros

DENSITY = 1.17
"""Steps of a median deviation over those of a mean with the same memory: of the normal law."""


class VolumeParameters(Struct, frozen=True):
    """Half-lives and spans in hours."""

    level_halflife: float = 168.0
    season_halflife: float = 1344.0
    """Eight weeks: eight visits of each hour of the week."""
    spread_halflife: float = 720.0
    lately_halflife: float = 24.0
    """Of the illiquidity that is compared with the usual one (`spread_halflife`)."""
    clip: float = 1.5
    """Deviations at which an excess stops to count more."""
    normal: float = 1.4826
    """Standard deviation over median deviation of the normal law."""
    floor: float = 0.05
    """Least deviation of the logarithm: volumes are not steadier than that."""
    unusual: float = 3.0
    """|z| at which an anomaly may begin,"""
    hold: float = 2.0
    """after so many hours of it."""
    calm: float = 2.0
    """|z| below which it is over."""
    warm_up: float = 336.0
    most: float = 10.0
    """Illiquidities of a bar count at most this many times the usual one."""
    stale: float = 24.0
    """After so long without a volume an anomaly is no longer known to last."""

    def dials(self, interval: Micros) -> Dials:
        """In bars of this interval."""
        return dials_of(
            interval=int(interval),
            level=gain(self.level_halflife, interval),
            season=gain(self.season_halflife / SLOTS, interval),
            spread=gain(self.spread_halflife, interval),
            deviation=DENSITY * gain(self.spread_halflife, interval),
            lately=gain(self.lately_halflife, interval),
            clip=self.clip,
            most=self.most,
            stale=rows_in(self.stale, interval),
            normal=self.normal,
            floor=self.floor,
            unusual=self.unusual,
            hold=rows_in(self.hold, interval),
            calm=self.calm,
            warm_up=rows_in(self.warm_up, interval),
        )


class VolumeReading(Struct, frozen=True):
    """One coin's volume at the last row."""

    coin: Coin
    z: float
    """0.0 is usual, or not known."""
    unusual: bool
    illiquidity: float
    """Move per unit of money traded (Amihud 2002) over the usual one; NaN while not known."""


class VolumeAnalyzer(DenseAnalyzer[VolumeParameters], frozen=True, eq=False):
    """Volume of every coin and, as one more cell, of the market: the mean of the excesses.

    Stops when an anomaly begins, and when it is over.
    """

    kernel = Kernel(CELL, run, record, READINGS, BEGINNINGS)
    usual = VolumeParameters()

    def rows_off(self, rows: int) -> int:
        """How many of so many last rows to leave out, so that who sees the rest counts the hours of
        the week as this analyzer does."""
        interval, clock = int(self.dials["interval"][0]), int(self.cells["clock"][-1])
        return min(rows, (rows * interval - clock) % WEEK // interval)

    def readings(self) -> tuple[VolumeReading, ...]:
        """By coin, the market last."""
        states = told(self.cells, "z", "unusual", "moves", "impact", "usual_impact")
        known = int(self.dials["warm_up"][0])
        return tuple(
            VolumeReading(coin, z, unusual, lately / usual if moves >= known and usual else nan)
            for coin, (z, unusual, moves, lately, usual) in zip(
                (*self.coins, MARKET), states, strict=True
            )
        )

    def events(self, at: Micros) -> tuple[VolumeAnomaly, ...]:
        """The anomalies that began or ended at the last row."""
        if not self.fired:
            return ()
        symbols = (*self.coins, MARKET)
        return tuple(
            _anomaly(at, symbols[place], self.cells[place]) for place in places(self.cells, "fired")
        )


def _anomaly(at: Micros, coin: Coin, cell: Any) -> VolumeAnomaly:
    """Confidence by Chebyshev: at least this share of any law lies nearer to its mean (over: not)."""
    z, over = float(cell["z"]), not cell["unusual"]
    outside = min(1.0, z**-2) if z else 1.0
    evidence = {"usual_log_volume": float(cell["level"]), "spread": float(cell["spread"])}
    return VolumeAnomaly(at, coin, z, outside if over else 1.0 - outside, evidence, over)
