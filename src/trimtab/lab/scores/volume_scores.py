"""How often volume seems unusual where it is not, and how many planted bursts are found."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context.volume_analyzer import VolumeAnalyzer
from trimtab.domain.observations import VOLUME, Bars
from trimtab.domain.units import HOUR, MARKET, Coin, Micros

Floats = NDArray[np.float64]

SHAPE = (8_760, 15)
"""Rows and coins: a year of hours."""
WARM_UP = 1_344
"""Rows before that do not count: eight weeks."""
LENGTH, APART, IN_TIME = 6, 300, 6
"""Rows of a burst, from one to the next, and in which it has to be found."""


class VolumeFamily(Struct, frozen=True):
    """ln volume is a weekly season and an autoregression of the first order."""

    name: str
    memory: float
    tails: float
    """Degrees of freedom of its shocks (Student's t)."""
    spread: float = 0.6
    """Standard deviation of the autoregression."""


VOLUME_FAMILIES = (
    VolumeFamily("usual", 0.6, 100.0),
    VolumeFamily("forgetful", 0.3, 100.0),
    VolumeFamily("persistent", 0.9, 100.0),
    VolumeFamily("fat tails", 0.6, 5.0),
)


class VolumeScores(Struct, frozen=True):
    """Of one family; hours are bars."""

    family: str
    false_alarms: float
    """In 1,000 bars without bursts."""
    hits_at_5: float
    """Share of bursts to five times the volume that were found in time."""
    hits_at_10: float
    standard_error: float
    """Of `hits_at_5`, over seeds."""


def score_volume(
    generators: Sequence[np.random.Generator], shape: tuple[int, int] = SHAPE
) -> tuple[VolumeScores, ...]:
    """All families; every generator makes a market of each, without bursts and with them."""
    streams = [generator.spawn(3 * len(VOLUME_FAMILIES)) for generator in generators]
    return tuple(
        _score(family, [stream[3 * place : 3 * place + 3] for stream in streams], shape)
        for place, family in enumerate(VOLUME_FAMILIES)
    )


def volume_bars(
    family: VolumeFamily,
    shape: tuple[int, int],
    generator: np.random.Generator,
    times: float = 1.0,
) -> tuple[Bars, NDArray[np.bool_]]:
    """Bars whose price stands still, and where bursts to `times` the volume begin."""
    rows, coins = shape
    begins = _begins(shape, generator) if times > 1.0 else np.zeros(shape, np.bool_)
    scale = sqrt((family.tails - 2.0) / family.tails)
    waves = _remembered(generator.standard_t(family.tails, shape) * scale, family.memory)
    planted = _bursting(begins) * log(times)
    bars = np.full((rows, 5, coins), 100.0)
    bars[:, VOLUME] = np.exp(8.0 + _season(rows) + family.spread * waves + planted)
    bars.flags.writeable = False
    return bars, begins


def _season(rows: int) -> Floats:
    """Busiest at 15:00, quiet at the end of the week; float64[rows, 1]."""
    hour = np.arange(rows)[:, np.newaxis]
    of_day = 1.0 + 0.5 * np.cos((hour % 24 - 15) * (2.0 * np.pi / 24.0))
    season: Floats = np.log(of_day * np.where(hour % 168 >= 120, 0.6, 1.0))
    return season


def _begins(shape: tuple[int, int], generator: np.random.Generator) -> NDArray[np.bool_]:
    """One burst in every `APART` rows after the warm-up, at a random place."""
    rows, coins = shape
    begins = np.zeros(shape, np.bool_)
    for start in range(WARM_UP, rows - APART + 1, APART):
        places = start + generator.integers(0, APART - 2 * LENGTH, coins)
        begins[places, np.arange(coins)] = True
    return begins


def _bursting(begins: NDArray[np.bool_]) -> NDArray[np.bool_]:
    bursting = begins.copy()
    for later in range(1, LENGTH):
        bursting[later:] |= begins[:-later]
    return bursting


def _remembered(shocks: Floats, memory: float) -> Floats:
    waves = shocks.copy()
    fresh = sqrt(1.0 - memory * memory)
    for row in range(1, len(waves)):
        waves[row] = memory * waves[row - 1] + fresh * shocks[row]
    return waves


def volume_alarms(bars: Bars) -> NDArray[np.bool_]:
    """bool[rows, coins]: where the analyzer tells of an anomaly; hourly bars."""
    coins = tuple(Coin(f"C{place}") for place in range(bars.shape[2]))
    state, row = VolumeAnalyzer.of(coins, HOUR), 0
    rung = np.zeros((len(bars), len(coins)), np.bool_)
    while row < len(bars):
        state, row = state.advance(bars, row, len(bars))
        for anomaly in state.events(Micros(row)):
            if anomaly.coin != MARKET and not anomaly.over:
                rung[row - 1, coins.index(anomaly.coin)] = True
    return rung


def _score(
    family: VolumeFamily, streams: Sequence[list[np.random.Generator]], shape: tuple[int, int]
) -> VolumeScores:
    quiet = [volume_alarms(volume_bars(family, shape, stream[0])[0]) for stream in streams]
    at_5 = [_hits(*volume_bars(family, shape, stream[1], 5.0)) for stream in streams]
    at_10 = [_hits(*volume_bars(family, shape, stream[2], 10.0)) for stream in streams]
    spread = float(np.std(at_5, ddof=1)) if len(at_5) > 1 else 0.0
    return VolumeScores(
        family.name,
        1_000.0 * float(np.mean([rung[WARM_UP:].mean() for rung in quiet])),
        float(np.mean(at_5)),
        float(np.mean(at_10)),
        spread / sqrt(len(streams)),
    )


def _hits(bars: Bars, begins: NDArray[np.bool_]) -> float:
    rung = volume_alarms(bars)
    ever = np.cumsum(np.vstack([np.zeros((1, rung.shape[1])), rung]), axis=0)
    rows, coins = np.nonzero(begins)
    ends = np.minimum(rows + IN_TIME, len(rung))
    return float((ever[ends, coins] > ever[rows, coins]).mean())
