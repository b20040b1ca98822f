"""What came of forecasts, as facts."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from trimtab.context.accuracy_beliefs import Floats, Records
from trimtab.domain.configuration import Topic
from trimtab.domain.decisions import PredictionsSettled
from trimtab.domain.units import Coin, Micros


def settled_facts(
    topics: tuple[Topic, ...],
    coins: tuple[Coin, ...],
    at: Micros,
    ring: Records,
    batches: list[int],
    realised: Floats,
) -> tuple[PredictionsSettled, ...]:
    """A fact for all forecasts of a topic and an instant; oldest first, then as configured.

    `ring` before settlement; `batches`: topic * slots + slot; `realised` [topic, slot, coin].
    """
    facts = [
        (fact.issued_at, topic, fact)
        for topic, slot in (divmod(batch, ring.shape[1]) for batch in batches)
        for fact in _of_batch(topics[topic], coins, at, ring[topic, slot], realised[topic, slot])
    ]
    return tuple(fact for _, _, fact in sorted(facts, key=lambda each: each[:2]))


def _of_batch(
    topic: Topic, coins: tuple[Coin, ...], at: Micros, batch: Records, realised: Floats
) -> Iterator[PredictionsSettled]:
    dues: list[int] = batch["due"].tolist()
    forecasts: list[float] = batch["forecast"].tolist()
    outcomes = [None if isnan(outcome) else outcome for outcome in realised.tolist()]
    phases: list[int] = batch["phase"].tolist()
    regimes: list[int] = batch["regime"].tolist()
    for due in {due for due in dues if due <= at}:
        places = [place for place, each in enumerate(dues) if each == due]
        yield PredictionsSettled(
            at,
            topic.name,
            Micros(due - topic.horizon),
            tuple(coins[place] for place in places),
            tuple(forecasts[place] for place in places),
            tuple(outcomes[place] for place in places),
            tuple(phases[place] for place in places),
            tuple(regimes[place] for place in places),
        )
