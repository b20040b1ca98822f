"""The socket: a snapshot, then every change, without a gap, for fast pages and slow ones."""

from __future__ import annotations

import asyncio
import socket
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from websockets.exceptions import ConnectionClosed

from tests.dashboard.conftest import Json, Running, told, told_until
from tests.dashboard.story import story
from tests.dashboard.story_parts import context_at
from trimtab.dashboard.websocket_manager import QUEUE, Client, WebSocketManager
from trimtab.domain.decisions import MarketContextUpdate
from trimtab.domain.units import Micros
from trimtab.ports import Recorded

RECORDS = tuple(story(hours=120))
LAST = RECORDS[-1].seq


def gapless(messages: list[Json]) -> bool:
    return all(later["after"] == earlier["seq"] for earlier, later in pairwise(messages))


def test_a_page_gets_a_snapshot_and_then_every_change(running: Running) -> None:
    with running.socket() as early:
        running.hub.publish(RECORDS[:300])
        told_until(early, RECORDS[299].seq)
    with running.socket() as page:
        first = told(page)
        running.hub.publish(RECORDS[300:])
        rest = told_until(page, LAST - 1)
    assert first["type"] == "snapshot"
    assert first["overview"]["bot"]["mode"] == "demo"
    assert gapless([first, *rest])
    assert {"market_context_update", "adaptation_applied"} <= {each["type"] for each in rest}


def test_a_page_that_comes_later_sees_the_same(running: Running) -> None:
    with running.socket() as early:
        running.hub.publish(RECORDS)
        told_until(early, LAST)
        with running.socket() as late:
            snapshot = told(late)
    overview = running.http.get("/api/v1/overview").json()
    assert snapshot["overview"] == overview
    assert snapshot["seq"] == overview["seq"] == LAST


def test_the_server_speaks_every_second(running: Running) -> None:
    with running.socket() as page:
        told(page)
        message = msgspec.json.decode(page.recv(timeout=3), type=Json)
    assert message["type"] == "alive"


def test_a_page_that_talks_is_let_go(running: Running) -> None:
    with running.socket() as page:
        told(page)
        page.send("buy")
        with pytest.raises(ConnectionClosed) as closed:
            told(page)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1008


def test_a_slow_page_is_told_so_and_starts_anew(running: Running) -> None:
    """Its socket takes nothing until far more was said than any buffer holds."""
    running.hub.publish(RECORDS[:1])
    slow = socket.create_connection(("127.0.0.1", int(running.dashboard.url.rsplit(":", 1)[1])))
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    with running.socket(sock=slow, max_queue=1, max_size=None) as page:
        told(page)
        for seq in range(2, 400, 20):
            running.hub.publish([large(each) for each in range(seq, seq + 20)])
        while running.hub.backlog:
            running.http.get("/healthz")
        messages = [told(page)]
        while messages[-1]["type"] != "snapshot":
            messages.append(told(page))
    kinds = [each["type"] for each in messages]
    assert kinds[-2:] == ["resync", "snapshot"]
    assert gapless(messages[:-2])
    assert messages[-1]["seq"] == 401


def large(seq: int) -> Recorded:
    """A context of so many coins that few of them fill a socket's buffers."""
    context = context_at(Micros(seq), "bull", 0.9, np.random.default_rng(1))
    many = replace(context, coins=context.coins * 60)
    return Recorded(seq, MarketContextUpdate(Micros(seq), many, 0.9))


async def test_a_message_is_offered_without_waiting_for_anybody() -> None:
    client = Client("snapshot")
    assert all(client.offer(f"{number}") for number in range(QUEUE - 1))
    assert not client.offer("one too many")
    assert client.offer("while behind")


async def test_a_client_that_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trimtab.dashboard.websocket_manager.STALLED", 0.01)
    manager = WebSocketManager(lambda: "snapshot", lambda: "resync")
    said: list[str] = []
    connected = asyncio.Queue[str]()
    connected.put_nowait("websocket.connect")

    async def receive() -> object:
        return {"type": await connected.get()}

    async def send(message: Json) -> None:
        said.append(message["type"])
        if message["type"] == "websocket.send":
            await asyncio.Event().wait()

    await manager(receive, send)  # type: ignore[arg-type]
    assert said == ["websocket.accept", "websocket.send"]
    assert manager.clients == 0
