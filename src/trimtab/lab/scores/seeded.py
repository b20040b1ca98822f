"""Independent streams of chance, all of one seed."""

from __future__ import annotations

import numpy as np


def seeded(seed: int, *stream: int) -> np.random.Generator:
    """The generator of this stream: equal seeds and streams give equal draws."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=stream))
