"""Effect, place and dead letters of a consumer: all of a transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.contracts.journals import BOT
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.sqlite.consumer_store import ConsumerStore
from trimtab.adapters.sqlite.cursor_store import SqliteCursor
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.domain.units import Micros
from trimtab.ports import JournalError
from trimtab.records.journal_row import JournalRow

TABLE = "CREATE TABLE IF NOT EXISTS heard (seq INTEGER) STRICT"


def row(seq: int, kind: str = "pause") -> JournalRow:
    return JournalRow(seq, f"id-{seq}", 1, 2, kind, "{}", None, None, None, 0.5, "a", "b")


def rows(*seqs: int) -> list[JournalRow]:
    return [row(seq) for seq in seqs]


def hear(database: Any, rows: Sequence[JournalRow]) -> None:
    """Writes the seqs down one by one; chokes on a stop after it has written it."""
    for one in rows:
        database.execute("INSERT INTO heard VALUES (?)", (one.seq,))
        if one.type == "stop":
            raise ValueError(f"cannot take {one.seq}")


def store(path: Path, consumer: str = "books") -> ConsumerStore:
    return ConsumerStore.open(path / "side.db", consumer, hear, TABLE)


def heard(one: ConsumerStore) -> list[int]:
    return [int(seq) for (seq,) in one.database.execute("SELECT seq FROM heard").fetchall()]


def test_effect_and_place_are_there_after_a_restart(tmp_path: Path) -> None:
    first = store(tmp_path)
    first.take(rows(1, 2), 5)
    first.close()
    again = store(tmp_path)
    assert (again.cursor(), heard(again)) == (5, [1, 2])


def test_an_effect_that_fails_leaves_neither_effect_nor_place(tmp_path: Path) -> None:
    one = store(tmp_path)
    one.take(rows(1), 1)
    with pytest.raises(ValueError, match="cannot take 3"):
        one.take([row(2), row(3, "stop")], 3)
    assert (one.cursor(), heard(one)) == (1, [1])


@given(some.lists(some.lists(some.integers(1, 12), min_size=1).map(sorted), max_size=8))
def test_whatever_comes_again_has_its_effect_once(batches: list[list[int]]) -> None:
    one = ConsumerStore.open(":memory:", "books", hear, TABLE)
    reached = 0
    expected: list[int] = []
    for batch in batches:
        unique = sorted(set(batch))
        expected += [seq for seq in unique if seq > reached]
        one.take(rows(*unique), unique[-1])
        reached = max(reached, unique[-1])
        assert one.cursor() == reached
    assert heard(one) == expected


def test_consumers_that_share_a_file_have_places_of_their_own(tmp_path: Path) -> None:
    books, mail = store(tmp_path), store(tmp_path, "mail")
    books.take((), 7)
    mail.take((), 3)
    assert (books.cursor(), mail.cursor()) == (7, 3)


def test_a_place_that_another_program_moved_is_not_overwritten(tmp_path: Path) -> None:
    one, other = store(tmp_path), store(tmp_path)
    one.take(rows(1, 2, 3), 3)
    other.cursor()
    other.rewind(1)
    with pytest.raises(JournalError, match="books is at 1 and not at 3"):
        one.take(rows(4), 4)
    assert one.cursor() == 1
    one.take(rows(2, 3, 4), 4)
    assert heard(one) == [1, 2, 3, 2, 3, 4]


def test_what_was_buried_is_kept_with_its_error_and_may_be_driven_again(tmp_path: Path) -> None:
    one = store(tmp_path)
    one.bury(row(4), "no such coin")
    assert [(letter.row, letter.error) for letter in one.dead_letters()] == [
        (row(4), "no such coin")
    ]
    assert (one.cursor(), heard(one)) == (4, [])
    assert one.redrive() == 1
    assert (heard(one), one.dead_letters()) == ([4], [])


def test_a_letter_that_fails_again_stays(tmp_path: Path) -> None:
    one = store(tmp_path)
    one.bury(row(4), "first")
    one.bury(row(5, "stop"), "second")
    with pytest.raises(ValueError, match="cannot take 5"):
        one.redrive()
    assert (heard(one), [letter.row.seq for letter in one.dead_letters()]) == ([4], [5])


def test_a_journal_is_never_taken_for_a_file_of_consumers(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    SqliteJournal.open(path, BOT, StandingClock(Micros(1))).close()
    with pytest.raises(JournalError, match=r"run\.db: holds something else: name another file"):
        ConsumerStore.open(path, "books", hear)


def test_a_file_that_is_no_database_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "side.db").write_text("a shopping list" * 100)
    with pytest.raises(JournalError, match=r"side\.db: not a journal: choose another file"):
        store(tmp_path)


def test_a_relays_place_survives_a_restart_and_may_go_back(tmp_path: Path) -> None:
    first = SqliteCursor.open(tmp_path / "run.db.cursors", "nats one")
    assert first.load() == 0
    first.store(9)
    first.close()
    again = SqliteCursor.open(tmp_path / "run.db.cursors", "nats one")
    assert again.load() == 9
    again.store(2)
    assert again.load() == 2
    assert SqliteCursor.open(tmp_path / "run.db.cursors", "nats two").load() == 0
