"""What a run came to: an audience that keeps only what the reports need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationFailed,
    AdaptationJudged,
    AdaptationRolledBack,
    BooksMarked,
)
from trimtab.domain.event_types import (
    AlloraAccuracyDrop,
    CorrelationBreakdown,
    MarketRegimeChange,
    PerformanceDegradation,
    VolatilitySpike,
    VolumeAnomaly,
)
from trimtab.domain.observations import OrderFilled
from trimtab.domain.tags import tag_of
from trimtab.ports import Recorded

EVENTS = frozenset({
    AlloraAccuracyDrop, CorrelationBreakdown, MarketRegimeChange, PerformanceDegradation,
    VolatilitySpike, VolumeAnomaly,
})  # fmt: skip


Change = AdaptationApplied | AdaptationJudged | AdaptationRolledBack | AdaptationFailed
CHANGES = (AdaptationApplied, AdaptationJudged, AdaptationRolledBack, AdaptationFailed)


class Summary:
    """Marks of the books, adaptations and market events, as they become durable."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Counts from here on."""
        self.marks: list[BooksMarked] = []
        self.changes: list[Change] = []
        self.market_events: Counter[str] = Counter()
        self.trades = 0

    @property
    def adaptations(self) -> int:
        """How many were applied."""
        return sum(isinstance(one, AdaptationApplied) for one in self.changes)

    def publish(self, records: Sequence[Recorded]) -> None:
        for _, fact in records:
            if isinstance(fact, BooksMarked):
                self.marks.append(fact)
            elif isinstance(fact, CHANGES):
                self.changes.append(fact)
            elif isinstance(fact, OrderFilled):
                self.trades += fact.profit is not None
            elif type(fact) in EVENTS:
                self.market_events[tag_of(fact)] += 1
