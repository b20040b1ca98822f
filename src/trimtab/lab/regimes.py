"""The hidden truth of a synthetic market: which regime rules, and when coins break apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

BULL, BEAR, SIDEWAYS, VOLATILE = range(4)
"""Codes of the regimes: the first four of `domain.market_context.PHASES`."""

Lengths = NDArray[np.int64]


class Spell(Struct, frozen=True):
    """How long something lasts, in rows: gamma distributed, so that it is semi-Markov."""

    mean: float
    shape: float = 2.0

    def draw(self, count: int, generator: np.random.Generator) -> Lengths:
        """Whole rows, at least 1."""
        lengths = generator.gamma(self.shape, self.mean / self.shape, count)
        return np.maximum(np.rint(lengths), 1.0).astype(np.int64)


def regime_path(rows: int, spell: Spell, generator: np.random.Generator) -> NDArray[np.int8]:
    """int8[rows]: the regime of each row. Every other regime is equally likely to follow."""
    lengths = _covering(rows, lambda count: spell.draw(count, generator))
    steps = generator.integers(1, 4, len(lengths))
    steps[0] = generator.integers(0, 4)
    return np.repeat(np.cumsum(steps) % 4, lengths)[:rows].astype(np.int8)


def breakdown_path(
    rows: int, quiet: Spell, broken: Spell, generator: np.random.Generator
) -> NDArray[np.bool_]:
    """bool[rows]: where coins do not move together; quiet and broken spells take turns."""
    lengths = _covering(
        rows,
        lambda count: np.column_stack(
            (quiet.draw(count, generator), broken.draw(count, generator))
        ).ravel(),
    )
    return np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)[:rows]


def _covering(rows: int, draw: Callable[[int], Lengths]) -> Lengths:
    """Spells that last `rows` rows or longer."""
    lengths = draw(16)
    while lengths.sum() < rows:
        lengths = np.append(lengths, draw(len(lengths)))
    return lengths
