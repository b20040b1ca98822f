"""From facts to rows of the plan's tables: statements as values, the same for every database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from msgspec import Struct, json

from trimtab.domain.configuration import Mix
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationFailed,
    AdaptationJudged,
    AdaptationRolledBack,
    PredictionsSettled,
)
from trimtab.domain.event_types import (
    AlloraAccuracyDrop,
    CorrelationBreakdown,
    MarketEvent,
    MarketRegimeChange,
    PerformanceDegradation,
    VolatilitySpike,
    VolumeAnomaly,
)
from trimtab.domain.facts import Fact
from trimtab.domain.units import MARKET, Coin
from trimtab.records.journal_row import JournalRow
from trimtab.records.overview_difference import difference, mix_before_and_after
from trimtab.records.plan_tables import ADAPTATIONS, MARKET_EVENTS
from trimtab.records.settled_outcomes import outcomes


class Trigger(NamedTuple):
    """The event id of the market event that an adaptation answers: one of the same step."""

    type: str
    causation_id: str | None
    coin: Coin
    """Preferred, where several of the type were noticed at once."""


class Moment(NamedTuple):
    """UTC in microseconds, which each database writes in its own way."""

    at: int


Value = str | int | float | bool | Trigger | Moment | None


class Insert(NamedTuple):
    """A new row."""

    table: str
    values: dict[str, Value]


class Update(NamedTuple):
    """What became of an adaptation."""

    adaptation: str
    values: dict[str, Value]


class Score(NamedTuple):
    """Where a settled forecast counts."""

    topic: str
    crypto_symbol: str
    market_phase: str
    volatility_regime: str


class Count(NamedTuple):
    """So many more settled forecasts, and so many more that were right."""

    score: Score
    hits: int
    sample_size: int
    seq: int
    updated_at: Moment


Statement = Insert | Update | Count

_ENGINE: Final = "market_context_engine"

EMITTERS: Final[dict[type[MarketEvent], tuple[str, str]]] = {
    MarketRegimeChange: (_ENGINE, "phase_detector"),
    VolatilitySpike: (_ENGINE, "volatility_analyzer"),
    CorrelationBreakdown: (_ENGINE, "correlation_tracker"),
    VolumeAnomaly: (_ENGINE, "volume_analyzer"),
    AlloraAccuracyDrop: ("accuracy_tracker", "accuracy_tracker"),
    PerformanceDegradation: ("performance_monitor", "performance_monitor"),
}
"""Who emits an event, and which part of it noticed."""

SIMULATED: Final = "simulation"
"""Emits what an operator injected as an exercise."""

_KINDS: Final[tuple[type[Struct], ...]] = (
    *EMITTERS, AdaptationApplied, AdaptationJudged, AdaptationRolledBack, AdaptationFailed,
    PredictionsSettled,
)  # fmt: skip

CONCERNED: Final = frozenset(str(kind.__struct_config__.tag) for kind in _KINDS)
"""Types of the facts that are in the tables; all others need not even be decoded."""


def statements(rows: Iterable[tuple[JournalRow, Fact]]) -> Iterator[Statement]:
    """What rows of the journal, in order, do to the tables. Scores are added up first."""
    counts: dict[Score, Count] = {}
    for row, fact in rows:
        if isinstance(fact, PredictionsSettled):
            _count(counts, row.seq, fact)
        else:
            yield from _statement(row, fact)
    yield from counts.values()


def _statement(row: JournalRow, fact: Fact) -> Iterator[Statement]:
    match fact:
        case AdaptationApplied():
            yield _applied(row, fact)
        case AdaptationJudged():
            yield _judged(fact)
        case AdaptationRolledBack():
            yield _undone(fact.adaptation, fact.at, fact.ended_as, fact.because)
        case AdaptationFailed():
            because = f"{fact.step} failed: {fact.error}"
            yield _undone(fact.adaptation, fact.at, "failed", because)
        case (
            MarketRegimeChange() | VolatilitySpike() | CorrelationBreakdown() | VolumeAnomaly()
            | AlloraAccuracyDrop() | PerformanceDegradation()
        ):  # fmt: skip
            yield _noticed(row, fact)
        case _:
            return


def _noticed(row: JournalRow, event: MarketEvent) -> Insert:
    source, analyzer = EMITTERS[type(event)]
    return Insert(
        MARKET_EVENTS.name,
        {
            "event_id": row.event_id,
            "timestamp": Moment(event.at),
            "event_type": row.type,
            "payload": row.payload,
            "source": SIMULATED if "simulated" in event.evidence else source,
            "confidence": row.confidence,
            "seq": row.seq,
            "at": event.at,
            "analyzer": analyzer,
            "coin": getattr(event, "coin", None),
            "topic": getattr(event, "topic", None),
            "causation_id": row.causation_id,
        },
    )


def _applied(row: JournalRow, fact: AdaptationApplied) -> Insert:
    """Rules answer a coin's event with a change of that coin; a regime is the whole market's."""
    of_market = fact.trigger == "market_regime_change" or not fact.scope
    trigger = Trigger(fact.trigger, row.causation_id, MARKET if of_market else fact.scope[0])
    return Insert(
        ADAPTATIONS.name,
        {
            "event_id": trigger,
            "adaptation_type": fact.rule,
            "crypto_changes": _json(_mix_changes(*mix_before_and_after(fact))),
            "reasoning": fact.because,
            "confidence": fact.confidence,
            "applied_at": Moment(fact.at),
            "success": None,
            "seq": row.seq,
            "at": fact.at,
            "adaptation": fact.adaptation,
            "triggered_by": fact.trigger,
            "stage": fact.stage,
            "changes": _json(list(difference(fact))),
            "expected_net_edge": fact.expected.net_edge,
            "judged_by": Moment(fact.expected.deadline),
        },
    )


def _mix_changes(before: Mix, after: Mix) -> dict[str, list[Coin]]:
    """Coins that joined or left any topic; one that moves from topic to topic does both."""
    return {"add": _more(before, after), "remove": _more(after, before)}


def _more(few: Mix, many: Mix) -> list[Coin]:
    return sorted({coin for topic in many for coin in {*many[topic]} - {*few.get(topic, ())}})


def _json(value: object) -> str:
    return json.encode(value).decode()


_SUCCESS: Final = {"kept": True, "rolled_back": False, "failed": False}
"""A verdict that decides nothing leaves success open."""


def _judged(fact: AdaptationJudged) -> Update:
    return Update(
        fact.adaptation,
        {
            "success": _SUCCESS.get(fact.verdict),
            "verdict": fact.verdict,
            "outcome": fact.because,
            "measured_net_edge": fact.measured.net_edge,
            "judged_at": Moment(fact.at),
        },
    )


def _undone(adaptation: str, at: int, verdict: str, because: str) -> Update:
    return Update(
        adaptation,
        {
            "success": _SUCCESS.get(verdict),
            "verdict": verdict,
            "outcome": because,
            "rolled_back_at": Moment(at),
        },
    )


def _count(counts: dict[Score, Count], seq: int, fact: PredictionsSettled) -> None:
    """The latest settlement of a score tells when it was updated."""
    updated_at = Moment(fact.at)
    for coin, phase, regime, hit in outcomes(fact):
        score = Score(fact.topic, coin, phase, regime)
        known = counts.get(score)
        hits, sample_size = (known.hits, known.sample_size) if known else (0, 0)
        counts[score] = Count(score, hits + hit, sample_size + 1, seq, updated_at)
