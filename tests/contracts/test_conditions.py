"""What every journal promises of an append that has a condition."""

from __future__ import annotations

import pytest

from tests.contracts.journals import BOT, STORY, Desk, busy, pause, quiet, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.ports import Condition, RefusedError

PAUSED = frozenset({"pause", "safety_paused"})
"""Of STORY, seq 7 and 8."""


def test_an_append_goes_through_if_nothing_of_its_condition_stands_after_the_seq(
    desk: Desk,
) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    journal.append(busy(5), Condition(PAUSED, after=8))
    assert journal.flush() == 12
    assert len(list(journal.read())) == 12


def test_an_append_is_refused_if_a_fact_of_its_condition_stands_there(desk: Desk) -> None:
    journal = desk.begin()
    before = write(journal, *STORY)
    journal.append(busy(5), Condition(PAUSED, after=6))
    with pytest.raises(RefusedError, match="pause stands at seq 7, after 6"):
        journal.flush()
    assert list(journal.read()) == before


def test_with_a_refused_append_all_that_waited_for_the_same_flush_is_forgotten(desk: Desk) -> None:
    journal = desk.begin()
    before = write(journal, *STORY)
    journal.append(quiet(5))
    journal.append(busy(6), Condition(PAUSED, after=0))
    with pytest.raises(RefusedError):
        journal.flush()
    assert (journal.flush(), list(journal.read())) == (8, before)


def test_after_a_refusal_the_journal_goes_on_as_if_nothing_had_been_tried(desk: Desk) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    journal.append(busy(5), Condition(PAUSED, after=0))
    with pytest.raises(RefusedError):
        journal.flush()
    assert journal.append(quiet(6)) == 9
    model = MemoryJournal(BOT, StandingClock(desk.clock.now()))
    assert write(journal) == write(model, *STORY, quiet(6))


def test_facts_that_wait_for_the_same_flush_count_as_well(desk: Desk) -> None:
    """The operator paused between the decision and its append: pause beats adapt."""
    journal = desk.begin()
    write(journal, quiet(1))
    journal.append(pause(2))
    journal.append(busy(3), Condition(PAUSED, after=1))
    with pytest.raises(RefusedError, match="pause stands at seq 2, after 1"):
        journal.flush()
    assert len(list(journal.read())) == 1


def test_a_step_is_not_refused_for_its_own_facts_nor_for_later_ones(desk: Desk) -> None:
    journal = desk.begin()
    journal.append(pause(1), Condition(PAUSED, after=0))
    journal.append(pause(2))
    assert journal.flush() == 4


def test_of_several_conditions_each_is_checked(desk: Desk) -> None:
    journal = desk.begin()
    journal.append(quiet(1), Condition(PAUSED, after=0))
    journal.append(pause(2), Condition(frozenset({"resume"}), after=0))
    journal.append(quiet(3), Condition(PAUSED, after=0))
    with pytest.raises(RefusedError, match="pause stands at seq 2, after 0"):
        journal.flush()
    assert list(journal.read()) == []


def test_the_own_bot_may_be_named(desk: Desk) -> None:
    journal = desk.begin()
    journal.append(quiet(1), Condition(PAUSED, after=0, bot=BOT))
    assert journal.flush() == 1


def test_a_condition_on_no_type_at_all_holds(desk: Desk) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    journal.append(quiet(5), Condition(frozenset(), after=0))
    assert journal.flush() == 9
