"""trimtab journal archive: old bars leave the journal, and nothing else changes."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from scripts import verify_journal
from tests.builders.commands import trimtab
from tests.builders.disks import mounted
from tests.builders.market import one_by_one, started, world
from tests.builders.soak import rounds
from tests.contracts.journals import BOT, busy, hour, quiet, state_of, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.parquet import bar_archive
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.app.audit.verifying import verdict_on
from trimtab.app.compose import versions
from trimtab.app.journals import history, writable
from trimtab.domain.units import SECOND
from trimtab.ports import JournalError
from trimtab.records.audit_words import told
from trimtab.records.journal_row import JournalRow, stored_of, verify
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.reactive_bot import ReactiveBot

CLOCK = StandingClock()
HOURS = 300
KEPT = 240
"""The seq of the oldest state."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one MiB."""
    with mounted(tmp_path / "small", "1m") as folder:
        yield folder


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Closed; a row an hour, and four at every tenth."""
    path = tmp_path / "run.db"
    opened = SqliteJournal.open(path, BOT, CLOCK)
    write(opened, *(quiet(each) if each % 10 else busy(each) for each in range(1, HOURS + 1)))
    for seq in (KEPT, KEPT + 10, KEPT + 20):
        opened.keep(state_of(seq))
    opened.close()
    return path


def time(count: int) -> str:
    """As a person writes the moment of `hour(count)`."""
    return f"{datetime.fromtimestamp(hour(count) / SECOND, UTC):%Y-%m-%dT%H:%M}"


def stored(path: Path) -> list[JournalRow]:
    """Without what is archived."""
    with closing(JournalReader(path)) as reader:
        return list(reader.read())


def whole(path: Path) -> list[JournalRow]:
    """With what is archived."""
    with closing(history(str(path))) as reader:
        return list(reader.read())


def archive(path: Path, before: int, *words: object) -> dict[str, object]:
    answer = trimtab("journal", "archive", path, "--before", time(before), *words, "--json", "-")
    assert answer.code == 0, answer.err
    figures: dict[str, object] = answer.json
    return figures


def parquet(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


def test_old_bars_are_in_the_file_and_all_else_is_where_it_was(journal: Path) -> None:
    before = stored(journal)
    figures = archive(journal, before=50)
    after = stored(journal)
    emptied = [row.seq for row in after if not row.payload]
    gone = [row.seq for row in before if row.at < hour(50) and row.type == "bars_closed"]
    assert emptied == gone
    assert (figures["rows"], len(parquet(journal.parent))) == (len(gone), 1)
    assert [row.hash for row in after] == [row.hash for row in before]
    assert whole(journal) == before


def test_whoever_goes_on_with_the_journal_reads_all_of_it(journal: Path) -> None:
    before = stored(journal)
    archive(journal, before=50)
    opened = writable(str(journal), BOT, CLOCK)
    assert list(opened.read()) == before
    assert verify(write(SqliteJournal.open(journal.with_name("other.db"), BOT, CLOCK))) is None
    opened.append(quiet(HOURS + 1))
    opened.flush()
    assert verify(opened.read()) is None
    opened.close()


def test_any_stretch_is_read_across_several_archives(journal: Path) -> None:
    before = stored(journal)
    for hours in (20, 21, 100, 150):
        archive(journal, before=hours)
    assert len(parquet(journal.parent)) == 4
    with closing(history(str(journal))) as reader:
        for after, until in ((0, 1), (15, 40), (25, 130), (100, 101), (0, None)):
            assert list(reader.read(after, until)) == before[after:until]
            facts = [stored_of(row) for row in before[after:until]]
            assert list(reader.stored(after, until)) == facts


def test_a_second_time_there_is_nothing_to_do(journal: Path) -> None:
    archive(journal, before=50)
    kept = stored(journal)
    assert archive(journal, before=50)["rows"] == 0
    assert (stored(journal), len(parquet(journal.parent))) == (kept, 1)


def test_what_a_restart_needs_stays(journal: Path) -> None:
    archive(journal, before=10_000)
    after = stored(journal)
    assert max(row.seq for row in after if not row.payload) <= KEPT
    assert all(row.payload for row in after[KEPT:])


def test_without_a_snapshot_nothing_goes(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    opened = SqliteJournal.open(path, BOT, CLOCK)
    write(opened, *(quiet(each) for each in range(1, 20)))
    opened.close()
    answer = trimtab("journal", "archive", path, "--before", time(10))
    assert answer.code == 2
    assert "holds no snapshot, so a restart needs every bar" in answer.err
    assert all(row.payload for row in stored(path))


def test_the_last_row_stays_even_if_a_state_stands_at_it(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    opened = SqliteJournal.open(path, BOT, CLOCK)
    write(opened, *(quiet(each) for each in range(1, 20)))
    opened.keep(state_of(19))
    opened.close()
    assert archive(path, before=10_000)["rows"] == 18
    SqliteJournal.open(path, BOT, CLOCK).close()


def test_a_journal_that_a_bot_writes_is_left_alone(journal: Path) -> None:
    running = SqliteJournal.open(journal, BOT, CLOCK)
    answer = trimtab("journal", "archive", journal, "--before", time(50))
    assert (answer.code, parquet(journal.parent)) == (2, [])
    assert "another bot is writing it: stop that one first" in answer.err
    running.close()


def test_while_the_file_is_away_links_are_checked_and_readers_say_what_is_missing(
    journal: Path, tmp_path: Path
) -> None:
    figures = archive(journal, 50, "--to", tmp_path / "old")
    (file,) = parquet(tmp_path / "old")
    away = file.rename(tmp_path / "away")
    answer = trimtab("journal", "check", journal)
    assert answer.code == 0
    assert answer.err.startswith(
        f"{figures['rows']} archived rows: links checked, contents not\nwhole: 390 rows"
    )
    with pytest.raises(JournalError) as refused:
        whole(journal)
    assert str(refused.value) == (
        f"{file}: no such file, but it holds the bars of rows 1 to 61: "
        f"put it back, or beside the journal"
    )
    away.rename(journal.parent / file.name)
    assert verify(whole(journal)) is None


def test_a_row_that_only_looks_archived_is_found(journal: Path) -> None:
    """Emptied by hand, beyond what any archive holds."""
    archive(journal, before=50)
    with closing(JournalReader(journal)) as reader:
        (kept,) = reader.archives()
    opened = SqliteJournal.open(journal, BOT, CLOCK)
    connection = opened._file.connection  # pyright: ignore[reportPrivateUsage]
    connection.execute("UPDATE journal SET payload = '' WHERE seq = ?", (kept.last_seq + 2,))
    opened.close()
    answer = trimtab("journal", "check", journal)
    assert answer.code == 1
    assert f"wrong: row {kept.last_seq + 2} was changed after it was written" in answer.err


def test_the_links_of_archived_rows_are_checked_without_their_archive(journal: Path) -> None:
    archive(journal, before=50)
    for path in parquet(journal.parent):
        path.unlink()
    assert verify_journal.verify(journal, Path("none"), [], [])[-1].startswith("whole")
    with closing(sqlite3.connect(journal)) as database, database:
        database.execute("UPDATE journal SET hash = ? WHERE seq = 5", ("0" * 64,))
    verdict = verdict_on(str(journal), Path("none"), [])
    assert list(told(verdict))[-1] == "CHANGED: the first row that is wrong is 6"
    alone = verify_journal.verify(journal, Path("none"), [], [])
    assert alone[-1] == "CHANGED: the first row that is wrong is 6"


def test_a_changed_file_is_not_believed(journal: Path) -> None:
    archive(journal, before=50)
    (file,) = parquet(journal.parent)
    with closing(JournalReader(journal)) as reader:
        rows = [row for row in reader.read(0, 20) if not row.payload]
    file.unlink()
    bar_archive.write(file, rows)
    with pytest.raises(JournalError, match="was changed after it was written: restore it"):
        whole(journal)


def test_a_folder_that_cannot_be_made_is_refused(journal: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = trimtab(
        "journal", "archive", journal, "--before", time(50), "--to", tmp_path / "file" / "old"
    )
    assert answer.code == 2
    assert "cannot be made: Not a directory: name another folder" in answer.err
    assert all(row.payload for row in stored(journal))


def test_what_and_where_to_is_as_the_configuration_says(journal: Path, tmp_path: Path) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text(f'[retention]\nkeep_bars_days = 1\narchive = "{tmp_path}/old"\n')
    answer = trimtab("journal", "archive", journal, "--config", config)
    assert (answer.code, len(parquet(tmp_path / "old"))) == (0, 1)
    assert not stored(journal)[0].payload


def test_what_a_bot_did_comes_out_again_after_its_bars_were_archived(tmp_path: Path) -> None:
    run, told = tmp_path / "run.db", world(3, 480)
    start = replace(started(told.opened), versions=versions())
    opened = SqliteJournal.open(run, start.bot, CLOCK)
    bot = ReactiveBot(start, opened, EventDispatcher(), group=500)
    for fact in one_by_one(told.facts()):
        bot.take(fact)
    bot.finish()
    opened.close()
    before = stored(run)
    assert int(str(archive(run, 10_000)["rows"])) > 100
    assert whole(run) == before
    answer = trimtab("replay", run, "--verify", "--json", "-")
    assert (answer.code, answer.json["differences"], answer.json["compared"]) == (0, 0, True)


def test_journals_of_one_name_do_not_overwrite_each_others_bars(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "run.db" for folder in ("a", "b")]
    for number, path in enumerate(paths):
        path.parent.mkdir()
        opened = SqliteJournal.open(path, BOT, CLOCK)
        write(opened, *(quiet(number + each) for each in range(1, 20)))
        opened.keep(state_of(19))
        opened.close()
    before = [stored(path) for path in paths]
    for path in paths:
        archive(path, 10_000, "--to", tmp_path / "old")
    assert [whole(path) for path in paths] == before


def test_bars_of_a_journal_that_went_another_way_are_not_overwritten(
    journal: Path, tmp_path: Path
) -> None:
    archive(journal, before=50)
    (file,) = parquet(journal.parent)
    with pytest.raises(JournalError, match="holds other bars already: choose another folder"):
        bar_archive.write(file, stored(journal)[:3])
    assert verify(whole(journal)) is None
    assert not list(tmp_path.glob("*.partial"))


def test_a_folder_without_room_is_told_and_the_journal_keeps_its_bars(
    journal: Path, small_disk: Path
) -> None:
    (small_disk / "ballast").write_bytes(bytes((1 << 20) - 8_192))
    before = stored(journal)
    answer = trimtab("journal", "archive", journal, "--before", time(50), "--to", small_disk)
    assert answer.code == 2
    assert "free some space or choose another folder" in answer.err
    assert (stored(journal), [one.name for one in small_disk.iterdir()]) == (before, ["ballast"])


KILLED = """
import sys
from pathlib import Path
from trimtab.app.journal.archiving import archived
sys.stdout.write("begun\\n")
sys.stdout.flush()
archived(Path(sys.argv[1]), 2**62, Path(sys.argv[2]), batch=4)
"""


def test_however_often_it_is_killed_no_bar_is_lost(journal: Path, tmp_path: Path) -> None:
    before = stored(journal)
    seed = Random().randrange(2**32)  # noqa: S311 - other moments each time
    random = Random(seed)  # noqa: S311
    for _ in range(rounds(5, 60)):
        command = [sys.executable, "-c", KILLED, str(journal), str(tmp_path / "old")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                process.wait(random.choice((0.02, 0.05, 0.1, 0.15)))
            except subprocess.TimeoutExpired:
                process.kill()
        assert whole(journal) == before, f"seed {seed}"
    archive(journal, 10_000, "--to", tmp_path / "old")
    assert whole(journal) == before
    assert all(row.payload for row in stored(journal)[KEPT:])
    assert not any(row.payload for row in stored(journal)[:KEPT] if row.type == "bars_closed")
