"""The product's drop detector as a rival among others: the ledger's own kernel on a bare stream."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trimtab.context.accuracy_axes import COIN
from trimtab.context.accuracy_drop import BETS, FIGURES, Watch, watch
from trimtab.context.accuracy_pending import PENDING
from trimtab.lab.scores.drop_rivals import FirstAlarm

CHUNK = 4096
INTERVAL = 1_000_000


def e_detector(level: float, patience: float) -> FirstAlarm:
    """Alarms when hits are below `level`; `patience` in horizons."""
    return lambda hits, overlap: statistics(hits, overlap, level, patience)[0]


def statistics(
    hits: NDArray[np.float64], overlap: int, level: float, patience: float
) -> tuple[int, NDArray[np.float64]]:
    """The place of the first alarm, or -1, and the statistic after every chunk of a horizon."""
    horizon = np.array([overlap * INTERVAL], np.int64)
    state = Watch.of(horizon, INTERVAL, COIN + 1).copy()
    state.records["frozen"], state.records["due"] = True, np.inf
    state.reference[0, 0] = 2.0 * (level - 0.5)  # magnitudes of 1: an edge of 2 p - 1
    seen: list[float] = []
    for start in range(0, len(hits), overlap):
        part = hits[start : start + overlap]
        place = _watched(state, part, start, horizon, patience)
        seen.append(float(state.streams[0, :, :].mean()))
        if place >= 0:
            return place, np.array(seen)
    return -1, np.array(seen)


def _watched(
    state: Watch, hits: NDArray[np.float64], start: int, horizon: NDArray[np.int64], patience: float
) -> int:
    count = len(hits)
    ring = np.zeros((1, count, 1), PENDING)
    ring["issued"][0, :, 0] = (start + 1 + np.arange(count)) * INTERVAL
    ring["sigma"] = 1.0
    outcomes = np.empty((1, count, 2, 1))
    outcomes[0, :, 0, 0] = INTERVAL / horizon[0]
    outcomes[0, :, 1, 0] = 2.0 * hits - 1.0
    told = np.empty((count, FIGURES))
    effects = COIN + 1
    alarms = watch(
        ring, np.arange(count), outcomes, horizon, np.zeros((1, effects)),
        np.zeros((1, effects, effects)), np.ones((1, 4)), np.ones((1, 4, 2)), np.array(BETS),
        (patience, 0.0, 0.0, INTERVAL, 0.0), state.records, state.streams, state.reference,
        told,
    )  # fmt: skip
    return int(told[0, -1]) // INTERVAL - 1 if alarms else -1
