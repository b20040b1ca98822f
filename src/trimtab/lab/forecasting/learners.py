"""Ways to forecast: each learns from rows of the past and then says the move of any row.

Moves are in units of the coin's volatility over the horizon.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.configuration import Topic

Floats = NDArray[np.float64]
Predictor = Callable[[Floats], Floats]
"""features[n, feature] to expected moves, float64[n]; each row for itself."""
Learner = Callable[[Floats, Floats], Predictor]
"""features[n, feature] and the moves[n] that followed."""

SHRINKAGE = 300.0
"""Of the ridge, in rows: the weights of standardised features are that reluctant."""
ECHO = 0.05
"""Share of the last move that reversal and momentum expect."""


class Forecaster(NamedTuple):
    """A topic and how it comes to its forecasts."""

    topic: Topic
    learner: Learner | None
    """None: it learns nothing and expects `echo` times the move of its last horizon."""
    echo: float = 0.0


def ridge(features: Floats, moves: Floats) -> Predictor:
    """One linear rule for all coins, by penalised least squares (Hoerl and Kennard 1970)."""
    centre, width = features.mean(axis=0), features.std(axis=0)
    scale = np.where(width > 0.0, width, 1.0)
    level = float(moves.mean())
    known = (features - centre) / scale
    # Not by `@`: how that adds up depends on the machine's threads.
    squares: Floats = np.einsum("ni,nj->ij", known, known) + SHRINKAGE * np.eye(known.shape[1])
    products: Floats = np.einsum("ni,n->i", known, moves - level)
    weights = np.linalg.solve(squares, products)

    def predict(asked: Floats) -> Floats:
        expected: Floats = level + ((asked - centre) / scale * weights).sum(axis=1)
        return expected

    return predict
