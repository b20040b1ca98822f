"""Scores the drop detector beside others, on streams whose drop is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from trimtab.context.accuracy_drop import DropParameters
from trimtab.lab.scores.drop_picture import DropStream, drop_picture
from trimtab.lab.scores.drop_rivals import FirstAlarm, cusum, ddm, page_hinkley, window
from trimtab.lab.scores.drop_scores import (
    AFTER,
    BEFORE,
    CALM,
    DropScores,
    scored,
    shortest,
    useless_ratio,
)
from trimtab.lab.scores.drop_streams import before_and_after, overlapping_hits
from trimtab.lab.scores.drop_watcher import e_detector, statistics

OURS = "e-detector"
WINDOW = "window 200"
ORACLE = "CUSUM, told both rates"
ORACLE_LIMIT = 4.5
"""About as many false alarms as the e-detector has."""
LEVEL = BEFORE - DropParameters().slack
QUIET = {1: 10_000, 24: 5_000, 96: 3_000}
"""Horizons without a drop, a seed, by overlap: a detector that begins anew needs long ones."""


def score_drop(seeds: int) -> DropScores:
    """Every detector at every overlap; the same streams for all of them."""
    patience = DropParameters().patience
    rows = tuple(
        scored(name, first_alarm, overlap, quiet, _generators(0, seeds))
        for overlap, quiet in QUIET.items()
        for name, first_alarm in _detectors(patience)
    )
    useless = {
        str(overlap): useless_ratio(
            e_detector(0.5, patience), overlap, quiet, patience, _generators(seeds, seeds)
        )
        for overlap, quiet in QUIET.items()
    }
    bounds = {str(row.overlap): shortest(row) for row in rows if row.detector == WINDOW}
    known = {overlap: bound for overlap, bound in bounds.items() if bound is not None}
    return DropScores(seeds, patience, rows, useless, known)


def _generators(first: int, count: int) -> Iterator[np.random.Generator]:
    return (np.random.default_rng(seed) for seed in range(first, first + count))


def _detectors(patience: float) -> Iterator[tuple[str, FirstAlarm]]:
    yield OURS, e_detector(LEVEL, patience)
    yield "window 50", window(50)
    yield WINDOW, window(200)
    yield ORACLE, cusum(BEFORE, AFTER, ORACLE_LIMIT)
    yield "Page-Hinkley", page_hinkley
    yield "DDM", ddm
    if find_spec("river") is not None:
        yield "ADWIN", _adwin


class _DriftDetector(Protocol):
    drift_detected: bool

    def update(self, x: float) -> object: ...


def _adwin(hits: NDArray[np.float64], _: int) -> int:
    """Of the library river, where it is installed; it alarms at rises too."""
    make: Callable[[], _DriftDetector] = import_module("river.drift").ADWIN
    detector = make()
    for place, hit in enumerate(hits.tolist()):
        detector.update(hit)
        if detector.drift_detected:
            return place
    return -1


def picture(seed: int) -> str:
    """Of one stream, as SVG; `docs/pictures/accuracy-drop.svg` is the one of seed 1."""
    skills = before_and_after(BEFORE, AFTER, CALM, CALM, 1)
    hits = overlapping_hits(skills, 1, np.random.default_rng(seed))
    patience = DropParameters().patience
    alarm, seen = statistics(hits, 1, LEVEL, patience)
    level = np.minimum(1.0, np.log1p(seen) / np.log(patience))
    marks = {"the drop": CALM} | ({"the alarm": alarm} if alarm >= 0 else {})
    return drop_picture(
        DropStream(
            f"Hits fall from {BEFORE:.0%} to {AFTER:.0%}",
            np.concatenate([level, np.full(len(hits) - len(level), level[-1])]),
            np.array([hits[max(0, place - 199) : place + 1].mean() for place in range(len(hits))]),
            marks,
        )
    )
