"""How good each topic is in the present context: a line of the context that is told."""

from __future__ import annotations

import numpy as np

from trimtab.context.accuracy_beliefs import Floats, Integers
from trimtab.context.accuracy_tracker import AccuracyTracker, Weighed
from trimtab.domain.market_context import TopicContext


def accuracy_now(
    ledger: AccuracyTracker, phase: int, regimes: Integers, sigmas: Floats
) -> tuple[TopicContext, ...]:
    """Topics as configured, those left out that tell no direction; figures as they are told.

    `phase`, `regimes` [coin] and `sigmas` [coin] as in `AccuracyTracker.preview`.
    """
    preview = ledger.preview(phase, regimes, sigmas)
    told = (_topic(ledger, preview, place, phase) for place in range(len(ledger.topics)))
    return tuple(one for one in told if one is not None)


def _topic(
    ledger: AccuracyTracker, preview: Weighed, place: int, phase: int
) -> TopicContext | None:
    chances = preview.probability[place]
    if not np.isfinite(chances).any():
        return None
    best = int(np.nanargmax(chances))
    here = ledger.sums.cells[place, :, phase, -1]
    count, hits = int(here["count"].sum()), int(here["hits"].sum())
    return TopicContext(
        ledger.topics[place].name,
        round(hits / count, 4) if count else None,
        count,
        ledger.coins[best],
        round(float(chances[best]), 4),
        round(float(preview.net_edge[place, best]), 1),
    )
