"""What every journal promises."""

from __future__ import annotations

import pytest
from msgspec.structs import asdict, replace

from tests.contracts.journals import (
    ADAPTATION,
    BOT,
    ORDER,
    STORY,
    Desk,
    LastingDesk,
    busy,
    fill,
    hour,
    pause,
    quiet,
    write,
)
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.domain import canonical
from trimtab.domain.units import Micros
from trimtab.ports import JournalError
from trimtab.records.journal_row import GENESIS, JournalRow, stored_of, verify

TAGS = [
    "bars_closed",
    "bars_closed", "volatility_spike", "order_intended", "adaptation_refused",
    "order_filled",
    "pause", "safety_paused",
]  # fmt: skip


def test_rows_follow_each_other_without_gaps_in_the_order_of_the_steps(desk: Desk) -> None:
    rows = write(desk.begin(), *STORY)
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [row.type for row in rows] == TAGS


def test_append_tells_the_seq_of_the_steps_last_fact_and_flush_the_last_durable(desk: Desk) -> None:
    journal = desk.begin()
    assert [journal.append(step) for step in STORY] == [1, 5, 6, 8]
    assert (journal.flush(), journal.flush()) == (8, 8)


def test_ids_are_computed_from_the_bot_the_moment_and_the_ordinal(desk: Desk) -> None:
    rows = write(desk.begin(), quiet(1), busy(2))
    assert [row.event_id for row in rows] == [
        canonical.event_id(f"{BOT}/outside", hour(1), 1),
        canonical.event_id(f"{BOT}/outside", hour(2), 2),
        canonical.event_id(BOT, hour(2), 4),
        ORDER,
        canonical.event_id(BOT, hour(2), 6),
    ]


def test_derived_facts_name_the_fact_from_outside_as_their_cause(desk: Desk) -> None:
    outside, *derived = write(desk.begin(), busy(2))
    assert outside.causation_id is None
    assert {row.causation_id for row in derived} == {outside.event_id}


def test_rows_about_an_order_or_an_adaptation_belong_together(desk: Desk) -> None:
    rows = write(desk.begin(), busy(2), fill(3))
    first, last = rows[0].event_id, ORDER
    assert [row.correlation_id for row in rows] == [first, first, ORDER, ADAPTATION, last]


def test_who_said_so_and_how_sure_it_is_have_columns_of_their_own(desk: Desk) -> None:
    rows = write(desk.begin(), busy(2), pause(4))
    assert [row.actor for row in rows] == [None, None, None, None, "ada", None]
    assert [row.confidence for row in rows] == [None, 0.75, None, None, None, None]


def test_payloads_are_the_facts_in_canonical_form(desk: Desk) -> None:
    rows = write(desk.begin(), busy(2), pause(4))
    facts = [busy(2).outside, *busy(2).derived, pause(4).outside, *pause(4).derived]
    assert [row.payload for row in rows] == [canonical.encode(fact).decode() for fact in facts]
    assert [row.at for row in rows] == [fact.at for fact in facts]


def test_the_time_of_recording_is_read_when_a_step_is_appended(desk: Desk) -> None:
    journal = desk.begin()
    journal.append(quiet(1))
    desk.clock.set(Micros(1_704_200_000_000_000))
    rows = write(journal, pause(2))
    assert [row.recorded_at for row in rows] == [1_704_100_000_000_000] + [
        1_704_200_000_000_000
    ] * 2


def test_nothing_shows_before_it_is_flushed(desk: Desk) -> None:
    journal = desk.begin()
    for step in STORY:
        journal.append(step)
    assert list(journal.read()) == []
    journal.flush()
    journal.append(quiet(5))
    assert [row.seq for row in journal.read()] == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("after", "until", "seqs"),
    [
        (0, None, [1, 2, 3, 4, 5, 6, 7, 8]),
        (6, None, [7, 8]),
        (2, 4, [3, 4]),
        (7, 99, [8]),
        (8, None, []),
        (99, None, []),
        (5, 3, []),
    ],
)
def test_rows_are_read_after_one_seq_and_until_another(
    desk: Desk, after: int, until: int | None, seqs: list[int]
) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    assert [row.seq for row in journal.read(after, until)] == seqs


