"""A small market for forecasters: some coins, with gaps and one that comes late."""

from __future__ import annotations

import numpy as np

from trimtab.domain.configuration import Topic
from trimtab.domain.units import DAY, HOUR, SECOND, Micros, TopicName
from trimtab.lab.forecasting.record import Record

FIRST = Micros(1_704_067_200 * SECOND)
"""2024-01-01 00:00 UTC."""


def record(days: int, *, seed: int = 1, coins: int = 6, echo: float = 0.0) -> Record:
    """Hourly bars; each step undoes the share `echo` of the step before it."""
    generator = np.random.default_rng(seed)
    rows = 24 * days
    steps = generator.normal(0.0, 0.01, (rows, coins))
    for row in range(1, rows):
        steps[row] -= echo * steps[row - 1]
    closes = 100.0 * np.exp(np.cumsum(steps, axis=0))
    opens = np.vstack([np.full((1, coins), 100.0), closes[:-1]])
    wider = np.exp(np.abs(generator.normal(0.0, 0.003, (rows, coins))))
    high, low = np.maximum(opens, closes) * wider, np.minimum(opens, closes) / wider
    bars = np.stack([opens, high, low, closes, generator.gamma(2.0, 50.0, (rows, coins))], axis=1)
    gone = generator.random((rows, coins)) < 0.01
    bars[np.broadcast_to(gone[:, None, :], bars.shape)] = np.nan
    bars[: rows // 4, :, -1] = np.nan
    return Record(HOUR, FIRST + HOUR * np.arange(1, rows + 1), bars)


def topic(hours: int) -> Topic:
    return Topic(TopicName(f"own-{hours}h"), "log_return", Micros(hours * HOUR))


HISTORY = Micros(60 * DAY)
