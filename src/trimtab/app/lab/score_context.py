"""Does the context explain forecasters' hits out of sample? Asked of recorded forecasts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from trimtab.app.compose import run_through
from trimtab.app.configuring import configuration
from trimtab.app.nothing import NoJournal
from trimtab.app.output import with_progress
from trimtab.app.recording import Recording
from trimtab.app.settings import Settings
from trimtab.app.starting import started_on
from trimtab.domain.configuration import Topic
from trimtab.domain.decisions import PredictionsSettled
from trimtab.domain.market_context import VOLATILITY_REGIMES
from trimtab.domain.units import NEVER, Coin, Micros, TopicName
from trimtab.lab.scores.context_value import ContextValue, Hits, context_value
from trimtab.ports import Recorded


class ContextScores(Struct, frozen=True):
    """A line for each topic with outcomes enough."""

    topics: tuple[ContextValue, ...]


def score_context(recording: Recording) -> ContextScores:
    """Folds the record without trading, and asks what the contexts at issue were worth."""
    written = configuration(Settings(), recording.topics, recording.candles.coins)
    start = started_on(recording, written, begin=NEVER)
    facts = with_progress(recording.feed().facts(), "score context", start.at, recording.closed)
    settled = _Settled()
    run_through(start, facts, NoJournal(), settled)
    asked = [
        context_value(
            hits_of(settled.facts[topic.name], topic, recording.candles.coins, start.interval)
        )
        for topic in recording.topics
        if topic.name in settled.facts
    ]
    return ContextScores(tuple(one for one in asked if one is not None))


class _Settled:
    """An audience that keeps what came of forecasts, by topic."""

    def __init__(self) -> None:
        self.facts: dict[TopicName, list[PredictionsSettled]] = {}

    def publish(self, records: Sequence[Recorded]) -> None:
        for _, fact in records:
            if isinstance(fact, PredictionsSettled):
                self.facts.setdefault(fact.topic, []).append(fact)


def hits_of(
    facts: Sequence[PredictionsSettled], topic: Topic, coins: tuple[Coin, ...], interval: Micros
) -> Hits:
    """The settled forecasts of a topic as a table from the first to the last issue."""
    first = min(fact.issued_at for fact in facts)
    instants = 1 + (max(fact.issued_at for fact in facts) - first) // interval
    right = np.full((instants, len(coins)), np.nan)
    contexts = np.zeros(right.shape, np.int64)
    place = {coin: column for column, coin in enumerate(coins)}
    for fact in facts:
        row, columns = (fact.issued_at - first) // interval, [place[coin] for coin in fact.coins]
        move = np.array(fact.forecast, float) * np.array(fact.realised, float)
        right[row, columns] = np.where(move == 0.0, np.nan, move > 0.0)
        right[row, columns] += 0.0 * move  # NaN where either is not known
        regimes = np.array(fact.volatility_regime, np.int64)
        contexts[row, columns] = np.array(fact.phase, np.int64) * len(VOLATILITY_REGIMES) + regimes
    return Hits(topic.name, int(-(-topic.horizon // interval)), right, contexts)
