"""The hub: cheap for the engine, whole for the pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import pytest

from tests.dashboard.story import story
from trimtab.dashboard.hub import Hub
from trimtab.ports import Recorded
from trimtab.records.overview import START, Overview, see

RECORDS = tuple(story(hours=40))


def folded(records: Iterable[Recorded]) -> Overview:
    overview = START
    for seq, fact in records:
        overview = see(overview, seq, fact)
    return overview


async def run(hub: Hub, until: int) -> list[str]:
    said: list[str] = []
    arrived = asyncio.Event()

    def hear(message: str) -> None:
        said.append(message)
        if hub.overview.seq >= until:
            arrived.set()

    hub.listen(hear)
    running = asyncio.create_task(hub.run())
    await asyncio.wait_for(arrived.wait(), 5)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return said


async def test_what_was_published_before_the_start_is_not_lost() -> None:
    hub = Hub()
    hub.publish(RECORDS)
    await run(hub, RECORDS[-1].seq)
    assert hub.overview == folded(RECORDS)


async def test_a_restart_begins_with_the_journal() -> None:
    hub = Hub(history=lambda after: RECORDS[after:200])
    hub.publish(RECORDS[200:])
    await run(hub, RECORDS[-1].seq)
    assert hub.overview == folded(RECORDS)


async def test_what_overflowed_is_read_from_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trimtab.dashboard.hub.BACKLOG", 10)
    asked: list[int] = []

    def history(after: int) -> Iterable[Recorded]:
        asked.append(after)
        return RECORDS[after:] if len(asked) > 1 else ()

    hub = Hub(history)
    hub.publish(RECORDS)
    await run(hub, RECORDS[-1].seq)
    assert asked == [0, 0]
    assert hub.overview == folded(RECORDS)


async def test_a_fact_that_comes_twice_counts_once() -> None:
    hub = Hub()
    hub.publish([*RECORDS[:100], *RECORDS[50:]])
    await run(hub, RECORDS[-1].seq)
    assert hub.overview == folded(RECORDS)


def test_a_hub_can_be_served_again() -> None:
    hub = Hub()
    hub.publish(RECORDS[:100])
    asyncio.run(run(hub, RECORDS[99].seq - 3))
    hub.publish(RECORDS[100:])
    asyncio.run(run(hub, RECORDS[-1].seq))
    assert hub.overview == folded(RECORDS)


def test_publishing_to_a_server_that_has_ended_does_no_harm() -> None:
    hub = Hub()
    with suppress(TimeoutError):
        asyncio.run(run(hub, 0))
    hub.publish(RECORDS[:5])
    assert hub.backlog == 5
