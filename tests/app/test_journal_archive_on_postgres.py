"""trimtab journal size and archive on PostgreSQL: the contract of files, on tables that bots share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders.commands import trimtab
from tests.builders.files import Files
from tests.builders.postgres import Server
from tests.contracts.journals import BOT, busy, hour, quiet, state_of, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.postgres.journal_reader import PostgresReader
from trimtab.adapters.postgres.schema import MIGRATIONS
from trimtab.adapters.postgres.session import Session
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.app.journals import history, writable
from trimtab.domain.units import SECOND
from trimtab.ports import Journal, JournalError
from trimtab.records.journal_row import JournalRow, verify

CLOCK = StandingClock()
HOURS, KEPT = 120, 90


def story(journal: Journal) -> None:
    """A row an hour, and four at every tenth; a state is kept at seq 90."""
    write(journal, *(quiet(each) if each % 10 else busy(each) for each in range(1, HOURS + 1)))
    journal.keep(state_of(KEPT))
    journal.close()


@pytest.fixture
def place(postgres: Server) -> str:
    """Closed, beside a longer one of another bot."""
    one = postgres.place()
    other = PostgresJournal.open(one, "other", CLOCK)
    write(other, *(quiet(each) for each in range(1, 40)))
    other.close()
    story(PostgresJournal.open(one, BOT, CLOCK))
    return f"{one}&bot={BOT}"


@pytest.fixture
def administrator(place: str) -> Iterator[Session]:
    with closing(Session(parse(place))) as session:
        yield session


def beside(place: str) -> str:
    """The other bot's journal in the same tables."""
    return place.replace(f"bot={BOT}", "bot=other")


def stored(place: str) -> list[JournalRow]:
    """Without what is archived."""
    with closing(PostgresReader(place)) as reader:
        return list(reader.read())


def whole(place: str) -> list[JournalRow]:
    """With what is archived."""
    with closing(history(place)) as reader:
        return list(reader.read())


def archive(place: str, before: int, to: Path, *words: object) -> dict[str, object]:
    at = f"{datetime.fromtimestamp(hour(before) / SECOND, UTC):%Y-%m-%dT%H:%M}"
    answer = trimtab("journal", "archive", place, "--before", at, "--to", to, *words, "--json", "-")
    assert answer.code == 0, answer.err
    assert "VACUUM FULL" in answer.err or answer.json["rows"] == 0
    figures: dict[str, object] = answer.json
    return figures


def test_its_size_is_told_as_a_files_is(place: str, tmp_path: Path) -> None:
    file = tmp_path / "run.db"
    story(SqliteJournal.open(file, BOT, CLOCK))
    server, local = (trimtab("journal", "size", one, "--json", "-") for one in (place, file))
    assert (server.code, local.code) == (0, 0)
    placed = {"types", "file_bytes", "log_bytes", "bytes_per_day", "bytes_per_year"}
    assert {name: value for name, value in server.json.items() if name not in placed} == {
        name: value for name, value in local.json.items() if name not in placed
    }
    for ours, theirs in zip(server.json["types"], local.json["types"], strict=True):
        assert (ours["type"], ours["rows"]) == (theirs["type"], theirs["rows"])
        assert ours["bytes"] > theirs["bytes"]  # a file leaves out what its rows say twice
    assert server.json["log_bytes"] is None
    contents = sum(each["bytes"] for each in server.json["types"])
    assert contents < server.json["file_bytes"] < 6 * contents
    assert ", log" not in server.err


def test_the_bots_parts_are_together_the_whole_table(place: str, administrator: Session) -> None:
    parts = [trimtab("journal", "size", one, "--json", "-").json for one in (place, beside(place))]
    table = f"{parse(place).schema}.journal"
    ((total,),) = administrator.fetch("SELECT pg_total_relation_size($1::text::regclass)", table)
    own = [part["file_bytes"] - part["state_bytes"] for part in parts]
    assert total - 2 <= sum(own) <= total
    assert own[0] > own[1]


def test_old_bars_are_in_the_file_and_all_else_is_where_it_was(
    place: str, tmp_path: Path, administrator: Session
) -> None:
    before, others = stored(place), stored(beside(place))
    figures = archive(place, 50, tmp_path / "old")
    after = stored(place)
    gone = [row.seq for row in before if row.at < hour(50) and row.type == "bars_closed"]
    assert [row.seq for row in after if not row.payload] == gone
    (file,) = (tmp_path / "old").glob("bot-*-bars-*.parquet")
    assert (figures["rows"], figures["files"]) == (len(gone), [str(file)])
    assert [row.hash for row in after] == [row.hash for row in before]
    assert whole(place) == before
    assert stored(beside(place)) == others
    facts = f"SELECT count(*), count(payload) FROM {parse(place).schema}.facts WHERE bot = $1"  # noqa: S608
    assert tuple(administrator.fetch(facts, BOT)[0]) == (len(before), len(before) - len(gone))
    assert trimtab("journal", "size", place, "--json", "-").json["archived_rows"] == len(gone)


def test_whoever_goes_on_with_the_journal_reads_all_of_it(place: str, tmp_path: Path) -> None:
    before = whole(place)
    archive(place, 50, tmp_path / "old")
    opened = writable(place, BOT, CLOCK)
    assert list(opened.read()) == before
    assert verify(write(opened, quiet(HOURS + 1))) is None
    opened.close()


