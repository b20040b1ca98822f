"""Markets of one coin whose phase is known at every bar: what the phase detector is measured on.

Four regimes take turns, each for a gamma distributed time of shape 2. A bar's log return is
``sigma width (sqrt(h) e + drift)``: width and drift belong to the regime, e is Student's t of unit
variance, h a GARCH(1, 1) of mean 1 (Bollerslev 1986) that knows nothing of the regimes.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log, sqrt

import numpy as np
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from trimtab.domain.observations import Bars
from trimtab.lab.regimes import Spell, regime_path

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Range = tuple[float, float]

WIDTHS: Floats = np.array([1.0, 1.3, 0.6, 2.4])
"""Of bull, bear, sideways and volatile regimes."""
DIRECTIONS: Floats = np.array([1.0, -1.0, 0.0, 0.0])


class PhaseFamily(Struct, frozen=True):
    """A family of such markets: each draws its own parameters from these ranges."""

    drift: Range
    """Mean of a bull market's hourly return in units of its volatility (the signal-to-noise ratio);
    drawn evenly in logarithms, as is `spell`."""
    spell: Range = (60.0, 200.0)
    """Mean length of a regime in bars."""
    tails: Range = (3.5, 6.0)
    """Degrees of freedom of Student's t."""
    sigma: Range = (0.004, 0.010)
    """Standard deviation of a bull market's hourly log return."""
    reaction: Range = (0.08, 0.08)
    """How volatility clusters, with `memory`."""
    memory: Range = (0.87, 0.87)


class PhaseMarkets(Struct, frozen=True, eq=False):
    """Several markets of a family side by side."""

    moves: Floats
    """float64[rows, markets]: log returns."""
    regimes: Labels
    """int64[rows, markets]: the code of the phase that ruled each bar."""


def phase_markets(
    family: PhaseFamily, rows: int, count: int, generator: np.random.Generator
) -> PhaseMarkets:
    """Draw `count` markets. Equal seeds, sizes and families give equal bits."""
    drawn = [_market(family, rows, stream) for stream in generator.spawn(count)]
    moves = np.column_stack([moves for moves, _ in drawn])
    return PhaseMarkets(moves, np.column_stack([regimes for _, regimes in drawn]))


def bars_of(moves: Floats) -> Bars:
    """Read-only bars[row, field, market] whose closes follow the moves, from 100 on."""
    closes = 100.0 * np.exp(np.cumsum(moves, axis=0))
    opens = np.vstack([np.full((1, moves.shape[1]), 100.0), closes[:-1]])
    sides = [opens, np.maximum(opens, closes), np.minimum(opens, closes), closes]
    bars: Bars = np.ascontiguousarray(np.stack([*sides, np.ones_like(closes)], axis=1))
    bars.flags.writeable = False
    return bars


def _market(
    family: PhaseFamily, rows: int, generator: np.random.Generator
) -> tuple[Floats, Labels]:
    drift, spell, tails, sigma, reaction, memory = _drawn(family, generator)
    regimes = regime_path(rows, Spell(spell), generator).astype(np.int64)
    shocks = generator.standard_t(tails, rows) * sqrt((tails - 2.0) / tails)
    _cluster(shocks, reaction, memory)
    moves = sigma * WIDTHS[regimes] * (shocks + drift * DIRECTIONS[regimes])
    return moves, regimes


def _drawn(family: PhaseFamily, generator: np.random.Generator) -> Iterator[float]:
    for low, high in (family.drift, family.spell):
        yield exp(generator.uniform(log(low), log(high)))
    for low, high in (family.tails, family.sigma, family.reaction, family.memory):
        yield generator.uniform(low, high)


@njit(cache=True)
def _cluster(shocks: Floats, reaction: float, memory: float) -> None:
    """Scale independent shocks by the GARCH volatility that they make, in place."""
    variance = 1.0
    for row in range(len(shocks)):
        shocks[row] *= sqrt(variance)
        square = shocks[row] * shocks[row]
        variance = 1.0 - reaction - memory + reaction * square + memory * variance
