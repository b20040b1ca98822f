"""Small wild markets: fat tails, a burst, gaps, silent coins and zero volumes."""

from __future__ import annotations

import os

import numpy as np

from trimtab.domain.observations import Bars
from trimtab.domain.units import Coin

COMPILED = os.environ.get("NUMBA_DISABLE_JIT", "0") == "0"
ROWS = 600 if COMPILED else 120
EXAMPLES = 12 if COMPILED else 4
COINS = (Coin("AAA"), Coin("BBB"), Coin("CCC"))


def market(seed: int, rows: int = ROWS, coins: int = len(COINS)) -> Bars:
    """Read-only bars[row, field, coin]."""
    random = np.random.default_rng(seed)
    together = random.standard_t(4, (rows, 1))
    moves = 0.004 * (together + random.standard_t(4, (rows, coins)))
    burst = int(random.integers(rows // 2, rows - 12))
    moves[burst : burst + 8] *= 8.0
    closes = 100.0 * np.exp(np.cumsum(moves, axis=0))
    opens = np.vstack([np.full((1, coins), 100.0), closes[:-1]])
    wicks = 1.0 + np.abs(random.normal(0.0, 0.002, (2, rows, coins)))
    highs = np.maximum(opens, closes) * wicks[0]
    lows = np.minimum(opens, closes) / wicks[1]
    volumes = np.exp(random.normal(8.0, 0.5, (rows, coins)))
    volumes[burst + 2 : burst + 8] *= 500.0
    bars: Bars = np.stack([opens, highs, lows, closes, volumes], axis=1)
    return frozen(_with_holes(bars, random))


def frozen(bars: Bars) -> Bars:
    """Bars as the system hands them out: C-ordered and read-only."""
    kept: Bars = np.ascontiguousarray(bars)
    kept.flags.writeable = False
    return kept


def _with_holes(bars: Bars, random: np.random.Generator) -> Bars:
    rows, coins = len(bars), len(bars[0, 0])
    for coin in range(coins):
        bars[random.random(rows) < 0.01, :, coin] = np.nan
        bars[random.random(rows) < 0.01, 4, coin] = 0.0
    hole = int(random.integers(rows // 3, rows // 2))
    bars[hole : hole + 9, :, 0] = np.nan
    bars[hole + 3 : hole + 5] = np.nan
    return bars
