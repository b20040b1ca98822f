"""What came of forecasts, as facts."""

from __future__ import annotations

from itertools import repeat
from math import isnan
from operator import attrgetter

import numpy as np

from trimtab.context.accuracy_beliefs import Floats, Records
from trimtab.domain.configuration import Topic
from trimtab.domain.decisions import PredictionsSettled
from trimtab.domain.rounding import significant
from trimtab.domain.units import Coin, Micros

DIGITS = 4
"""Significant digits of what is told; nothing is computed with it."""

Columns = tuple[
    tuple[Coin, ...],
    tuple[float, ...],
    tuple[float | None, ...],
    tuple[int, ...],
    tuple[int, ...],
]
"""Coins, forecasts, realised returns, phases and volatility regimes."""


def settled_facts(
    topics: tuple[Topic, ...],
    coins: tuple[Coin, ...],
    at: Micros,
    ring: Records,
    batches: list[int],
    realised: Floats,
) -> tuple[PredictionsSettled, ...]:
    """A fact for all forecasts of a topic and an instant; oldest first, then as configured.

    `ring` before settlement; `batches`: topic * slots + slot, by topic; `realised` [topic, slot, coin].
    """
    facts: list[PredictionsSettled] = []
    places = np.divmod(batches, ring.shape[1])
    told = significant(np.stack((ring["forecast"][places], realised[places])), DIGITS)
    for place, (topic, slot) in enumerate(map(divmod, batches, repeat(ring.shape[1]))):
        facts += _of_batch(topics[topic], coins, at, ring[topic, slot], told[:, place])
    return tuple(sorted(facts, key=attrgetter("issued_at")))


def _of_batch(
    topic: Topic, coins: tuple[Coin, ...], at: Micros, batch: Records, told: Floats
) -> list[PredictionsSettled]:
    dues, _, _, _, phases, regimes = zip(*batch.tolist(), strict=True)
    forecasts, outcomes = told.tolist()
    realised = tuple([None if isnan(outcome) else outcome for outcome in outcomes])
    columns = (coins, tuple(forecasts), realised, phases, regimes)
    return [
        PredictionsSettled(at, topic.name, Micros(due - topic.horizon), *_due(columns, dues, due))
        for due in {due for due in dues if due <= at}
    ]


def _due(columns: Columns, dues: tuple[int, ...], due: int) -> Columns:
    if dues.count(due) == len(dues):
        return columns
    places = [place for place, each in enumerate(dues) if each == due]
    coins, forecasts, realised, phases, regimes = columns
    return (
        tuple([coins[place] for place in places]),
        tuple([forecasts[place] for place in places]),
        tuple([realised[place] for place in places]),
        tuple([phases[place] for place in places]),
        tuple([regimes[place] for place in places]),
    )
