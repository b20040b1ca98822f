"""Forecasts that can know nothing: the control that every claim of skill has to lose against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trimtab.domain.configuration import Topic

Floats = NDArray[np.float64]


def signs_shuffled(
    topics: tuple[Topic, ...], values: Floats, closes: Floats, generator: np.random.Generator
) -> Floats:
    """Every forecast with its size and a sign drawn anew; float64[instants, topics, coins].

    `closes` [instants, coins]: last price at issue. A price is mirrored at it in logarithms, so
    that its size as a log return stays. Kinds without a direction are left alone.
    """
    flipped = generator.random(values.shape) < 0.5
    shuffled = values.copy()
    for place, topic in enumerate(topics):
        match topic.kind:
            case "log_return":
                mirrored = -values[:, place]
            case "price":
                mirrored = closes**2 / values[:, place]
            case "volatility" | "classification":
                continue
        shuffled[:, place] = np.where(flipped[:, place], mirrored, values[:, place])
    return shuffled
