"""What the analyzers say of each coin, put together as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from msgspec.structs import astuple

from trimtab.context.phase_detector import PhaseReading
from trimtab.context.told_figures import told, told_table
from trimtab.context.volatility_analyzer import VolatilityReading
from trimtab.context.volume_analyzer import VolumeReading
from trimtab.domain.market_context import CoinContext, PhaseProbabilities

PLACES = 4
"""Of a probability."""


def coin_contexts(
    phases: Sequence[PhaseReading],
    volatilities: Sequence[VolatilityReading],
    volumes: Sequence[VolumeReading],
) -> list[CoinContext]:
    """One for each reading, to four digits: nothing is computed with what is told."""
    beliefs = told_table(np.array([astuple(one.probabilities) for one in phases]), PLACES)
    confidences = _told([one.confidence for one in phases])
    levels = told(np.array([one.volatility for one in volatilities]))
    ratios = _told([one.ratio for one in volatilities])
    volumes_z = _told([one.z for one in volumes])
    return [
        CoinContext(
            phase.coin,
            phase.phase,
            confidences[place],
            PhaseProbabilities(*cast("tuple[float, float, float, float]", beliefs[place])),
            levels[place],
            ratios[place],
            volatilities[place].regime,
            volatilities[place].spiking,
            volumes_z[place],
        )
        for place, phase in enumerate(phases)
    ]


def _told(values: list[float]) -> tuple[float, ...]:
    return cast("tuple[float, ...]", told(np.array(values)))
