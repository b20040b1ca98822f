"""The chain says when there is more; a lost connection loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.adapters.allora.given import Venue, venue
from tests.adapters.allora.test_feed import EPOCH, fed
from tests.builders.awaiting import until
from trimtab.adapters.allora.announcer import Announcer, Calling

QUICKLY = Calling(first_pause=0.0)


@asynccontextmanager
async def announced(here: Venue, woken: list[int | None]) -> AsyncGenerator[Announcer]:
    """An announcer that has subscribed."""
    announcer = Announcer(here.places.events, woken.append, lambda: 0.0, QUICKLY)
    running = asyncio.create_task(announcer.run())
    await until(lambda: len(here.stand_in.events.subscriptions) == 2)
    try:
        yield announcer
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.mark.parametrize("version", ["v9", "v10"])
async def test_a_new_inference_wakes_its_topic(version: str) -> None:
    woken: list[int | None] = []
    async with venue(version=version) as here, announced(here, woken):
        await until(lambda: woken == [None])
        here.pass_time(60 * 5.6)
        await until(lambda: {14, 9, 10} <= set(woken))


async def test_a_chain_that_changes_its_version_is_heard_on() -> None:
    woken: list[int | None] = []
    async with venue(version="v9") as here, announced(here, woken):
        here.stand_in.version = "v10"
        here.pass_time(60 * 5.6)
        await until(lambda: 14 in woken)


async def test_after_a_lost_connection_all_topics_are_asked_for() -> None:
    woken: list[int | None] = []
    async with venue() as here, announced(here, woken) as announcer:
        await until(lambda: woken == [None])
        here.stand_in.faults.disconnects = 1
        await until(lambda: woken == [None, None])
        await until(lambda: len(here.stand_in.events.subscriptions) == 2)
        assert here.stand_in.events.connections == 2
        assert announcer.problem == ""


async def test_what_came_while_the_connection_was_lost_is_told_once() -> None:
    async with venue() as here:
        told = await fed(here, 1)
        announcer = Announcer(here.places.events, told.feed.wake, lambda: 0.0, QUICKLY)
        running = [asyncio.create_task(one) for one in (told.feed.run(), announcer.run())]
        await until(lambda: len(told.forecasts) == 1 and here.stand_in.events.connections == 1)
        for times in range(2, 6):
            await here.stand_in.events.drop()
            here.pass_time(EPOCH)
            await until(lambda: len(told.forecasts) == times)  # noqa: B023 - awaited here
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert len(set(told.cells())) == len(told.forecasts) == 5


async def test_a_node_that_is_away_is_told() -> None:
    announcer = Announcer("ws://127.0.0.1:1/websocket", lambda _: None, lambda: 0.0, QUICKLY)
    running = asyncio.create_task(announcer.run())
    await until(lambda: "127.0.0.1:1" in announcer.problem)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
