"""trimtab journal on PostgreSQL: checked, copied into a file and back, row for row the same."""

from __future__ import annotations

from pathlib import Path

from tests.builders.commands import trimtab
from tests.builders.files import Files
from tests.builders.postgres import Server
from tests.contracts.journals import BOT, STORY, quiet, state_of, write
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.postgres.session import Session
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.journals import history, standby, writable
from trimtab.records.journal_row import JournalRow

CLOCK = SystemClock()


def written(place: str) -> list[JournalRow]:
    journal = PostgresJournal.open(place, BOT, CLOCK)
    rows = write(journal, *STORY)
    journal.keep(state_of(6))
    journal.close()
    return rows


def rows(place: str | Path) -> list[JournalRow]:
    reader = history(str(place))
    found = list(reader.read())
    assert reader.snapshot() == state_of(6)
    reader.close()
    return found


def test_a_whole_journal_is_told_with_its_last_hash(postgres: Server) -> None:
    place = postgres.place()
    last = written(place)[-1].hash
    answer = trimtab("journal", "check", place)
    assert (answer.code, answer.err) == (0, f"whole: 8 rows, last hash {last}\n")


def test_a_changed_row_is_found(postgres: Server) -> None:
    place = postgres.place()
    written(place)
    administrator = Session(parse(place))
    administrator.execute(
        f"UPDATE {parse(place).schema}.journal SET at = at + 1 WHERE seq = 3"  # noqa: S608
    )
    administrator.close()
    answer = trimtab("journal", "check", place)
    assert answer.code == 1
    assert "3" in answer.err.splitlines()[0]


def test_a_backup_is_a_file_with_the_same_rows_and_goes_back_elsewhere(
    postgres: Server, tmp_path: Path
) -> None:
    place, file, other = postgres.place(), tmp_path / "copy.db", postgres.place("robot")
    before = written(place)
    assert trimtab("journal", "backup", place, file).code == 0
    assert rows(file) == before
    assert trimtab("journal", "restore", file, other).code == 0
    assert rows(other) == before
    assert trimtab("journal", "restore", file, other).code == 0  # what is there already is the same
    assert rows(other) == before


def test_a_restored_journal_is_gone_on_with(postgres: Server, tmp_path: Path) -> None:
    place, file, other = postgres.place(), tmp_path / "copy.db", postgres.place(BOT)
    before = written(place)
    trimtab("journal", "backup", place, file)
    trimtab("journal", "restore", file, other)
    journal = standby(other, BOT, CLOCK)
    assert write(journal, quiet(5))[:8] == before
    journal.close()


def test_a_copy_does_not_go_over_another_journal(postgres: Server, tmp_path: Path) -> None:
    place, file, other = postgres.place(), tmp_path / "copy.db", postgres.place(BOT)
    written(place)
    trimtab("journal", "backup", place, file)
    journal = writable(other, BOT, CLOCK)
    write(journal, quiet(7))
    journal.close()
    answer = trimtab("journal", "restore", file, other)
    assert answer[::2] == (
        2, "trimtab: another journal is there already: name another place, or another bot\n",
    )  # fmt: skip


def test_a_restore_wants_the_bots_name(postgres: Server, tmp_path: Path) -> None:
    place, file = postgres.place(), tmp_path / "copy.db"
    written(place)
    trimtab("journal", "backup", place, file)
    answer = trimtab("journal", "restore", file, place)
    assert answer.code == 2
    assert "say whose journal it becomes: add ?bot=NAME" in answer.err


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    answer = trimtab("journal", "check", "postgresql://ada:s3cret@db/bots")
    assert answer.code == 2
    assert "a password may not stand in a journal's URL" in answer.err
    assert "s3cret" not in answer.err


def test_a_whole_demo_is_kept_on_postgresql_and_decides_the_same_when_replayed(
    postgres: Server, recorded: Files
) -> None:
    place = postgres.place()
    demo = ("demo", *recorded.options(), "--headless", "--for", 1, "--journal", place)
    assert trimtab(*demo).code == 0
    answer = trimtab("replay", place, "--verify", "--json", "-")
    assert (answer.code, answer.json["differences"], answer.json["compared"]) == (0, 0, True)
    again = trimtab(*demo)
    assert again.code == 2
    assert "holds rows of demo already: name another journal" in again.err
