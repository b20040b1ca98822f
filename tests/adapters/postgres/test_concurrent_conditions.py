"""Conditions on another's stream hold although both write at the same time: real races."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.builders.postgres import Server
from tests.builders.soak import rounds
from tests.contracts.journals import busy, pause
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.ports import Condition, RefusedError

ENGINE, INBOX = "bot", "bot/inbox"
PAUSED = frozenset({"pause"})
ADAPTED = frozenset({"adaptation_refused"})
CLOCK = SystemClock()


@pytest.fixture
def writers(postgres: Server) -> Iterator[tuple[PostgresJournal, PostgresJournal]]:
    """An engine, and a dashboard's stream of commands beside it."""
    place = postgres.place()
    engine, inbox = (PostgresJournal.open(place, bot, CLOCK) for bot in (ENGINE, INBOX))
    yield engine, inbox
    engine.abandon()
    inbox.abandon()


def test_an_append_is_refused_for_what_stands_in_another_stream(
    writers: tuple[PostgresJournal, PostgresJournal],
) -> None:
    engine, inbox = writers
    inbox.append(pause(1))
    inbox.flush()
    engine.append(busy(2), Condition(PAUSED, after=0, bot=INBOX))
    with pytest.raises(RefusedError, match="pause stands at seq 1, after 0"):
        engine.flush()
    engine.append(busy(2), Condition(PAUSED, after=1, bot=INBOX))
    assert engine.flush() == 4


def test_of_two_that_exclude_each_other_never_both_get_through(
    writers: tuple[PostgresJournal, PostgresJournal],
) -> None:
    """Adapt only if nobody paused; pause only if nobody adapted: each looks at the other."""
    engine, inbox = writers
    together = Barrier(2)

    def adapt(number: int, paused_at: int) -> bool:
        engine.append(busy(number), Condition(PAUSED, after=paused_at, bot=INBOX))
        return went_through(engine)

    def stop(number: int, adapted_at: int) -> bool:
        inbox.append(pause(number), Condition(ADAPTED, after=adapted_at, bot=ENGINE))
        return went_through(inbox)

    def went_through(journal: PostgresJournal) -> bool:
        together.wait()
        try:
            journal.flush()
        except RefusedError:
            return False
        return True

    outcomes: list[tuple[bool, bool]] = []
    with ThreadPoolExecutor(2) as threads:
        for number in range(1, rounds(100, 2_000)):
            places = inbox.flush(), engine.flush()
            adapting = threads.submit(adapt, number, places[0])
            stopping = threads.submit(stop, number, places[1])
            outcomes.append((adapting.result(), stopping.result()))
    assert (True, True) not in outcomes
    assert {(True, False), (False, True)} & set(outcomes)