@pytest.mark.parametrize(("after", "until"), [(0, None), (6, None), (2, 4), (8, None), (5, 3)])
def test_who_wants_facts_alone_reads_them_as_they_stand_in_the_rows(
    desk: Desk, after: int, until: int | None
) -> None:
    journal = desk.begin()
    write(journal, *STORY)
    journal.append(quiet(5))
    rows = list(journal.read(after, until))
    assert list(journal.stored(after, until)) == [stored_of(row) for row in rows]


def test_every_journal_holds_the_same_rows_for_the_same_steps(desk: Desk) -> None:
    model = MemoryJournal(BOT, StandingClock(desk.clock.now()))
    assert write(desk.begin(), *STORY) == write(model, *STORY)


def test_each_row_names_the_hash_of_the_one_before(desk: Desk) -> None:
    rows = write(desk.begin(), *STORY)
    assert [row.prev_hash for row in rows] == [GENESIS, *(row.hash for row in rows[:-1])]
    assert verify(rows) is None


CHANGES = {
    "seq": 7, "event_id": "x", "at": 1, "recorded_at": 1, "type": "resume", "payload": "{}",
    "actor": "eve", "causation_id": None, "correlation_id": "x", "confidence": 0.76,
    "prev_hash": GENESIS, "hash": GENESIS,
}  # fmt: skip


@pytest.mark.parametrize("column", CHANGES)
def test_a_change_of_any_column_is_found(desk: Desk, column: str) -> None:
    rows = write(desk.begin(), *STORY)
    assert list(asdict(rows[0])) == list(CHANGES)
    rows[2] = replace(rows[2], **{column: CHANGES[column]})
    assert verify(rows) == 3


def test_a_missing_a_repeated_and_a_misplaced_row_are_found(desk: Desk) -> None:
    rows = write(desk.begin(), *STORY)
    assert verify([*rows[:3], *rows[4:]]) == 4
    assert verify([*rows[:4], *rows[3:]]) == 5
    assert verify([rows[1], rows[0], *rows[2:]]) == 1


def test_any_stretch_can_be_checked_from_the_row_before(desk: Desk) -> None:
    journal = desk.begin()
    rows = write(journal, *STORY)
    assert verify(journal.read(after=3), 3, rows[2].hash) is None
    assert verify(journal.read(after=3), 3, rows[1].hash) == 4


def test_a_journal_opened_again_continues_the_chain(lasting_desk: LastingDesk) -> None:
    journal = lasting_desk.begin()
    write(journal, *STORY[:2])
    journal.close()
    continued = lasting_desk.reopen()
    model = MemoryJournal(BOT, lasting_desk.clock)
    assert write(continued, *STORY[2:]) == write(model, *STORY)
    continued.close()


def test_closing_flushes_and_may_be_repeated(lasting_desk: LastingDesk) -> None:
    journal = lasting_desk.begin()
    journal.append(STORY[0])
    journal.close()
    journal.close()
    again = lasting_desk.reopen()
    assert len(list(again.read())) == 1
    again.close()


def test_what_cannot_be_written_is_forgotten_whole(lasting_desk: LastingDesk) -> None:
    """A confidence that is no number is a bug; the journal stays as it was before the step."""
    journal = lasting_desk.begin()
    before: list[JournalRow] = write(journal, quiet(1))
    spike, *rest = busy(2).derived
    with pytest.raises(ValueError, match=r"volatility_spike at .* has confidence nan"):
        write(journal, busy(2)._replace(derived=[*rest, replace(spike, confidence=float("nan"))]))
    assert list(journal.read()) == before
    assert verify(write(journal, *STORY[1:])) is None


def test_there_is_one_writer(lasting_desk: LastingDesk) -> None:
    first = lasting_desk.begin()
    with pytest.raises(JournalError, match="stop that one first"):
        lasting_desk.reopen()
    assert verify(write(first, *STORY)) is None
    first.close()
    lasting_desk.reopen().close()
