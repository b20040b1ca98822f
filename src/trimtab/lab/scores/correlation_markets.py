"""Markets whose correlation is known: constant, with wild volatility, or with a planted breakdown.

A move is sigma e: sigma a GARCH(1, 1) of each coin (constant conditional correlation, Bollerslev
1990) times bursts that all coins share, e a Student-t shock with a common factor. Nothing in sigma
or in the tails changes the correlation, so what a detector says of it is wrong.
"""

from __future__ import annotations

from math import sqrt
from typing import Literal

import numpy as np
from msgspec import Struct
from numba import njit
from numpy.typing import NDArray

from trimtab.domain.observations import Bars

Floats = NDArray[np.float64]

LARGEST_SHOCK = 8.0
"""Bound of a shock, in standard deviations, so that no price explodes."""
SIGMA = 0.005
"""Of an hour's log return."""

Tails = Literal["factors", "shared", "own"]
"""Where the fat tails come from: common and own shocks are each Student-t; one wild factor scales
all coins of a row; or one of each coin scales it alone."""


class QuietMarket(Struct, frozen=True):
    """Constant correlation. Times are in rows, which are hours."""

    rho: float = 0.6
    """Of each two coins."""
    tails: Tails = "factors"
    freedom: float = 4.0
    """Degrees of freedom of the shocks."""
    burst: float = 1.0
    """Multiple of the volatility of all coins in bursts of a day, once in three weeks."""
    coins: int = 15
    spread: float = 0.0
    """Loadings on the common factor go from this much below sqrt(rho) to as much above."""

    @property
    def name(self) -> str:
        """Such as ``0.6 t4 factors``."""
        count = "" if self.coins == 15 else f" {self.coins} coins"
        burst = f" bursts x{self.burst:g}" if self.burst > 1.0 else ""
        spread = f" loadings +-{self.spread:g}" if self.spread > 0.0 else ""
        return f"{self.rho:g} t{self.freedom:g} {self.tails}{burst}{spread}{count}"


Kind = Literal["all", "one", "halves"]


class Breakdown(Struct, frozen=True):
    """For some rows coins let go: `all` of their factor, `one` of it, or the `halves` of each other."""

    kind: Kind
    start: int
    rows: int = 48
    left: float = 0.3
    """Of the loading on the common factor; halves keep it, to a factor of their own."""

    @property
    def name(self) -> str:
        """Such as ``all for 48 h``."""
        return f"{self.kind} for {self.rows} h"


def quiet_moves(rows: int, market: QuietMarket, generator: np.random.Generator) -> Floats:
    """Log returns[row, coin]."""
    return _moves(rows, market, generator, None)


def broken_moves(
    rows: int, market: QuietMarket, breakdown: Breakdown, generator: np.random.Generator
) -> Floats:
    """Log returns[row, coin] of a market that is quiet but for one breakdown."""
    return _moves(rows, market, generator, breakdown)


def resampled(moves: Floats, rows: int, block: int, generator: np.random.Generator) -> Floats:
    """`rows` rows of the moves in blocks that begin anywhere, all coins together (Kuensch 1989)."""
    starts = generator.integers(0, len(moves) - block + 1, -(-rows // block))
    places = (starts[:, np.newaxis] + np.arange(block)).ravel()[:rows]
    drawn: Floats = moves[places]
    return drawn


def bars_of(moves: Floats) -> Bars:
    """Read-only bars whose closes follow the moves; other prices are the close's."""
    closes = 100.0 * np.exp(np.cumsum(moves, axis=0))
    bars = np.ascontiguousarray(np.repeat(closes[:, np.newaxis, :], 5, axis=1))
    bars.flags.writeable = False
    return bars


def _moves(
    rows: int, market: QuietMarket, generator: np.random.Generator, breakdown: Breakdown | None
) -> Floats:
    shape = (rows, market.coins)
    loadings = _loadings(shape, market)
    factors = _shocks((rows, 2), market, generator)
    common = np.repeat(factors[:, :1], market.coins, axis=1)
    if breakdown is not None:
        spell = slice(breakdown.start, breakdown.start + breakdown.rows)
        match breakdown.kind:
            case "all":
                loadings[spell] *= breakdown.left
            case "one":
                loadings[spell, market.coins // 2] *= breakdown.left
            case "halves":
                common[spell, market.coins // 2 :] = factors[spell, 1:]
    own = _shocks(shape, market, generator)
    shocks = loadings * common + np.sqrt(1.0 - loadings**2) * own
    shocks *= _wildness(shape, market, generator)
    moves: Floats = np.clip(shocks, -LARGEST_SHOCK, LARGEST_SHOCK)
    cluster(moves, SIGMA * _bursts(rows, market.burst, generator))
    return moves


def _loadings(shape: tuple[int, int], market: QuietMarket) -> Floats:
    level = sqrt(market.rho)
    across = np.linspace(level - market.spread, level + market.spread, shape[1])
    return np.tile(np.clip(across, 0.0, 0.98), (shape[0], 1))


def _shocks(shape: tuple[int, int], market: QuietMarket, generator: np.random.Generator) -> Floats:
    """Of unit variance; normal where the tails come from `_wildness`."""
    if market.tails != "factors":
        return generator.standard_normal(shape)
    scale = sqrt((market.freedom - 2.0) / market.freedom)
    drawn: Floats = generator.standard_t(market.freedom, shape) * scale
    return np.clip(drawn, -LARGEST_SHOCK, LARGEST_SHOCK)


def _wildness(
    shape: tuple[int, int], market: QuietMarket, generator: np.random.Generator
) -> Floats | float:
    """What makes normal shocks Student's t of unit variance: of a row, or of each coin."""
    if market.tails == "factors":
        return 1.0
    drawn = (shape[0], 1) if market.tails == "shared" else shape
    scaled: Floats = np.sqrt((market.freedom - 2.0) / generator.chisquare(market.freedom, drawn))
    return scaled


def _bursts(rows: int, height: float, generator: np.random.Generator) -> Floats:
    """Multiples of the volatility, drawn even where they are all one: paths stay comparable."""
    multiples = np.ones(rows)
    row = 0
    while row < rows:
        row += int(generator.exponential(500.0))
        end = row + 1 + int(generator.exponential(24.0))
        multiples[row:end] = height
        row = end
    return multiples


@njit(cache=True)
def cluster(moves: Floats, sigmas: Floats) -> None:
    """Shocks become moves, in place: each coin's variance is a GARCH(1, 1) of unit mean."""
    variances = np.ones(moves.shape[1])
    for row in range(len(moves)):
        for coin in range(moves.shape[1]):
            shock = sqrt(variances[coin]) * moves[row, coin]
            moves[row, coin] = sigmas[row] * shock
            variances[coin] = 0.05 + 0.08 * shock * shock + 0.87 * variances[coin]
