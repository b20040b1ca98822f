"""One measurement each of what a journal does all day."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import cast

from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.benches.journal_market import Record
from trimtab.app.compose import live_bot, run_through, versions
from trimtab.app.summary import Summary
from trimtab.domain import canonical
from trimtab.domain.facts import Outside
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.ports import Step
from trimtab.records.journal_row import JournalRow, verify
from trimtab.records.upcasting import facts_after
from trimtab.runtime.resuming import resumed


def written(path: Path, record: Record) -> float:
    """Keeps the record's journal; megabytes of its file, as a live bot lays it out."""
    journal = SqliteJournal.open(path, record.start.bot, StandingClock(record.start.at))
    with closing(journal):
        run_through(record.start, record.facts, journal, Summary())
    return path.stat().st_size / 1e6


def rows_of(path: Path) -> list[JournalRow]:
    """All rows."""
    with closing(JournalReader(path)) as reader:
        return list(reader.read())


def appending(path: Path, rows: Sequence[JournalRow], batch: int) -> float:
    """Facts a second of the clock, made durable `batch` at a time; each is a step of its own."""
    facts = [cast("Outside", canonical.decode(row.payload)) for row in rows]
    with closing(SqliteJournal.open(path, "bench", SystemClock())) as journal:
        began = time.perf_counter()
        for number, fact in enumerate(facts, 1):
            journal.append(Step(fact, fact.at, 0, ()))
            if number % batch == 0:
                journal.flush()
        journal.flush()
        return len(facts) / (time.perf_counter() - began)


def reading(path: Path) -> float:
    """CPU-seconds to read all rows and decode them into facts, as whoever wants facts does."""

    def work() -> None:
        for _ in facts_after(reader):
            pass

    with closing(JournalReader(path)) as reader:
        return cpu_seconds(work)


def verifying(path: Path) -> float:
    """CPU-seconds to read all rows, hash them and compare the chain."""
    with closing(JournalReader(path)) as reader:
        return cpu_seconds(lambda: verify(reader.read()))


def refolding(record: Record, rows: Sequence[JournalRow]) -> float:
    """CPU-seconds to fold the outside facts of the rows again, from the second on."""
    facts = [canonical.decode(row.payload) for row in rows if row.causation_id is None]

    def work() -> None:
        mind = Mind.of(record.start)
        for fact in facts[1:]:
            mind, _ = react(mind, cast("Outside", fact))

    return cpu_seconds(work)


def kept_before_the_end(path: Path, record: Record, facts: int, tail: int) -> None:
    """Keeps the record's journal with one snapshot, some `tail` facts before its end."""
    with closing(
        SqliteJournal.open(path, record.start.bot, StandingClock(record.start.at))
    ) as kept:
        runner = live_bot(record.start, kept, [], facts, snapshot_every=facts)
        for fact in record.facts:
            runner.take(fact)
            if facts - tail <= runner.facts:
                runner.finish()
                tail = -1
        runner.flush()


def restarting(path: Path) -> float:
    """Seconds of the clock from the file to the state."""
    with closing(JournalReader(path)) as reader:
        began = time.perf_counter()
        resumed(reader, versions())
        return time.perf_counter() - began


def decoding(rows: Sequence[JournalRow]) -> dict[str, float]:
    """By type: CPU-microseconds to decode one, the commonest types first."""
    payloads: dict[str, list[str]] = {}
    for row in rows:
        payloads.setdefault(row.type, []).append(row.payload)
    by_number = sorted(payloads.items(), key=lambda item: -len(item[1]))
    return {kind: round(_decoding(texts), 2) for kind, texts in by_number}


def _decoding(payloads: Sequence[str]) -> float:
    def work() -> None:
        for text in payloads:
            canonical.decode(text)

    return cpu_seconds(work) / len(payloads) * 1e6


def cpu_seconds(work: Callable[[], object]) -> float:
    """Of this process; the collector rests, for facts hold no cycles."""
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()
