"""The notary signs what the journal holds, and only that; anchors may come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep

import apsw
import pytest

from tests.builders.checkpoints import checkpoints_of, signer, write_checkpoints
from tests.contracts.journals import BOT, busy, hour, quiet
from trimtab.adapters.audit.checkpoint_file import CheckpointFile, FileAnchor
from trimtab.adapters.audit.ed25519 import is_signed
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.database import connect
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.domain.canonical import decode
from trimtab.ports import Anchor, AuditError, CompanionState, Recorded
from trimtab.records.audit_source import Source
from trimtab.records.audit_verification import Verdict, judged, sizes_of
from trimtab.records.audit_walk import walked
from trimtab.records.checkpoint import Checkpoint
from trimtab.runtime.courier import Courier
from trimtab.runtime.notary import Desk, Notary, Pace

OFTEN = Pace(rows=10, seconds=3_600.0)
"""Nothing but rows makes it sign before it is closed."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is."""
    return tmp_path / "bot.db"


def bot_at(path: Path) -> SqliteJournal:
    return SqliteJournal.open(path, BOT, StandingClock(hour(0)))


def write(journal: SqliteJournal, count: int) -> list[Recorded]:
    """Some more steps, durable; what an audience is told of them."""
    before = sum(1 for _ in journal.read())
    for number in range(count):
        journal.append(busy(before + number) if number % 3 == 0 else quiet(before + number))
    journal.flush()
    return [Recorded(row.seq, decode(row.payload)) for row in journal.read(before)]


def notary_at(path: Path, pace: Pace = OFTEN, anchors: Sequence[Anchor] = ()) -> Notary:
    desk = Desk(
        lambda: JournalReader(path), log_of(path), signer(), is_signed, StandingClock(hour(1))
    )
    return Notary(desk, [Courier(anchor, first_wait=0.01) for anchor in anchors], pace)


def log_of(path: Path) -> CheckpointFile:
    return CheckpointFile(Path(f"{path}.checkpoints"))


def sizes(path: Path) -> list[int]:
    return [one.size for one in log_of(path).read().checkpoints]


def verdict(path: Path, *anchors: Path) -> Verdict:
    sources = [Source("own", log_of(path).read())]
    sources += [Source(str(file), CheckpointFile(file).read(), is_anchor=True) for file in anchors]
    with closing(JournalReader(path)) as reader:
        return judged(walked(reader.read(), sizes_of(sources), ()), sources, (), is_signed)


def until(happened: Callable[[], object]) -> None:
    """Waits, ten seconds at most."""
    end = monotonic() + 10.0
    while not happened():
        assert monotonic() < end, "it did not happen"
        sleep(0)


def rows_in(path: Path) -> int:
    with closing(JournalReader(path)) as reader:
        return sum(1 for _ in reader.read())


def test_every_so_many_rows_and_at_the_end_all_is_signed(path: Path) -> None:
    with closing(bot_at(path)) as journal:
        notary = notary_at(path)
        for _ in range(5):
            notary.publish(write(journal, 7))
            until(lambda: rows_in(path) - max(sizes(path), default=0) < OFTEN.rows)
        notary.close()
    assert sizes(path)[-1] == rows_in(path)
    assert all(size % 10 == 0 for size in sizes(path)[:-1])
    assert notary.problems == ()
    assert verdict(path).findings == ()


def test_after_so_many_seconds_what_is_new_is_signed_and_nothing_twice(path: Path) -> None:
    with closing(bot_at(path)) as journal:
        write(journal, 2)
        notary = notary_at(path, Pace(rows=1_000, seconds=0.05))
        until(lambda: sizes(path) == [rows_in(path)])
        write(journal, 1)
        until(lambda: len(sizes(path)) == 2)
        notary.close()
    assert len(set(sizes(path))) == len(sizes(path)) == 2


def test_a_notary_goes_on_where_the_one_before_it_ended(path: Path) -> None:
    for _ in range(3):
        with closing(bot_at(path)) as journal:
            notary = notary_at(path)
            write(journal, 4)
            notary.close()
    assert len(sizes(path)) == 3
    assert verdict(path).signed_rows == rows_in(path)