def test_any_stretch_is_read_across_several_archives_and_a_second_time_there_is_nothing_to_do(
    place: str, tmp_path: Path
) -> None:
    before = stored(place)
    for hours in (20, 21, 60):
        archive(place, hours, tmp_path / str(hours))
    with closing(history(place)) as reader:
        assert len(reader.archives()) == 3
        for after, until in ((0, 1), (15, 40), (25, 70), (0, None)):
            assert list(reader.read(after, until)) == before[after:until]
    assert archive(place, 60, tmp_path / "again")["rows"] == 0


def test_what_a_restart_needs_stays(place: str, tmp_path: Path) -> None:
    archive(place, 10_000, tmp_path)
    after = stored(place)
    assert 0 < max(row.seq for row in after if not row.payload) <= KEPT
    assert all(row.payload for row in after[KEPT:])


def test_without_a_snapshot_nothing_goes(place: str, tmp_path: Path) -> None:
    other = beside(place)
    answer = trimtab("journal", "archive", other, "--to", tmp_path)
    assert answer.code == 2
    assert "holds no snapshot, so a restart needs every bar" in answer.err


def test_a_journal_that_an_engine_writes_is_left_alone(place: str, tmp_path: Path) -> None:
    running = PostgresJournal.open(place, BOT, CLOCK)
    answer = trimtab("journal", "archive", place, "--to", tmp_path)
    assert (answer.code, list(tmp_path.iterdir())) == (2, [])
    assert "another engine is writing bot: stop that one first" in answer.err
    running.close()
    assert all(row.payload for row in stored(place))


def test_without_a_folder_it_asks_for_one(place: str) -> None:
    answer = trimtab("journal", "archive", place)
    assert answer.code == 2
    assert "has no folder beside it: name one by --to, or as `archive` in [retention]" in answer.err


def test_on_another_machine_the_url_names_the_folder_and_without_it_links_are_checked(
    place: str, tmp_path: Path
) -> None:
    before = stored(place)
    figures = archive(place, 50, tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "elsewhere")
    checked = trimtab("journal", "check", place, "--json", "-")
    assert (checked.code, checked.json["archived"]) == (0, figures["rows"])
    with pytest.raises(JournalError, match=r"put it back, or name its folder by \?archive=FOLDER"):
        whole(place)
    assert whole(f"{place}&archive={tmp_path}/elsewhere") == before
    assert trimtab("doctor", f"{place}&archive={tmp_path}/elsewhere").code == 0
    assert "name its folder by ?archive=FOLDER" in trimtab("doctor", place).err


def test_a_row_that_only_looks_archived_is_found(
    place: str, tmp_path: Path, administrator: Session
) -> None:
    archive(place, 50, tmp_path)
    with closing(PostgresReader(place)) as reader:
        (kept,) = reader.archives()
    administrator.fetch(
        f"UPDATE {parse(place).schema}.journal SET payload = '' WHERE bot = $1 AND seq = $2",  # noqa: S608
        BOT,
        kept.last_seq + 2,
    )
    answer = trimtab("journal", "check", place)
    assert answer.code == 1
    assert f"wrong: row {kept.last_seq + 2} was changed after it was written" in answer.err


def test_a_damaged_state_is_found(place: str, administrator: Session) -> None:
    administrator.fetch(f"UPDATE {parse(place).schema}.snapshots SET state = 'x'")  # noqa: S608
    answer = trimtab("journal", "check", place)
    assert answer.code == 1
    assert f"wrong: the state of seq {KEPT} was changed after it was kept" in answer.err


def test_a_backup_holds_the_bars_again(place: str, tmp_path: Path) -> None:
    before = stored(place)
    archive(place, 50, tmp_path / "old")
    copy = tmp_path / "copy.db"
    assert trimtab("journal", "backup", place, copy).code == 0
    (tmp_path / "old").rename(tmp_path / "away")
    assert whole(str(copy)) == before


def test_tables_of_the_first_version_are_read_and_brought_up_to_date_by_the_next_engine(
    postgres: Server,
) -> None:
    place = postgres.place(BOT)
    schema = parse(place).schema
    story(PostgresJournal.open(place, BOT, CLOCK))
    with closing(Session(parse(place))) as administrator:
        administrator.execute(
            f"DROP TABLE {schema}.archives; UPDATE {schema}.trimtab_format SET version = 1"  # noqa: S608
        )
    with closing(PostgresReader(place)) as reader:
        assert reader.archives() == []
        before = list(reader.read())
    assert trimtab("journal", "check", place).code == 0
    assert trimtab("journal", "size", place).code == 0
    writable(place, BOT, CLOCK).close()
    with closing(Session(parse(place))) as administrator:
        found = administrator.fetch(f"SELECT version FROM {schema}.trimtab_format")  # noqa: S608
        assert found[0][0] == len(MIGRATIONS)
        assert administrator.fetch(f"SELECT * FROM {schema}.archives") == []  # noqa: S608
    assert stored(place) == before


def test_what_a_demo_did_comes_out_again_after_its_bars_were_archived(
    postgres: Server, recorded: Files, tmp_path: Path
) -> None:
    place = postgres.place("demo")
    demo = ("demo", *recorded.options(), "--headless", "--for", 1, "--journal", place)
    assert trimtab(*demo).code == 0
    assert int(str(archive(place, 10_000, tmp_path)["rows"])) > 100
    answer = trimtab("replay", place, "--verify", "--json", "-")
    assert (answer.code, answer.json["differences"], answer.json["compared"]) == (0, 0, True)
