"""How good a sequence of phases is, against the truth. Strict: `uncertain` is a wrong answer."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.lab.regimes import VOLATILE

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

BINS = 10


class PhaseScore(Struct, frozen=True):
    """Over several markets; every bar counts, the detector's first ones too."""

    balanced_accuracy: float
    """Mean over markets of the mean over phases of the share of bars that are named right."""
    worst: float
    """The same for the worst market."""
    false_switches: float
    """Changes to a label that is not the truth of that bar, `uncertain` among them, in 1000 bars."""
    delay: float
    """Median number of bars from the beginning of a spell to its first right label."""
    missed: float
    """Share of spells without any right label."""


def phase_score(labels: Labels, truth: Labels) -> PhaseScore:
    """Of labels[row, market]; codes above `VOLATILE` mean that no phase was named."""
    markets = range(truth.shape[1])
    each = [balanced_accuracy(labels[:, one], truth[:, one]) for one in markets]
    waits = np.concatenate([_waits(labels[:, one], truth[:, one]) for one in markets])
    found = waits[waits >= 0]
    return PhaseScore(
        balanced_accuracy=float(np.mean(each)),
        worst=min(each),
        false_switches=false_switches(labels, truth),
        delay=float(np.median(found)) if len(found) else float("nan"),
        missed=float(np.count_nonzero(waits < 0) / len(waits)),
    )


def balanced_accuracy(labels: Labels, truth: Labels) -> float:
    """Of one market: phases count alike, however long they ruled."""
    right = labels == truth
    ruled = [truth == phase for phase in range(VOLATILE + 1) if phase in truth]
    shares = [np.count_nonzero(right & rule) / np.count_nonzero(rule) for rule in ruled]
    return float(sum(shares) / len(shares))


def false_switches(labels: Labels, truth: Labels) -> float:
    """In 1000 bars."""
    changed = labels[1:] != labels[:-1]
    false = changed & (labels[1:] != truth[1:])
    return float(1000.0 * np.count_nonzero(false) / false.size)


def _waits(labels: Labels, truth: Labels) -> Labels:
    """For each spell the bars until its first right label; -1 if there is none."""
    starts = np.concatenate([[0], np.flatnonzero(np.diff(truth)) + 1])
    ends = np.append(starts[1:], len(truth))
    right = np.append(np.flatnonzero(labels == truth), len(truth))
    first = right[np.searchsorted(right, starts)]
    return np.where(first < ends, first - starts, -1)


def calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean distance of confidence and hit rate over ten equal bins."""
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    count = np.bincount(bins, minlength=BINS)
    said = np.bincount(bins, confidence, BINS)
    came = np.bincount(bins, right.astype(np.float64), BINS)
    return float(np.abs(said - came).sum() / max(count.sum(), 1))
