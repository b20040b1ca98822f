"""From the moment when learning ends the ledger only tells what came."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from tests.context.accuracy_given import after, issued, ledger
from trimtab.context.accuracy_tracker import AccuracyTracker
from trimtab.domain.decisions import PredictionsSettled
from trimtab.records.snapshot import encode


def test_when_learning_is_over_outcomes_are_told_and_change_nothing_that_was_learnt() -> None:
    def lived(state: AccuracyTracker, hours: range) -> tuple[AccuracyTracker, int]:
        told = 0
        for hour in hours:
            state, _ = issued(state, hour, 0.005)
            state, facts = state.settle(after(hour), np.array([100.0 + hour % 3]))
            told += sum(isinstance(fact, PredictionsSettled) for fact in facts)
        return state, told

    learnt, _ = lived(replace(ledger(), learn_until=after(500)), range(500))

    later, told = lived(learnt, range(500, 2_000))

    assert told > 1_000
    for name in ("sums", "beliefs", "slopes", "watched"):
        assert encode(getattr(later, name)) == encode(getattr(learnt, name))
    assert encode(lived(ledger(), range(2_000))[0].sums) != encode(learnt.sums)
