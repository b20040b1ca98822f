"""What every broker promises; NATS and Redis with servers of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.brokers import (
    ROOM,
    Desk,
    forgetful_redis,
    heard,
    in_process,
    large_message,
    message,
    nats,
    redis,
    seqs,
)
from trimtab.ports import BrokerError
from trimtab.records.channels import Channel

BOT = Channel("bot")


@pytest.fixture(params=[in_process, nats, redis])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with request.param(tmp_path) as one:
        yield one


@pytest.fixture(params=[nats, redis, forgetful_redis])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with request.param(tmp_path) as one:
        yield one


async def test_a_bots_messages_come_whole_and_in_order(desk: Desk) -> None:
    broker = desk.connect()
    subscription = await broker.subscribe(BOT, "books")
    sent = [message(seq) for seq in range(1, 301)]
    for first in range(0, 300, 100):
        await broker.publish(sent[first : first + 100])
    assert await heard(subscription) == sent
    await broker.close()


async def test_a_channel_carries_what_it_names(desk: Desk) -> None:
    broker = desk.connect()
    sent = [
        message(1, "pause"),
        message(2, "volatility_spike", "kPEPE"),
        message(3, "volatility_spike", "PURR/USDC"),
        message(4, "volatility_spike", "kPEPE", bot="other"),
        message(5, "order_filled", "kPEPE"),
    ]
    channels = {
        BOT: [1, 2, 3, 5],
        Channel("bot", "volatility_spike"): [2, 3],
        Channel("bot", symbol="kPEPE"): [2, 5],
        Channel("bot", "volatility_spike", "PURR/USDC"): [3],
        Channel("other"): [4],
    }
    subscriptions = {
        channel: await broker.subscribe(channel, f"consumer {number}")
        for number, channel in enumerate(channels)
    }
    await broker.publish(sent)
    for channel, expected in channels.items():
        assert seqs(await heard(subscriptions[channel])) == expected
    await broker.close()


async def test_what_was_done_does_not_come_again_and_what_was_not_comes_first(desk: Desk) -> None:
    broker = desk.connect()
    subscription = await broker.subscribe(BOT, "books")
    await broker.publish([message(seq) for seq in range(1, 6)])
    first = await heard(subscription)
    await subscription.done(first[2])
    await subscription.close()
    await broker.publish([message(6)])
    await broker.close()
    again = desk.connect()
    assert seqs(await heard(await again.subscribe(BOT, "books"))) == [4, 5, 6]
    await again.close()


async def test_the_place_is_kept_while_nobody_listens(desk: Desk) -> None:
    broker = desk.connect()
    subscription = await broker.subscribe(BOT, "books")
    await broker.publish([message(1)])
    await subscription.done((await heard(subscription))[-1])
    await subscription.close()
    await broker.publish([message(2), message(3)])
    again = await broker.subscribe(BOT, "books")
    assert seqs(await heard(again)) == [2, 3]
    await broker.close()


async def test_two_consumers_hear_everything_each(desk: Desk) -> None:
    broker = desk.connect()
    one = await broker.subscribe(BOT, "books")
    other = await broker.subscribe(BOT, "mail")
    await broker.publish([message(1), message(2)])
    first = await heard(one)
    await one.done(first[-1])
    assert seqs(first) == seqs(await heard(other)) == [1, 2]
    await broker.close()


async def test_a_message_of_100_kilobytes_comes_as_it_was_sent(desk: Desk) -> None:
    broker = desk.connect()
    subscription = await broker.subscribe(BOT, "books")
    sent = [large_message(1, "x" * 100_000), message(2)]
    await broker.publish(sent)
    assert await heard(subscription) == sent
    await broker.close()


async def test_a_consumer_that_does_not_listen_makes_nobody_wait_and_costs_no_room(
    desk: Desk,
) -> None:
    broker = desk.connect()
    subscription = await broker.subscribe(BOT, "slow")
    for first in range(1, 5 * ROOM, 100):
        await broker.publish([message(seq) for seq in range(first, first + 100)])
    kept = seqs(await heard(subscription))
    assert kept == list(range(kept[0], 5 * ROOM + 1))
    assert 0 < len(kept) <= 2 * ROOM
    await broker.close()


async def test_a_consumer_that_is_never_done_is_not_given_more_and_more(desk: Desk) -> None:
    broker = desk.connect()
    subscription = await broker.subscribe(BOT, "forgetful")
    for first in range(1, 4 * ROOM, 100):
        await broker.publish([message(seq) for seq in range(first, first + 100)])
        await heard(subscription, 0.01)
    assert len(await heard(subscription)) <= 1_024
    await broker.close()


async def test_publishing_to_a_server_that_is_away_fails_soon_and_works_when_it_is_back(
    served: Desk,
) -> None:
    server = served.server
    assert server is not None
    broker = served.connect()
    subscription = await broker.subscribe(BOT, "books")
    await broker.publish([message(1)])
    server.kill()
    with pytest.raises(BrokerError):  # no answer, or nobody there
        await broker.publish([message(2)])
    with pytest.raises(BrokerError, match="cannot be reached"):
        await broker.publish([message(2)])
    with pytest.raises(BrokerError):
        await heard(subscription)
    server.start()
    await broker.publish([message(2)])
    assert seqs(await heard(subscription))[-1] == 2
    await broker.close()


async def test_publishing_to_a_server_that_stands_still_fails_and_works_when_it_goes_on(
    served: Desk,
) -> None:
    assert served.server is not None
    broker = served.connect()
    subscription = await broker.subscribe(BOT, "books")
    with served.server.paused(), pytest.raises(BrokerError, match="no answer in time"):
        await broker.publish([message(1)])
    await broker.publish([message(1), message(2)])
    found = seqs(await heard(subscription))
    assert sorted(set(found)) == [1, 2]
    await broker.close()
