"""What the inbox accepted is handed out once and in order; a pause goes first."""

from __future__ import annotations

import time
from threading import Thread, Timer

from trimtab.domain.commands import InjectEvent, Pause, Resume, StopTrading
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import Coin, Micros
from trimtab.runtime.inbox import Inbox

HOURS = [TimePassed(Micros(number)) for number in range(5)]
PAUSE, RESUME = Pause(Micros(9), "ada", "lunch"), Resume(Micros(9), "ada", "back")
STOP = StopTrading(Micros(9), "ada", "enough")
EXERCISE = InjectEvent(Micros(9), "ada", "a try", "bear", Coin("*"), 1.0)


def filled(*facts: TimePassed, room: int = 100) -> Inbox:
    inbox = Inbox(room)
    for fact in facts:
        assert inbox.put(fact)
    return inbox


def test_facts_come_out_in_order_as_many_as_are_wanted() -> None:
    inbox = filled(*HOURS)
    assert inbox.take(3) == HOURS[:3]
    assert inbox.take(3) == HOURS[3:]
    assert len(inbox) == 0


def test_pausing_resuming_and_stopping_come_first_in_their_own_order() -> None:
    inbox = filled(*HOURS)
    for command in (EXERCISE, PAUSE, RESUME, STOP):
        inbox.put(command)
    assert inbox.take_urgent() == [PAUSE, RESUME, STOP]
    inbox.put(PAUSE)
    assert inbox.take(100) == [PAUSE, *HOURS, EXERCISE]


def test_a_full_room_makes_facts_wait_but_never_a_pause() -> None:
    inbox = filled(*HOURS[:2], room=2)
    assert not inbox.put(HOURS[2], within=0.01)
    assert inbox.put(PAUSE, within=0.0)
    Timer(0.01, inbox.take, [2]).start()
    assert inbox.put(HOURS[2])
    assert inbox.take(5) == [HOURS[1], HOURS[2]]


def test_an_empty_inbox_hands_out_nothing_after_its_time() -> None:
    assert Inbox().take(5, within=0.01) == []


def test_whoever_waits_gets_a_fact_as_soon_as_it_comes() -> None:
    inbox = Inbox()
    Timer(0.01, inbox.put, [HOURS[0]]).start()
    assert inbox.take(5) == [HOURS[0]]


def test_after_closing_nothing_is_accepted_and_what_waits_is_handed_out() -> None:
    inbox = filled(*HOURS)
    inbox.close()
    assert inbox.closed
    assert not inbox.put(PAUSE)
    assert not inbox.put(HOURS[0])
    assert inbox.take(100) == HOURS
    assert inbox.take(100) == []


def test_closing_frees_whoever_waits_for_room() -> None:
    inbox = filled(HOURS[0], room=1)
    assert_freed(inbox, Thread(target=inbox.put, args=(HOURS[1],)))


def test_closing_frees_whoever_waits_for_facts() -> None:
    inbox = Inbox()
    assert_freed(inbox, Thread(target=inbox.take, args=(1,)))


def assert_freed(inbox: Inbox, waiting: Thread) -> None:
    waiting.start()
    inbox.close()
    waiting.join(5.0)
    assert not waiting.is_alive()


def test_whoever_sleeps_wakes_up_when_it_is_closed() -> None:
    inbox = Inbox()
    assert not inbox.wait_closed(0.001)
    Timer(0.01, inbox.close).start()
    began = time.monotonic()
    assert inbox.wait_closed(60.0)
    assert time.monotonic() - began < 30.0


def test_between_threads_nothing_is_lost_or_doubled() -> None:
    inbox, taken = Inbox(room=16), list[object]()
    facts = [TimePassed(Micros(number)) for number in range(5_000)]

    def give() -> None:
        for fact in facts:
            inbox.put(fact)
        inbox.close()

    giver = Thread(target=give)
    giver.start()
    while some := inbox.take(7):
        taken += some
    giver.join()
    assert taken == facts
