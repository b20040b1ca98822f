"""The same rows kept by another library for event sourcing, where it is installed: for the ratio."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from uuid import UUID

from msgspec import Struct, json

from trimtab.records.journal_row import JournalRow

BATCH, PAGE = 100, 1_000
BOT = UUID(int=1)


@dataclass(frozen=True)
class RivalEvent:
    """A fact as that library wants it; one class for all is less work for it than one for each."""

    originator_id: UUID
    originator_version: int
    fact: dict[str, object]


class RivalFigures(Struct, frozen=True):
    """Of the rival; the same rows, in the same run."""

    append_per_s: float
    """In batches of 100, each on disk."""
    read_rows_per_s: float
    """Rows read and decoded a CPU-second."""


def rivals(rows: Sequence[JournalRow], folder: Path, runs: int) -> dict[str, RivalFigures]:
    """Of each that is installed, medians."""
    if find_spec("eventsourcing") is None:
        return {}
    measured = [_eventsourcing(rows, folder / f"rival-{run}.db") for run in range(runs)]
    appended, read = (median(column) for column in zip(*measured, strict=True))
    figures = RivalFigures(round(len(rows) / appended), round(len(rows) / read))
    return {"eventsourcing": figures}


def _eventsourcing(rows: Sequence[JournalRow], path: Path) -> tuple[float, float]:
    """Seconds for appending, CPU-seconds for reading and decoding: its recorder, its transcoder."""
    library, sqlite = (import_module(f"eventsourcing.{name}") for name in ("persistence", "sqlite"))
    mapper = library.Mapper(library.JSONTranscoder())
    recorder = sqlite.SQLiteApplicationRecorder(sqlite.SQLiteDatastore(str(path)))
    recorder.create_table()
    events = [
        RivalEvent(BOT, version, json.decode(row.payload)) for version, row in enumerate(rows, 1)
    ]
    began = time.perf_counter()
    for start in range(0, len(events), BATCH):
        batch = events[start : start + BATCH]
        recorder.insert_events([mapper.to_stored_event(event) for event in batch])
    appended = time.perf_counter() - began
    began = time.process_time()
    after = 0
    while page := recorder.select_notifications(after + 1, PAGE):
        for notification in page:
            mapper.to_domain_event(notification)
        after = page[-1].id
    return appended, time.process_time() - began
