"""The journal's speed and size, on the rows of a bot's year in a synthetic market."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from msgspec import Struct

from trimtab.app.benches import journal_speeds as speeds
from trimtab.app.benches.journal_market import SKILLED, Record, record
from trimtab.app.benches.journal_rivals import RivalFigures, rivals
from trimtab.app.output import progress_bar
from trimtab.domain.units import Micros
from trimtab.records.journal_row import JournalRow

MINUTE = Micros(60_000_000)
YEAR, MONTH = 365, 30
RUNS = 5
BATCHES = {1: 1_000, 10: 5_000, 100: 20_000, 1_000: 40_000}
"""Facts a commit, and how many facts one measurement appends."""

RIVAL_ROWS = 10_000
"""The year's first: the rival takes long."""

TAIL = 1_000
"""Facts after the snapshot."""


class JournalFigures(Struct, frozen=True):
    """Medians of several rounds; every kind of work is done once a round.

    A row is one fact of the year's journal with its 12 columns. What waits for the disk is counted
    in seconds of the clock, all else in CPU-seconds, which other programs disturb less.
    """

    rows: int
    mean_payload_bytes: float
    append_per_s: dict[int, float]
    """Facts made durable a second (FULL), by facts a commit."""
    read_rows_per_s: float
    """Read and decoded into facts, by the way of all who want facts alone."""
    refold_facts_per_s: float
    """Facts of the journal, derived ones included, whose outside facts `react` folds again."""
    verify_rows_per_s: float
    """Read, hashed and compared with the chain."""
    snapshot_tail_ms: float
    """From the file to the state: snapshot and 1,000 facts after it."""
    decode_us: dict[str, float]
    """By type: microseconds to decode one."""
    year_hourly_mb: float
    """15 coins, hourly bars, hourly forecasts of one topic that is hardly traded."""
    year_hourly_traded_mb: float
    """The same with a topic that is traded all the time."""
    year_minute_mb: float
    """15 coins, one-minute bars, hourly forecasts: a month, times 365 / 30."""
    rivals: dict[str, RivalFigures]
    load_average: float
    """Of the machine at the end: other programs included."""


def measure_journal(days: int = YEAR, runs: int = RUNS) -> JournalFigures:
    """On journals in a temporary folder; `days` of market, `runs` rounds."""
    with tempfile.TemporaryDirectory() as name, progress_bar("journal", runs + 4) as told:
        folder, year = Path(name), record(days)
        hourly = speeds.written(folder / "hourly.db", year)
        told(1)
        traded = speeds.written(folder / "traded.db", record(days, forecaster=SKILLED))
        told(2)
        month = max(2, days * MONTH // YEAR)
        minute = speeds.written(folder / "minute.db", record(month, MINUTE)) / month
        told(3)
        rows = speeds.rows_of(folder / "hourly.db")
        speeds.kept_before_the_end(folder / "tail.db", year, len(rows), TAIL)
        told(4)
        rounds: list[Round] = []
        for number in range(runs):
            rounds.append(_round(folder, year, rows, number))
            told(5 + number)
        return JournalFigures(
            rows=len(rows),
            mean_payload_bytes=round(sum(len(row.payload) for row in rows) / len(rows), 1),
            append_per_s={
                batch: round(median(one.appended[batch] for one in rounds)) for batch in BATCHES
            },
            read_rows_per_s=round(len(rows) / median(one.read for one in rounds)),
            refold_facts_per_s=round(len(rows) / median(one.refolded for one in rounds)),
            verify_rows_per_s=round(len(rows) / median(one.verified for one in rounds)),
            snapshot_tail_ms=round(median(one.restarted for one in rounds) * 1e3, 2),
            decode_us=speeds.decoding(rows),
            year_hourly_mb=round(hourly * YEAR / days, 1),
            year_hourly_traded_mb=round(traded * YEAR / days, 1),
            year_minute_mb=round(minute * YEAR, 1),
            rivals=rivals(rows[:RIVAL_ROWS], folder, min(runs, 3)),
            load_average=round(os.getloadavg()[0], 2),
        )


class Round(Struct, frozen=True):
    """Every kind of work once."""

    appended: dict[int, float]
    read: float
    refolded: float
    verified: float
    restarted: float


def _round(folder: Path, year: Record, rows: Sequence[JournalRow], number: int) -> Round:
    hourly = folder / "hourly.db"
    return Round(
        {
            batch: speeds.appending(folder / f"{number}-{batch}.db", rows[-facts:], batch)
            for batch, facts in BATCHES.items()
        },
        speeds.reading(hourly),
        speeds.refolding(year, rows),
        speeds.verifying(hourly),
        speeds.restarting(folder / "tail.db"),
    )
