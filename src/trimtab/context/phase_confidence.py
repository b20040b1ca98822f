"""From belief to confidence: how often a phase is right that is believed in so much.

The filter's belief is exact only in markets of its own laws. The curve, by isotonic regression on
simulated markets of a wider range (Barlow et al. 1972), makes a number of it that can be trusted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trimtab.context.phase_kernel import STATES
from trimtab.context.phase_table import CONFIDENCE

KNOTS: NDArray[np.float64] = np.linspace(0.0, 1.0, len(CONFIDENCE))
"""Beliefs that the curve is given at; in between it is straight."""
CURVE: NDArray[np.float64] = np.array(CONFIDENCE)


def confidence(phase: int, belief: Sequence[float]) -> float:
    """As `confidences`, for one code: in a small part of the time."""
    return float(np.interp(belief[phase], KNOTS, CURVE)) if phase < STATES else 0.0


def confidences(phases: ArrayLike, beliefs: ArrayLike) -> NDArray[np.float64]:
    """For codes of phases and belief[..., state]; 0.0 where a phase is uncertain or unknown."""
    codes, lines = np.asarray(phases), np.asarray(beliefs).reshape(-1, STATES)
    committed = codes < STATES
    chosen = np.where(committed, codes, 0).reshape(-1)
    belief = lines[np.arange(len(lines)), chosen].reshape(codes.shape)
    return np.where(committed, np.interp(belief, KNOTS, CURVE), 0.0)
