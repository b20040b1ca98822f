"""What `trimtab lab score` scores: analyzers on simulated markets, or a recording."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from msgspec import Struct

from trimtab.app.lab import score_drop, score_phase
from trimtab.app.lab.score_context import score_context
from trimtab.app.lab.score_correlation import score_correlation
from trimtab.app.lab.score_spike import score_spike
from trimtab.app.lab.score_volatility_forecast import score_recorded_volatility
from trimtab.app.lab.score_volume import score_volume_anomalies
from trimtab.app.recording import Recording
from trimtab.lab.scores.correlation_picture import size_picture
from trimtab.lab.scores.interval_scores import interval_picture, score_intervals
from trimtab.lab.scores.judge_scores import judge_picture, score_judge
from trimtab.lab.scores.pictures import spike_picture, volume_picture


class Scored(NamedTuple):
    """Figures, and how to draw them as SVG."""

    figures: Struct
    picture: Callable[[], str]


def _phase(seeds: int) -> Scored:
    return Scored(score_phase.score_phase(seeds), score_phase.picture)


def _spike(seeds: int) -> Scored:
    scores = score_spike(seeds)
    return Scored(scores, partial(spike_picture, scores.rates))


def _volume(seeds: int) -> Scored:
    scores = score_volume_anomalies(seeds)
    return Scored(scores, partial(volume_picture, scores.markets))


def _correlation(seeds: int) -> Scored:
    scores = score_correlation(seeds)
    return Scored(scores, partial(size_picture, scores.sizes))


def _drop(seeds: int) -> Scored:
    return Scored(score_drop.score_drop(seeds), partial(score_drop.picture, seeds))


def _judged_markets(seed: int) -> np.random.Generator:
    """Seeds on which nothing was chosen."""
    return np.random.default_rng(510_000 + seed)


def _judge(seeds: int) -> Scored:
    scores = score_judge(seeds, _judged_markets)
    return Scored(scores, partial(judge_picture, scores))


def _compare(runs: int) -> Scored:
    scores = score_intervals(runs, lambda run: np.random.default_rng(520_000 + run))
    return Scored(scores, partial(interval_picture, scores))


SIMULATED: dict[str, Callable[[int], Scored]] = {
    "phase": _phase,
    "spike": _spike,
    "volume": _volume,
    "correlation": _correlation,
    "drop": _drop,
    "judge": _judge,
    "compare": _compare,
}
"""By kind: so many markets of each family, none of which anything was learnt from."""

RECORDED: dict[str, Callable[[Recording], Struct]] = {
    "context": score_context,
    "volatility": score_recorded_volatility,
}
"""By kind: what the context is worth where no truth is known."""
