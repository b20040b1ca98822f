"""The plan's tables on disk: with the plan's columns, and always the fold of the journal."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec import json
from msgspec.structs import replace

from tests.builders.market import LIVELY, started, world
from tests.builders.running import Run, run
from tests.builders.soak import rounds
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.adapters.sqlite.plan_database import PlanDatabase
from trimtab.domain import canonical
from trimtab.domain.decisions import AdaptationApplied
from trimtab.domain.event_types import MarketEvent, MarketRegimeChange, VolatilitySpike
from trimtab.domain.units import MARKET
from trimtab.ports import JournalError
from trimtab.records.journal_row import JournalRow
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.projecting import project
from trimtab.runtime.reactive_bot import ReactiveBot

PLAN = """
CREATE TABLE market_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT UNIQUE NOT NULL,
    timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
    event_type TEXT NOT NULL,
    payload TEXT,  -- JSON data
    source TEXT,
    confidence REAL
);

CREATE TABLE adaptations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT,
    adaptation_type TEXT NOT NULL,
    crypto_changes TEXT,  -- JSON: {"add": ["SOL"], "remove": ["MATIC"]}
    reasoning TEXT,
    confidence REAL,
    applied_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN,
    FOREIGN KEY (event_id) REFERENCES market_events(event_id)
);

