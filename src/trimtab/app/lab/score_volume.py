"""Scores the volume analyzer's anomalies on simulated volume."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from trimtab.lab.scores.volume_scores import SHAPE, VolumeScores, score_volume

FIRST_SEED = 72_000


class VolumeAnomalyScores(Struct, frozen=True):
    """A line for each kind of market."""

    markets: tuple[VolumeScores, ...]


def score_volume_anomalies(seeds: int, shape: tuple[int, int] = SHAPE) -> VolumeAnomalyScores:
    """On markets of this many rows and coins. Raises ValueError where there is nothing to score."""
    if seeds < 1:
        raise ValueError(f"seeds: {seeds} years cannot be scored; give 1 or more, 8 for a report")
    generators = [np.random.default_rng(FIRST_SEED + seed) for seed in range(seeds)]
    return VolumeAnomalyScores(score_volume(generators, shape))
