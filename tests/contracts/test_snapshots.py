"""What every journal promises of the snapshots that it keeps."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contracts.journals import STORY, Desk, LastingDesk, quiet, state_of, write
from trimtab.records.kept_states import STATES_KEPT


def test_without_any_there_is_none(desk: Desk) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    assert journal.snapshot() is None


def test_the_newest_is_given_back_bit_for_bit(desk: Desk) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    journal.keep(state_of(1))
    journal.keep(state_of(6))
    assert journal.snapshot() == state_of(6)


@pytest.mark.parametrize(("until", "seq"), [(8, 6), (6, 6), (5, 1), (1, 1)])
def test_the_newest_at_or_before_a_seq_is_given(desk: Desk, until: int, seq: int) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    journal.keep(state_of(1))
    journal.keep(state_of(6))
    assert journal.snapshot(until) == state_of(seq)
    assert journal.snapshot(0) is None


def test_only_durable_facts_may_have_one(desk: Desk) -> None:
    journal = desk.begin()
    write(journal, quiet(1))
    journal.append(quiet(2))
    with pytest.raises(ValueError, match="a snapshot of seq 2: 1 is"):
        journal.keep(state_of(2))
    journal.flush()
    journal.keep(state_of(2))
    assert journal.snapshot() == state_of(2)


def test_keeping_one_writes_nothing_that_was_not_flushed(desk: Desk) -> None:
    journal = desk.begin()
    before = write(journal, quiet(1))
    journal.append(quiet(2))
    journal.keep(state_of(1))
    assert list(journal.read()) == before
    assert journal.flush() == 2


def test_of_old_states_only_the_hash_stays(desk: Desk) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    for seq in range(1, 9):
        journal.keep(state_of(seq))
    oldest = 8 - STATES_KEPT + 1
    assert [journal.snapshot(seq) for seq in range(1, 9)] == [
        state_of(seq) if seq >= oldest else None for seq in range(1, 9)
    ]


def test_one_of_the_same_seq_takes_the_place_of_the_other(desk: Desk) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    journal.keep(replace(state_of(6), state=b"spoilt"))
    journal.keep(state_of(6))
    assert journal.snapshot() == state_of(6)


def test_a_state_that_does_not_have_its_hash_is_passed_over(desk: Desk) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    journal.keep(state_of(1))
    journal.keep(replace(state_of(6), state=b"spoilt"))
    assert journal.snapshot() == state_of(1)


def test_snapshots_outlive_the_process(lasting_desk: LastingDesk) -> None:
    journal = lasting_desk.begin()
    write(journal, *STORY)
    journal.keep(state_of(6))
    journal.close()
    again = lasting_desk.reopen()
    assert again.snapshot() == state_of(6)
    again.keep(state_of(8))
    assert again.snapshot() == state_of(8)
    again.close()
