"""Recorded time is played in its own rhythm, and commands jump the queue."""

from __future__ import annotations

import time
from threading import Timer

from msgspec.structs import replace

from trimtab.domain.commands import Command, Pause, Resume
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import HOUR, SECOND, Micros
from trimtab.runtime.pacing import Inbox, Pace

HOURS = [TimePassed(Micros(number * HOUR)) for number in range(1, 5)]
PAUSE, RESUME = Pause(Micros(0), "ada", "lunch"), Resume(Micros(0), "ada", "back")


def stamped(command: Command, at: Micros) -> Command:
    return replace(command, at=at)


def test_facts_keep_their_order_and_their_distances() -> None:
    began = time.monotonic()
    played = list(Pace(HOUR / SECOND * 100, Inbox(), stamped).played(HOURS))
    assert played == HOURS
    assert 0.03 <= time.monotonic() - began < 1.0


def test_a_command_is_handed_out_while_the_next_fact_is_far_away() -> None:
    inbox = Inbox()
    playing = Pace(1.0, inbox, stamped).played(HOURS)
    assert next(playing) == HOURS[0]
    Timer(0.01, inbox.put, [PAUSE]).start()
    began = time.monotonic()
    assert next(playing) == replace(PAUSE, at=HOURS[0].at)
    assert time.monotonic() - began < 1.0


def test_commands_come_before_facts_that_are_late() -> None:
    inbox = Inbox()
    playing = Pace(1e12, inbox, stamped).played(HOURS)
    assert [next(playing), next(playing)] == HOURS[:2]
    inbox.put(PAUSE)
    inbox.put(RESUME)
    assert list(playing) == [
        replace(PAUSE, at=HOURS[1].at), replace(RESUME, at=HOURS[1].at), *HOURS[2:],
    ]  # fmt: skip


def test_a_command_before_the_first_fact_comes_at_its_time() -> None:
    inbox = Inbox()
    inbox.put(PAUSE)
    played = list(Pace(1e12, inbox, stamped).played(HOURS[:1]))
    assert played == [replace(PAUSE, at=HOURS[0].at), HOURS[0]]


def test_the_show_ends_when_its_time_is_up() -> None:
    began = time.monotonic()
    assert list(Pace(1.0, Inbox(), stamped).played(HOURS, until=0.02)) == HOURS[:1]
    assert time.monotonic() - began < 1.0


def test_the_show_also_ends_in_time_when_it_never_has_to_wait() -> None:
    assert list(Pace(1e12, Inbox(), stamped).played(HOURS, until=0.0)) == []


def test_an_empty_inbox_does_not_wait_unless_told_to() -> None:
    assert Inbox().next(within=0.0) is None
    assert Inbox().next(within=0.001) is None
