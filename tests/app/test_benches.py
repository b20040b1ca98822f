"""The benches measure what they say: every event decides something, nothing is lost, all is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from trimtab.adapters.sqlite.schema import Synchronous
from trimtab.app.benches import journal_speeds as speeds
from trimtab.app.benches.journal import measure_journal
from trimtab.app.benches.journal_market import record
from trimtab.app.benches.latency import LOADS, measure_latency
from trimtab.domain.canonical import decode
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.facts import Derived
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.records.journal_row import verify


@pytest.mark.parametrize(("sync", "events"), [("FULL", "spikes"), ("NORMAL", "forecasts")])
def test_every_event_of_the_latency_bench_makes_a_decision_and_none_is_lost(
    sync: Synchronous, events: str
) -> None:
    figures = measure_latency(200, sync, 1.0, events)
    assert figures.appended == 200 * 4
    assert figures.lost == 0
    assert figures.decided == 1.0
    assert figures.decisions >= figures.appended
    assert 0.0 < figures.event_to_durable_ms.p50 <= figures.event_to_durable_ms.max


def test_every_spike_is_answered_by_the_adaptation_engine() -> None:
    load = LOADS["spikes"](50)
    mind = Mind.of(load.start)
    for fact in load.past:
        mind, _ = react(mind, fact)
    answers: list[list[Derived]] = []
    for fact in load.events:
        mind, derived = react(mind, fact)
        answers.append(derived)
    for derived in answers:
        assert any(isinstance(fact, AdaptationProposed | AdaptationRefused) for fact in derived)


def test_the_journal_bench_measures_everything_it_names() -> None:
    figures = measure_journal(days=10, runs=1)
    assert set(figures.append_per_s) == {1, 10, 100, 1_000}
    assert min(figures.append_per_s.values()) > 0.0
    for figure in (
        figures.read_rows_per_s,
        figures.refold_facts_per_s,
        figures.verify_rows_per_s,
        figures.snapshot_tail_ms,
        figures.year_hourly_mb,
        figures.year_minute_mb,
    ):
        assert figure > 0.0
    assert figures.rivals["eventsourcing"].read_rows_per_s > 0.0
    assert {"bars_closed", "predictions_settled"} <= set(figures.decode_us)


def test_what_is_measured_is_a_whole_journal_of_one_row_for_each_bar(tmp_path: Path) -> None:
    given = record(5)
    speeds.written(tmp_path / "j.db", given)
    rows = speeds.rows_of(tmp_path / "j.db")
    assert verify(rows) is None
    assert [row.type for row in rows].count("bars_closed") == 5 * 24
    outside = [decode(row.payload) for row in rows if row.causation_id is None]
    assert outside[0] == given.start
    assert len(outside) == 1 + len(given.facts)
