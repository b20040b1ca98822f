"""The words of the accuracy ledger's arithmetic: what was seen, and what is believed of it.

Plain tuples, so that kernels can take and make them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Records = NDArray[Any]


class Priors(NamedTuple):
    """What is believed before anything is known; edges as standard deviations."""

    everything: float = 0.03
    topic: float = 0.03
    volatility: float = 0.03
    phase: float = 0.03
    coin: float = 0.03
    phase_here: float = 0.02
    """How much a phase's difference varies with the volatility."""
    coin_here: float = 0.02
    """How much a coin's difference varies with the context."""
    siblings: float = 2.0
    """The spreads of volatility, phase and coin count as if that many children had shown them."""
    correlation: float = 0.5
    """Of two coins' scores at the same time."""
    pairs: float = 2000.0
    """The correlation counts as if that many pairs of coins had shown it."""
    outcomes: float = 30.0
    """That scores have variance 1 counts as if that many outcomes had shown it."""


class Sums(NamedTuple):
    """The arrays of the ledger's sums, and the factor that brings their weights to the present."""

    cells: Records
    contexts: Records
    crowds: Records
    fade: float


class Evidence(NamedTuple):
    """Sums over independent outcomes; the mean score is total / weight."""

    weight: float
    total: float


class Belief(NamedTuple):
    """A normal distribution."""

    mean: float
    variance: float


class Noise(NamedTuple):
    """What one outcome is like."""

    variance: float
    """Of its score."""
    correlation: float
    """With another coin's score at the same time."""
    together: float
    """Variance in a mean of all coins, where it shares the common shocks with its company."""
    apart: float
    """Variance in the difference of one coin from the rest, where common shocks cancel."""


class Known(NamedTuple):
    """All that is known about one topic."""

    cells: Any
    contexts: Any
    fade: float
    by_coin: Floats
    whole: Evidence
    noise: Noise
    volatility: float
    """How much volatility regimes differ, as a variance; so for phases and coins."""
    phase: float
    coin: float
    belief: Belief
    """About the topic as a whole."""
