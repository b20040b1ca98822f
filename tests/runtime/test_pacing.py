"""Recorded time is played in its own rhythm; commands are given the recorded time."""

from __future__ import annotations

import time
from threading import Thread, Timer

from msgspec.structs import replace

from trimtab.domain.commands import Pause, Resume
from trimtab.domain.facts import Outside
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import HOUR, SECOND, Micros
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.pacing import Pace

HOURS = [TimePassed(Micros(number * HOUR)) for number in range(1, 5)]
PAUSE, RESUME = Pause(Micros(0), "ada", "lunch"), Resume(Micros(0), "ada", "back")
AT_ONCE = 1e12


def everything(inbox: Inbox) -> list[Outside]:
    return inbox.take(100, within=0.0)


def test_facts_keep_their_order_and_their_distances() -> None:
    inbox, began = Inbox(), time.monotonic()
    Pace(HOUR / SECOND * 100, inbox).play(HOURS)
    assert 0.03 <= time.monotonic() - began < 5.0
    assert everything(inbox) == HOURS
    assert inbox.closed


def test_a_command_goes_in_while_the_next_fact_is_far_away() -> None:
    inbox = Inbox()
    pace = Pace(1.0, inbox)
    playing = Thread(target=pace.play, args=(HOURS,))
    playing.start()
    assert inbox.take(1) == HOURS[:1]
    pace.order(PAUSE)
    assert inbox.take(1) == [replace(PAUSE, at=HOURS[0].at)]
    inbox.close()
    playing.join(5.0)
    assert not playing.is_alive()


def test_commands_before_the_show_come_with_its_first_fact() -> None:
    inbox = Inbox()
    pace = Pace(AT_ONCE, inbox)
    pace.order(PAUSE)
    pace.order(RESUME)
    assert len(inbox) == 0
    pace.play(HOURS)
    first = HOURS[0].at
    assert everything(inbox) == [replace(PAUSE, at=first), replace(RESUME, at=first), *HOURS]


def test_after_the_show_nobody_listens_to_commands() -> None:
    inbox = Inbox()
    pace = Pace(AT_ONCE, inbox)
    pace.play(HOURS)
    pace.order(PAUSE)
    assert everything(inbox) == HOURS


def test_the_show_ends_when_its_time_is_up() -> None:
    inbox, began = Inbox(), time.monotonic()
    Pace(1.0, inbox).play(HOURS, seconds=0.02)
    assert everything(inbox) == HOURS[:1]
    assert 0.02 <= time.monotonic() - began < 5.0


def test_the_show_also_ends_in_time_when_it_never_has_to_wait() -> None:
    inbox = Inbox()
    Pace(AT_ONCE, inbox).play(HOURS, seconds=0.0)
    assert everything(inbox) == []


def test_the_show_waits_for_room_in_the_inbox() -> None:
    inbox = Inbox(room=1)
    playing = Thread(target=Pace(AT_ONCE, inbox).play, args=(HOURS,))
    playing.start()
    assert [inbox.take(1)[0] for _ in HOURS] == HOURS
    playing.join(5.0)


def test_a_closed_inbox_ends_the_show_also_where_the_next_fact_is_far_away() -> None:
    inbox = Inbox()
    Timer(0.01, inbox.close).start()
    began = time.monotonic()
    Pace(1.0, inbox).play(HOURS)
    assert time.monotonic() - began < 60.0
    assert everything(inbox) == HOURS[:1]
