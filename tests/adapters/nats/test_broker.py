"""What is wrong with a NATS server is told in one line with the mend; real servers."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.contracts.brokers import Server, heard, large_message, message, nats_server, seqs
from trimtab.adapters.nats.broker import NatsBroker
from trimtab.ports import BrokerError
from trimtab.records.channels import Channel


@contextmanager
def running(one: Server) -> Generator[Server]:
    one.start()
    try:
        yield one
    finally:
        one.kill()


def configured(folder: Path, settings: str) -> Server:
    file = folder / "nats.conf"
    file.write_text(settings.replace("STORE", str(folder / "store")), encoding="utf-8")
    return Server(
        lambda port: ["nats-server", "-a", "127.0.0.1", "-p", str(port), "-c", str(file)], "nats"
    )


async def complaint(place: str, password: str | None = None) -> str:
    broker = NatsBroker(place, password, patience=1.0)
    with pytest.raises(BrokerError) as told:
        await broker.publish([message(1)])
    with pytest.raises(BrokerError):
        await broker.subscribe(Channel("bot"), "books")
    await broker.close()
    return str(told.value)


async def test_a_user_needs_the_right_password_which_is_never_told(tmp_path: Path) -> None:
    settings = "authorization { user: bot, password: sesame }\njetstream { store_dir: STORE }"
    with running(configured(tmp_path, settings)) as server:
        place = server.place.replace("//", "//bot@")
        assert "TRIMTAB_BROKER_PASSWORD" in await complaint(server.place)
        assert "TRIMTAB_BROKER_PASSWORD" in await complaint(place)
        refused = await complaint(place, "open it")
        assert "user or password refused" in refused
        assert "open it" not in refused
        broker = NatsBroker(place, "sesame")
        await broker.publish([message(1)])
        await broker.close()


async def test_a_token_is_a_password_without_a_user(tmp_path: Path) -> None:
    settings = "authorization { token: sesame }\njetstream { store_dir: STORE }"
    with running(configured(tmp_path, settings)) as server:
        assert "user or password refused" in await complaint(server.place, "open it")
        broker = NatsBroker(server.place, "sesame")
        await broker.publish([message(1)])
        await broker.close()


async def test_a_server_without_jetstream_is_told_apart(tmp_path: Path) -> None:
    with running(configured(tmp_path, "")) as server:
        assert await complaint(server.place) == (
            f"{server.place}: JetStream does not answer: start nats-server with -js"
        )


async def test_a_storage_that_has_no_room_is_told(tmp_path: Path) -> None:
    with running(configured(tmp_path, "jetstream { store_dir: STORE, max_file: 1000000 }")) as one:
        assert "its storage is full: free some room" in await complaint(one.place)


async def test_a_server_that_is_away_or_has_no_name_is_told() -> None:
    for place in ("nats://127.0.0.1:1", "nats://nobody.invalid:4222"):
        assert f"{place}: cannot be reached: start it" in await complaint(place)


async def test_what_is_larger_than_the_server_takes_is_left_out(tmp_path: Path) -> None:
    settings = "max_payload: 20000\njetstream { store_dir: STORE }"
    with running(configured(tmp_path, settings)) as server, capture_logs() as log:
        broker = NatsBroker(server.place)
        await broker.publish([message(1), large_message(2, "x" * 30_000), message(3)])
        assert seqs(await heard(await broker.subscribe(Channel("bot"), "books"))) == [1, 3]
        await broker.close()
    assert [(entry["event"], entry["seq"]) for entry in log] == [
        ("larger than the broker allows, left out", 2)
    ]


async def test_what_was_sent_already_is_stored_once(tmp_path: Path) -> None:
    with running(nats_server(tmp_path)) as server:
        broker = NatsBroker(server.place)
        await broker.publish([message(1), message(2)])
        await broker.publish([message(1), message(2), message(3)])
        assert seqs(await heard(await broker.subscribe(Channel("bot"), "books"))) == [1, 2, 3]
        await broker.close()