CREATE TABLE allora_performance_tracking (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    crypto_symbol TEXT NOT NULL,
    market_phase TEXT NOT NULL,  -- "bull", "bear", "sideways", "volatile"
    volatility_regime TEXT NOT NULL,  -- "low", "medium", "high"
    accuracy REAL,
    sample_size INTEGER,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
"""
"""The original plan's own words."""

TABLES = ("market_events", "adaptations", "allora_performance_tracking")


EVENTS = {kind.__struct_config__.tag for kind in get_args(MarketEvent)}


@pytest.fixture(scope="module")
def small() -> Run:
    """A real small run, with spikes, turns and adaptations."""
    told = world(3, 800)
    unlimited = replace(LIVELY, risk=replace(LIVELY.risk, maximum_drawdown=None))
    return run(started(told.opened, unlimited), told.facts())


@pytest.fixture
def tables(tmp_path: Path) -> Iterator[PlanDatabase]:
    with closing(PlanDatabase.at(tmp_path / "tables.db")) as database:
        yield database


def described(connection: sqlite3.Connection, table: str) -> dict[str, tuple[Any, ...]]:
    """Type, nullability, default and place in the key of every column."""
    rows = connection.execute(f"PRAGMA table_info({table})")
    return {name: (kind, strict, default, key) for _, name, kind, strict, default, key in rows}


def keys(connection: sqlite3.Connection, table: str) -> set[tuple[Any, ...]]:
    """Foreign keys and unique columns."""
    foreign = {row[2:5] for row in connection.execute(f"PRAGMA foreign_key_list({table})")}
    unique = [row[1] for row in connection.execute(f"PRAGMA index_list({table})") if row[2]]
    return foreign | {
        tuple(row[2] for row in connection.execute(f"PRAGMA index_info({name})")) for name in unique
    }


def counting(connection: sqlite3.Connection, table: str) -> bool:
    """Whether ids are never given twice."""
    query = "SELECT sql FROM sqlite_master WHERE name = ?"
    ((text,),) = connection.execute(query, (table,)).fetchall()
    return "AUTOINCREMENT" in text


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_have_the_plans_columns_types_defaults_and_keys(
    table: str, tables: PlanDatabase, tmp_path: Path
) -> None:
    plan, ours = sqlite3.connect(":memory:"), sqlite3.connect(tmp_path / "tables.db")
    plan.executescript(PLAN)
    wanted, given_here = described(plan, table), described(ours, table)
    assert wanted.items() <= given_here.items()
    assert [name for name in given_here if name in wanted] == list(wanted)
    assert keys(plan, table) <= keys(ours, table)
    assert counting(plan, table)
    assert counting(ours, table)
    assert tables.counts()[table] == 0


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in the tables, as any other program reads it."""
    with closing(sqlite3.connect(path)) as connection:
        names = (*TABLES, "projections")
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608


def taken(path: Path, batches: Sequence[Sequence[JournalRow]]) -> dict[str, list[tuple[Any, ...]]]:
    """What the tables hold after these batches."""
    with closing(PlanDatabase.at(path)) as database:
        for batch in batches:
            database.take(batch, batch[-1].seq)
    return content(path)


def test_every_market_event_and_adaptation_has_its_row(
    small: Run, tables: PlanDatabase, tmp_path: Path
) -> None:
    tables.take(small.rows, small.rows[-1].seq)
    found = content(tmp_path / "tables.db")
    events = [row for row in small.rows if row.type in EVENTS]
    assert [row[1] for row in found["market_events"]] == [row.event_id for row in events]
    applied = small.told(AdaptationApplied)
    assert len(applied) >= 3
    assert [row[4] for row in found["adaptations"]] == [fact.because for fact in applied]


def test_an_adaptation_names_the_event_of_its_step_that_triggered_it(
    small: Run, tables: PlanDatabase, tmp_path: Path
) -> None:
    tables.take(small.rows, small.rows[-1].seq)
    rows = {row.event_id: row for row in small.rows}
    applied = [row for row in small.rows if row.type == "adaptation_applied"]
    with closing(sqlite3.connect(tmp_path / "tables.db")) as connection:
        query = "SELECT seq, triggered_by, event_id FROM adaptations ORDER BY seq"
        named = connection.execute(query).fetchall()
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert [seq for seq, _, _ in named] == [row.seq for row in applied]
    for row, fact, (_, trigger, event_id) in zip(
        applied, small.told(AdaptationApplied), named, strict=True
    ):
        event = rows[event_id]
        assert (event.type, event.causation_id) == (trigger, row.causation_id)
        about = canonical.decode(event.payload)
        assert isinstance(about, MarketRegimeChange | VolatilitySpike)
        assert about.coin in {MARKET, *fact.scope}


def test_rebuilt_from_zero_the_tables_are_what_they_were(small: Run, tmp_path: Path) -> None:
    path = tmp_path / "tables.db"
    live = taken(path, [small.rows[place : place + 7] for place in range(0, len(small.rows), 7)])
    with closing(PlanDatabase.at(path)) as database:
        database.rebuild()
        assert (database.cursor(), database.reflected()) == (0, None)
        assert set(database.counts().values()) == {0}
    assert taken(path, [small.rows]) == live


@settings(max_examples=20, deadline=None)
@given(cuts=some.sets(some.integers(1, 2_000), max_size=8))
def test_the_tables_do_not_depend_on_the_batches(
    cuts: set[int], small: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    edges = [0, *sorted(cut for cut in cuts if cut < len(small.rows)), len(small.rows)]
    batches = [small.rows[a:b] for a, b in pairwise(edges)]
    assert taken(folder / "a.db", batches) == taken(folder / "b.db", [small.rows])


def test_rows_that_come_twice_change_nothing(small: Run, tmp_path: Path) -> None:
    once = taken(tmp_path / "tables.db", [small.rows])
    assert taken(tmp_path / "tables.db", [small.rows[:50], small.rows]) == once


def test_each_table_knows_the_row_that_it_reflects(small: Run, tables: PlanDatabase) -> None:
    tables.take(small.rows[:77], 77)
    assert tables.reflected() == (77, small.rows[76].hash)


def test_a_batch_that_fails_leaves_nothing_behind(
    small: Run, tables: PlanDatabase, tmp_path: Path
) -> None:
    tables.take(small.rows[:100], 100)
    before = content(tmp_path / "tables.db")
    event = next(row for row in small.rows[:100] if row.type in EVENTS)
    doubled = [*small.rows[100:110], event_again(event, 111)]
    with pytest.raises(JournalError, match="already"):
        tables.take(doubled, 111)
    assert content(tmp_path / "tables.db") == before
    assert tables.cursor() == 100


def event_again(row: JournalRow, seq: int) -> JournalRow:
    """The same event under another seq, which no journal holds."""
    columns = [getattr(row, name) for name in row.__struct_fields__]
    return JournalRow(seq, *columns[1:])


def test_tables_of_another_form_are_begun_anew(small: Run, tmp_path: Path) -> None:
    path = tmp_path / "tables.db"
    whole = taken(path, [small.rows])
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE adaptations DROP COLUMN stage")
        connection.commit()
    with closing(PlanDatabase.at(path)) as tables:
        assert tables.cursor() == 0
    assert taken(path, [small.rows]) == whole


def test_a_full_disk_is_told_and_nothing_is_half_done(
    small: Run, tables: PlanDatabase, tmp_path: Path
) -> None:
    tables.take(small.rows[:100], 100)
    before = content(tmp_path / "tables.db")
    tables.database.pragma("max_page_count", 1)
    with pytest.raises(JournalError, match=r"tables\.db: the disk is full: free some space"):
        tables.take(small.rows[100:], small.rows[-1].seq)
    assert content(tmp_path / "tables.db") == before
    tables.database.pragma("max_page_count", 1_000_000)
    tables.take(small.rows[100:], small.rows[-1].seq)
    assert tables.cursor() == small.rows[-1].seq


def killed_after(journal: Path, tables: Path, lines: int) -> int:
    """The seq that a process said it had reached before it was killed; 0 if it was at the end."""
    command = [sys.executable, "-m", "tests.adapters.sqlite.slow_projector"]
    with subprocess.Popen(
        [*command, str(journal), str(tables)], stdout=subprocess.PIPE, text=True
    ) as projector:
        assert projector.stdout is not None
        said = list(islice(projector.stdout, lines))
        projector.kill()
    return int(said[-1]) if said else 0


def test_a_projection_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    told = world(1)
    start = started(told.opened)
    journal = SqliteJournal.create(tmp_path / "run.db", start.bot, StandingClock(start.at))
    bot = ReactiveBot(start, journal, EventDispatcher())
    for fact in told.facts():
        bot.take(fact)
    bot.flush()
    rows = list(journal.read())
    journal.close()
    reached = 0
    for number in range(rounds(3, 40)):
        reached = killed_after(tmp_path / "run.db", tmp_path / "killed.db", 5 + 4 * (number % 3))
        with closing(PlanDatabase.at(tmp_path / "killed.db")) as tables:
            assert tables.cursor() >= reached
    with (
        closing(PlanDatabase.at(tmp_path / "killed.db")) as tables,
        closing(JournalReader(tmp_path / "run.db")) as history,
    ):
        assert list(project(history, tables))[-1:] in ([], [len(rows)])
    assert content(tmp_path / "killed.db") == taken(tmp_path / "whole.db", [rows])


def test_a_reader_may_look_on_at_any_time(small: Run, tables: PlanDatabase, tmp_path: Path) -> None:
    tables.take(small.rows[:200], 200)
    with closing(sqlite3.connect(tmp_path / "tables.db")) as reader:
        reader.execute("BEGIN")
        seq = "SELECT seq FROM projections WHERE name = 'adaptations'"
        assert reader.execute(seq).fetchone() == (200,)
        tables.take(small.rows[200:], small.rows[-1].seq)
        assert reader.execute(seq).fetchone() == (200,)
        reader.execute("COMMIT")
        assert reader.execute(seq).fetchone() == (small.rows[-1].seq,)


def test_a_row_put_aside_is_made_up_for_later(small: Run, tables: PlanDatabase) -> None:
    place = next(seq for seq, row in enumerate(small.rows) if row.type in EVENTS)
    tables.take(small.rows[:place], place)
    tables.bury(small.rows[place], "of no use")
    tables.take(small.rows[place + 1 :], len(small.rows))
    events = [row for row in small.rows if row.type in EVENTS]
    assert tables.counts()["market_events"] == len(events) - 1
    assert tables.redrive() == 1
    assert tables.counts()["market_events"] == len(events)
    assert tables.reflected() == (len(small.rows), small.rows[-1].hash)


def as_of_schema_0(row: JournalRow) -> JournalRow:
    """A start did not tell its schema, nor a change without the configuration before it."""
    fields = json.decode(row.payload)
    if row.type == "engine_started":
        del fields["schema"]
    elif row.type == "adaptation_applied":
        fields["before"] = {"risk": {"leverage": fields.pop("leverage")}}
    else:
        return row
    return replace(row, payload=json.encode(fields).decode())


def test_rows_of_an_older_schema_are_brought_to_todays_form(small: Run, tmp_path: Path) -> None:
    """A journal whose start does not tell its schema, taken in two parts."""
    old = [as_of_schema_0(row) for row in small.rows]
    assert {row.type for row, now in zip(old, small.rows, strict=True) if row != now} == {
        "engine_started",
        "adaptation_applied",
    }
    parts = taken(tmp_path / "old.db", [old[:300], old[300:]])
    assert parts["projections"][0][-1] == 0
    for name in TABLES:
        assert parts[name] == taken(tmp_path / "new.db", [small.rows])[name]


def test_a_file_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.commit()
    with pytest.raises(JournalError, match=r"mine\.db: holds something else: name another file"):
        PlanDatabase.at(path)
