"""The stream, over a real socket that closes, falls silent and says odd things."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import msgspec
import pytest

from tests.adapters.hyperliquid.venue_server import VenueServer, venue_server
from tests.builders.awaiting import until
from trimtab.adapters.hyperliquid.freshness import Freshness, subscription
from trimtab.adapters.hyperliquid.reconnecting import BackOff, ConnectionRoom
from trimtab.adapters.hyperliquid.stream import Connecting, Stream, StreamEvents, Timing
from trimtab.adapters.hyperliquid.stream_messages import Frame, frame_of

QUICK = Timing(ping=0.05, silence=5.0, look=0.01, back_off=BackOff(first=0.01, longest=0.02))
MIDS = subscription("allMids")
BTC = subscription("bbo", coin="BTC")


class Told:
    """What the stream told its owner."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.links: list[str] = []
        self.events = StreamEvents(
            self.frames.append,
            lambda: self.links.append("connected"),
            self.links.append,
        )


@asynccontextmanager
async def streaming(
    venue: VenueServer,
    told: Told,
    timing: Timing = QUICK,
    freshness: Freshness | None = None,
    room: ConnectionRoom | None = None,
) -> AsyncGenerator[Stream, None]:
    chance = random.Random(7).random  # noqa: S311
    connecting = Connecting(venue.stream_url, chance, timing, room)
    stream = Stream(connecting, told.events, freshness=freshness)
    running = asyncio.create_task(stream.run())
    try:
        yield stream
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_after_the_venue_closed_it_connects_again_and_asks_for_everything_again() -> None:
    """hyperliquid-python-sdk 191, 145: the receiving thread died and nobody noticed."""
    told = Told()
    async with venue_server() as venue, streaming(venue, told) as stream:
        await stream.subscribe([MIDS, BTC])
        await until(lambda: len(venue.subscriptions()) == 2)

        await venue.drop()
        await until(lambda: len(venue.subscriptions()) == 4)
        await until(lambda: told.links.count("connected") == 2)
        await venue.send("allMids", {"mids": {"BTC": "1"}})
        await until(lambda: any(one.channel == "allMids" for one in told.frames))

    assert "closed by the venue" in told.links[1]


async def test_a_venue_that_closes_again_and_again_is_always_come_back_to() -> None:
    """hummingbot 8250, condor 198: a feed that never recovered."""
    told = Told()
    async with venue_server() as venue, streaming(venue, told) as stream:
        await stream.subscribe([MIDS])
        for times in range(1, 6):
            await until(lambda times=times: told.links.count("connected") >= times)  # type: ignore[misc]
            await venue.drop()
        await until(lambda: told.links.count("connected") >= 6)


async def test_a_venue_that_is_away_at_first_is_found_later() -> None:
    told = Told()
    async with venue_server() as venue:
        gone = venue.stream_url
    stream = Stream(Connecting(gone, lambda: 0.0, QUICK), told.events)
    running = asyncio.create_task(stream.run())
    await until(lambda: len(told.links) >= 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert "connected" not in told.links


async def test_signs_of_life_are_sent_so_that_the_venue_does_not_close() -> None:
    told = Told()
    async with venue_server() as venue, streaming(venue, told):
        await until(lambda: venue.heard.count({"method": "ping"}) >= 2)


async def test_a_connection_that_says_nothing_at_all_counts_as_dead() -> None:
    told = Told()
    timing = Timing(ping=60.0, silence=0.05, look=0.01, back_off=QUICK.back_off)
    async with venue_server() as venue, streaming(venue, told, timing):
        venue.answers_pings = False
        await until(lambda: len(told.links) >= 2)

    assert "silent for" in told.links[1]


async def test_one_channel_that_falls_silent_is_noticed_while_others_go_on() -> None:
    told = Told()
    freshness = Freshness({"bbo": 0.05})
    async with venue_server() as venue, streaming(venue, told, QUICK, freshness) as stream:
        await stream.subscribe([MIDS, BTC])
        await until(lambda: len(told.links) >= 2)

    assert "nothing more of BTC bbo" in told.links[1]


def test_a_coin_that_nobody_trades_is_not_taken_for_silence() -> None:
    quiet, busy = (subscription("candle", coin=coin, interval="1m") for coin in ("DULL", "BTC"))
    freshness = Freshness({"candle": 60.0})
    freshness.expect((quiet, busy), 0.0)

    freshness.hear(frame("candle", {**CANDLE, "s": "BTC"}), 50.0)

    assert freshness.silent(100.0) == []
    assert freshness.silent(111.0) == [quiet, busy]


def test_each_coin_of_a_channel_that_always_speaks_is_watched_by_itself() -> None:
    freshness = Freshness({"bbo": 60.0})
    eth = subscription("bbo", coin="ETH")
    freshness.expect((BTC, eth), 0.0)

    freshness.hear(frame("bbo", {"coin": "BTC", "time": 1, "bbo": [None, None]}), 50.0)

    assert freshness.silent(100.0) == [eth]


CANDLE = {"t": 0, "T": 59_999, "i": "1m", "o": "1", "h": "1", "l": "1", "c": "1", "v": "1"}


def frame(channel: str, data: dict[str, object]) -> Frame:
    read = frame_of(msgspec.json.encode({"channel": channel, "data": data}))
    assert read is not None
    return read


async def test_a_message_of_another_shape_ends_the_connection_with_a_reason() -> None:
    told = Told()
    async with venue_server() as venue, streaming(venue, told):
        await until(lambda: bool(venue.sockets))
        await venue.send("candle", {"t": "yesterday"})
        await until(lambda: len(told.links) >= 2)

    assert "not understood" in told.links[1]


async def test_a_repeated_subscription_is_asked_for_once() -> None:
    told = Told()
    async with venue_server() as venue, streaming(venue, told) as stream:
        await stream.subscribe([MIDS])
        await stream.subscribe([MIDS, BTC])
        await until(lambda: len(venue.subscriptions()) == 2)
        await venue.send("error", "Already subscribed: {}")
        await until(lambda: any(one.channel == "error" for one in told.frames))

    assert told.links == ["connected"]


async def test_a_refused_subscription_is_not_taken_for_silence() -> None:
    told = Told()
    async with venue_server() as venue, streaming(venue, told):
        await until(lambda: bool(venue.sockets))
        await venue.send("error", "Cannot track more than 10 total users.")
        await until(lambda: len(told.links) >= 2)

    assert "the venue refuses: Cannot track more" in told.links[1]


async def test_more_subscriptions_than_the_venue_allows_are_refused() -> None:
    stream = Stream(Connecting("ws://127.0.0.1:1/ws", lambda: 0.0), Told().events)

    with pytest.raises(ValueError, match="watch fewer coins"):
        await stream.subscribe([subscription("bbo", coin=str(one)) for one in range(1_001)])


async def test_at_most_so_many_connections_are_open_at_once() -> None:
    room = ConnectionRoom(1)
    first, second = Told(), Told()
    async with venue_server() as venue, streaming(venue, first, room=room):
        await until(lambda: first.links == ["connected"])
        async with streaming(venue, second, room=room):
            await venue.send("allMids", {"mids": {}})
            await until(lambda: bool(first.frames))
            assert second.links == []


def test_pauses_grow_to_a_limit_and_have_a_jitter() -> None:
    back_off = BackOff(first=2.0, longest=30.0)

    assert [back_off.pause(failures, 0.0) for failures in range(6)] == [2, 4, 8, 16, 30, 30]
    assert back_off.pause(0, 0.5) == 2.5
