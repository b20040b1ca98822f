"""What came of forecasts, as facts."""

from __future__ import annotations

from math import isnan
from operator import attrgetter

from trimtab.context.accuracy_beliefs import Floats, Records
from trimtab.domain.configuration import Topic
from trimtab.domain.decisions import PredictionsSettled
from trimtab.domain.rounding import shortened
from trimtab.domain.units import Coin, Micros

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
    for each in batches:
        topic, slot = divmod(each, ring.shape[1])
        facts += _of_batch(topics[topic], coins, at, ring[topic, slot], realised[topic, slot])
    return tuple(sorted(facts, key=attrgetter("issued_at")))


def _of_batch(
    topic: Topic, coins: tuple[Coin, ...], at: Micros, batch: Records, outcomes: Floats
) -> list[PredictionsSettled]:
    """Forecasts and outcomes as they are told: to four digits. Nothing is computed with them."""
    dues, forecasts, phases, regimes = (batch[name].tolist() for name in _TOLD)
    told = tuple([shortened(forecast) for forecast in forecasts])
    realised = tuple([None if isnan(one) else shortened(one) for one in outcomes.tolist()])
    columns = (coins, told, realised, tuple(phases), tuple(regimes))
    return [
        PredictionsSettled(at, topic.name, Micros(due - topic.horizon), *_due(columns, dues, due))
        for due in {due for due in dues if due <= at}
    ]


_TOLD = ("due", "forecast", "phase", "regime")


def _due(columns: Columns, dues: list[int], due: int) -> Columns:
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
