"""Does knowing the context help to foresee whether a forecast will be right?

Two forecasts of every hit, each from outcomes that were known by then: the topic's own rate, and
the rate in this context, shrunken towards the topic's. What the second saves in log loss is the
context's worth; the interval allows for outcomes that overlap and for coins that move together.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.units import TopicName
from trimtab.lab.scores.long_run import long_run_error

Floats = NDArray[np.float64]

SPREAD = 0.025
"""How much rates of hits are thought to differ between contexts, as a standard deviation."""

CORRELATION = 0.3
"""Of two coins' hits at the same time: what one of many coins adds to the evidence."""

LEARNT = 100.0
"""Independent outcomes of the topic before anything is scored."""


class Hits(Struct, frozen=True, eq=False):
    """A topic's settled forecasts, as a table of instants (in order) by coins."""

    topic: TopicName
    horizon: int
    """In instants: outcomes of a forecast are known that many instants after its issue."""
    right: Floats
    """[instant, coin] 1 right, 0 wrong; NaN where there is no forecast or the price stood still."""
    contexts: NDArray[np.int64]
    """[instant, coin] the context at issue, as a code from 0."""


class ContextValue(Struct, frozen=True):
    """What the context is worth to one topic."""

    topic: TopicName
    forecasts: int
    """Scored ones."""
    accuracy: float
    saved: float
    """Log loss saved by the context, in thousandths of a nat a forecast; negative: it misleads."""
    low: float
    high: float
    """95 % interval."""


def context_value(hits: Hits) -> ContextValue | None:
    """Prequential: every forecast is scored with what was known when it was issued.

    None where fewer than LEARNT independent outcomes were ever known, or nothing came after them.
    """
    known = np.isfinite(hits.right)
    plain, informed, evidence = known_rates(hits)
    scored = known & (evidence >= LEARNT)[:, np.newaxis]
    if not scored.any():
        return None
    saved = np.where(scored, _loss(plain, hits.right) - _loss(informed, hits.right), 0.0)
    times = scored.any(axis=1)
    hourly = saved[times].sum(axis=1) / scored[times].sum(axis=1)
    mean, error = 1e3 * float(hourly.mean()), 1e3 * long_run_error(hourly, hits.horizon)
    return ContextValue(
        hits.topic,
        int(scored.sum()),
        float(hits.right[scored].mean()),
        mean,
        mean - 1.96 * error,
        mean + 1.96 * error,
    )


def known_rates(hits: Hits) -> tuple[Floats, Floats, Floats]:
    """What outcomes that were known by then say: [instant, coin] the topic's rate of hits, the same
    in this context; [instant] independent outcomes behind it."""
    known = np.isfinite(hits.right)
    share = 1.0 / (hits.horizon * (1.0 + CORRELATION * (known.sum(axis=1).mean() - 1.0)))
    count = int(hits.contexts.max()) + 1
    seen = np.zeros((len(known) + hits.horizon, count))
    right = np.zeros_like(seen)
    rows, coins = np.nonzero(known)
    places = (rows + hits.horizon, hits.contexts[rows, coins])
    np.add.at(seen, places, share)
    np.add.at(right, places, share * hits.right[rows, coins])
    seen, right = _before(seen, len(known)), _before(right, len(known))
    evidence = seen.sum(axis=1)
    topic = (right.sum(axis=1) + 0.5 * _prior(0.5)) / (evidence + _prior(0.5))
    prior = topic * (1.0 - topic) / SPREAD**2 - 1.0
    contexts = (right + (prior * topic)[:, np.newaxis]) / (seen + prior[:, np.newaxis])
    plain = np.repeat(topic[:, np.newaxis], known.shape[1], axis=1)
    return plain, np.take_along_axis(contexts, hits.contexts, axis=1), evidence


def _before(settled: Floats, instants: int) -> Floats:
    """Sums of what was settled at or before each instant."""
    return np.cumsum(settled, axis=0)[:instants]


def _prior(rate: float) -> float:
    """Outcomes that a Beta prior with standard deviation SPREAD around the rate is worth."""
    return rate * (1.0 - rate) / SPREAD**2 - 1.0


def _loss(rate: Floats, right: Floats) -> Floats:
    return -np.log(np.where(right > 0.5, rate, 1.0 - rate))