def test_a_checkpoint_that_a_crash_cut_off_is_passed_over(path: Path) -> None:
    with closing(bot_at(path)) as journal:
        write(journal, 4)
        notary_at(path).close()
        file = Path(f"{path}.checkpoints")
        file.write_bytes(file.read_bytes()[:-60])
        notary_at(path).close()
        write(journal, 4)
        notary_at(path).close()
    assert (log_of(path).read().torn, len(sizes(path))) == (1, 2)
    assert verdict(path).findings == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE journal SET hash = replace(hash, 'a', 'b') WHERE seq = 2", "row 2 was changed"),
        ("DELETE FROM journal WHERE seq = 3", "row 3 does not follow"),
        ("DELETE FROM journal WHERE seq > 5", "are missing: they were signed"),
    ],
)
def test_a_journal_that_contradicts_what_was_signed_raises_an_alarm_and_is_signed_no_more(
    path: Path, change: str, words: str
) -> None:
    with closing(bot_at(path)) as journal:
        write(journal, 9)
        notary_at(path).close()
    signed = sizes(path)
    connection = connect(path, apsw.SQLITE_OPEN_READWRITE)
    connection.execute(change)
    connection.close()
    notary = notary_at(path)
    until(lambda: notary.alarm)
    notary.close()
    assert words in notary.problems[0]
    assert notary.problems[0].startswith("ALARM: ")
    assert (notary.companion.alarm, notary.companion.problems) == (True, notary.problems)
    assert sizes(path) == signed


def test_rows_that_were_written_anew_with_good_hashes_raise_an_alarm(path: Path) -> None:
    for clock in (hour(0), hour(1)):
        path.unlink(missing_ok=True)
        with closing(SqliteJournal.open(path, BOT, StandingClock(clock))) as journal:
            write(journal, 9)
            notary = notary_at(path)
            notary.close()
    assert "of another journal" in notary.problems[0]


def test_checkpoints_that_somebody_else_signed_raise_an_alarm(path: Path) -> None:
    with closing(bot_at(path)) as journal:
        write(journal, 9)
        (forged, *_) = checkpoints_of(list(journal.read()), signer("theirs"))
        swapped = Checkpoint(
            forged.origin, forged.size, forged.root, forged.last, forged.time, signer().key,
            forged.signature,
        )  # fmt: skip
        write_checkpoints(Path(f"{path}.checkpoints"), [swapped])
        notary = notary_at(path)
        notary.close()
    assert "a checkpoint was changed" in notary.problems[0]


def test_without_its_journal_it_waits_and_says_so(path: Path) -> None:
    notary = notary_at(path, Pace(rows=10, seconds=0.01))
    until(lambda: notary.problems)
    assert notary.problems == (f"checkpoints wait: {path}: no such journal: check the path",)
    with closing(bot_at(path)) as journal:
        write(journal, 1)
        until(lambda: sizes(path))
        notary.close()
    assert not notary.problems


class Flaky:
    """An anchor that is away, until it is back."""

    pause = 0.0
    name = "flaky"

    def __init__(self, file: Path) -> None:
        self._file = FileAnchor(file)
        self.is_away = True
        self.tries = 0

    def holds(self, origin: str) -> int:
        self.tries += 1
        if self.is_away:
            raise AuditError("flaky: is away")
        return self._file.holds(origin)

    def take(self, checkpoints: Sequence[Checkpoint]) -> None:
        self._file.take(checkpoints)


def test_an_anchor_that_is_away_stops_nothing_is_told_and_gets_all_when_it_is_back(
    path: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    flaky, steady = Flaky(elsewhere), FileAnchor(tmp_path / "steady.txt")
    with closing(bot_at(path)) as journal:
        notary = notary_at(path, anchors=[flaky, steady])
        for _ in range(3):
            notary.publish(write(journal, 8))
        until(lambda: flaky.tries > 2)
        assert notary.problems == ("flaky: is away",)
        until(lambda: notary.companion.behind == rows_in(path) % OFTEN.rows)
        assert notary.companion[3:] == (("flaky: is away",), False)
        flaky.is_away = False
        until(lambda: not notary.problems)
        notary.close()
        assert notary.companion == CompanionState("audit", rows_in(path), 0)
    kept = log_of(path).read()
    assert (
        CheckpointFile(elsewhere).read() == CheckpointFile(tmp_path / "steady.txt").read() == kept
    )
    assert verdict(path, elsewhere).proven_rows == rows_in(path)


def test_what_an_anchor_missed_in_an_earlier_run_it_gets_in_the_next(
    path: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.txt"
    with closing(bot_at(path)) as journal:
        for is_away in (False, True, False):
            anchor = Flaky(elsewhere)
            anchor.is_away = is_away
            write(journal, 5)
            notary_at(path, anchors=[anchor]).close()
    assert CheckpointFile(elsewhere).read() == log_of(path).read()
    assert sizes(path)[-1] == rows_in(path)


def test_several_journals_may_share_an_anchor(tmp_path: Path) -> None:
    shared = tmp_path / "shared.txt"
    for name in ("one.db", "two.db"):
        journal_path = tmp_path / name
        clock = StandingClock(hour(len(name) + ord(name[0])))
        with closing(SqliteJournal.open(journal_path, BOT, clock)) as journal:
            write(journal, 2)
            notary_at(journal_path, anchors=[FileAnchor(shared)]).close()
    assert len(CheckpointFile(shared).read().checkpoints) == 2
