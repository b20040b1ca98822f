"""From the journal to the effect: nothing lost and nothing doubled, whatever is killed on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.patience import until
from tests.builders.soak import rounds
from tests.contracts.brokers import Server, nats_server, redis_server
from tests.contracts.delivery import (
    all_heard,
    connected,
    process,
    relay,
    subscriber,
    threads,
)
from tests.contracts.growing import Growing
from trimtab.adapters.memory.broker import MemoryBroker

STEPS = 60
"""Of four rows: what is written before, during and after something happens."""


def forgetful(folder: Path) -> Server:
    return redis_server(folder, lasting=False)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Growing]:
    one = Growing(tmp_path)
    yield one
    one.close()


def running(server: Server) -> Iterator[Server]:
    server.start()
    yield server
    server.kill()


@pytest.fixture(params=[nats_server, redis_server], ids=["nats", "redis"])
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    yield from running(request.param(tmp_path))


@pytest.fixture(
    params=[nats_server, redis_server, forgetful], ids=["nats", "redis", "forgetful redis"]
)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    yield from running(request.param(tmp_path))


def test_within_the_process_a_slow_consumer_misses_nothing(journal: Growing) -> None:
    broker = MemoryBroker(room=20)
    listening = subscriber(journal.path, broker, with_journal=True)
    sending = relay(journal.path, broker)
    journal.write(STEPS)
    with threads(sending, listening):
        last = journal.write(STEPS)
        all_heard(journal.path, last)


def test_messages_alone_are_enough_where_the_server_keeps_them(
    journal: Growing, lasting: Server
) -> None:
    sending = relay(journal.path, connected(lasting.place))
    listening = subscriber(journal.path, connected(lasting.place), with_journal=False)
    with threads(sending, listening):
        for _ in range(rounds(1, 10)):
            journal.write(STEPS)
            lasting.kill()
            journal.write(STEPS)
            lasting.start()
            journal.write(STEPS)
            until(lambda: sending.state.seq >= journal.durable)
        all_heard(journal.path, journal.durable)
    assert sending.state.behind == 0


def test_a_server_killed_in_the_middle_loses_no_fact_and_stops_nobody(
    journal: Growing, server: Server
) -> None:
    sending = relay(journal.path, connected(server.place))
    listening = subscriber(journal.path, connected(server.place), with_journal=True)
    with threads(sending, listening):
        for _ in range(rounds(1, 10)):
            journal.write(STEPS)
            server.kill()
            before = journal.durable
            assert journal.write(STEPS) == before + 4 * STEPS
            until(lambda: sending.state.error != "")
            server.start()
            journal.write(STEPS)
            until(lambda: sending.state.seq >= journal.durable)
        all_heard(journal.path, journal.durable)
    assert sending.state == (journal.durable, journal.durable, None, "")


def test_a_server_that_is_away_for_the_first_half_gets_everything_later(
    journal: Growing, server: Server
) -> None:
    server.kill()
    sending = relay(journal.path, connected(server.place))
    listening = subscriber(journal.path, connected(server.place), with_journal=False)
    with threads(sending, listening):
        half = journal.write(STEPS)
        until(lambda: sending.state.error != "" and sending.state.newest == half)
        assert sending.state.behind == half
        assert sending.state.waiting_since is not None
        server.start()
        all_heard(journal.path, journal.write(STEPS))


def test_a_server_that_stands_still_only_delays(journal: Growing, server: Server) -> None:
    sending = relay(journal.path, connected(server.place))
    listening = subscriber(journal.path, connected(server.place), with_journal=True)
    with threads(sending, listening):
        journal.write(STEPS)
        with server.paused():
            before = journal.durable
            assert journal.write(STEPS) == before + 4 * STEPS
            until(lambda: "no answer in time" in sending.state.error)
        all_heard(journal.path, journal.write(STEPS))


@pytest.mark.parametrize("room", [30])
def test_what_a_full_stream_gave_away_is_read_from_the_journal(
    journal: Growing, server: Server, room: int
) -> None:
    size = room * 500 if server.place.startswith("nats") else room
    sending = relay(journal.path, connected(server.place, size))
    last = journal.write(4 * STEPS)
    with threads(sending):
        until(lambda: sending.state.seq == last)
    with threads(subscriber(journal.path, connected(server.place), with_journal=True)):
        all_heard(journal.path, last)


def test_a_relay_killed_between_publishing_and_its_place_sends_again(
    journal: Growing, lasting: Server
) -> None:
    listening = subscriber(journal.path, connected(lasting.place), with_journal=False)
    with threads(listening):
        for _ in range(rounds(2, 20)):
            journal.write(STEPS)
            with process("relay", journal.path, lasting.place, fatal=2) as sending:
                journal.write(STEPS)
                sending.wait(30)
        with process("relay", journal.path, lasting.place):
            all_heard(journal.path, journal.durable)


@pytest.mark.parametrize("role", ["subscriber", "lone subscriber"])
def test_a_subscriber_killed_between_effect_and_acknowledgement_goes_on_behind_it(
    journal: Growing, lasting: Server, role: str
) -> None:
    with threads(relay(journal.path, connected(lasting.place))):
        for _ in range(rounds(2, 20)):
            journal.write(STEPS)
            with process(role, journal.path, lasting.place, fatal=2) as listening:
                while listening.poll() is None:
                    journal.write(1)
        with process(role, journal.path, lasting.place):
            all_heard(journal.path, journal.durable)


def test_two_subscribers_of_the_same_name_do_not_double_anything(
    journal: Growing, lasting: Server
) -> None:
    sending = relay(journal.path, connected(lasting.place))
    twins = [
        subscriber(journal.path, connected(lasting.place), with_journal=True) for _ in range(2)
    ]
    with threads(sending, *twins):
        journal.write(STEPS)
        all_heard(journal.path, journal.write(STEPS))
