"""What is wrong with a Redis server is told in one line with the mend; real servers."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.contracts.brokers import Server, heard, large_message, message, nats_server, seqs
from trimtab.adapters.redis.broker import RedisBroker
from trimtab.ports import BrokerError
from trimtab.records.channels import Channel


@contextmanager
def running(one: Server) -> Generator[Server]:
    one.start()
    try:
        yield one
    finally:
        one.kill()


def configured(folder: Path, *settings: str) -> Server:
    return Server(
        lambda port: [
            "redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder),
            "--save", "", *settings,
        ],
        "redis",
    )  # fmt: skip


async def complaint(place: str, password: str | None = None) -> str:
    broker = RedisBroker(place, password, patience=1.0)
    with pytest.raises(BrokerError) as told:
        await broker.publish([message(1)])
    with pytest.raises(BrokerError):
        await broker.subscribe(Channel("bot"), "books")
    await broker.close()
    return str(told.value)


async def test_the_right_password_is_needed_and_never_told(tmp_path: Path) -> None:
    with running(configured(tmp_path, "--requirepass", "sesame")) as server:
        assert "TRIMTAB_BROKER_PASSWORD" in await complaint(server.place)
        refused = await complaint(server.place, "open it")
        assert "user or password refused" in refused
        assert "open it" not in refused
        broker = RedisBroker(server.place, "sesame")
        await broker.publish([message(1)])
        await broker.close()


async def test_a_user_of_its_own_may_be_named(tmp_path: Path) -> None:
    user = "bot on >sesame ~trimtab.* +@all"
    with running(configured(tmp_path, "--user", *user.split(" "))) as server:
        place = server.place.replace("//", "//bot@")
        assert "user or password refused" in await complaint(place, "open it")
        broker = RedisBroker(place, "sesame")
        await broker.publish([message(1)])
        await broker.close()


async def filled(broker: RedisBroker) -> int:
    """The last seq that was taken, in groups of two."""
    for seq in range(1, 200, 2):
        group = [large_message(one, "x" * 50_000) for one in (seq, seq + 1)]
        try:
            await broker.publish(group)
        except BrokerError:
            return seq - 1
    return 200


async def test_a_full_memory_is_told_and_nothing_of_a_group_is_stored(tmp_path: Path) -> None:
    with running(configured(tmp_path, "--maxmemory", "3mb")) as server:
        broker = RedisBroker(server.place)
        subscription = await broker.subscribe(Channel("bot"), "books")
        stored = await filled(broker)
        assert 0 < stored < 200
        with pytest.raises(BrokerError, match="its memory is full"):
            await broker.publish([large_message(200, "x" * 50_000)])
        assert seqs(await heard(subscription)) == list(range(1, stored + 1))
        await broker.close()


async def test_a_server_of_another_kind_a_wrong_database_and_nobody_are_told(
    tmp_path: Path,
) -> None:
    with running(nats_server(tmp_path)) as other:
        place = other.place.replace("nats", "redis")
        assert "answers, but not as Redis does" in await complaint(place)
    with running(configured(tmp_path)) as server:
        assert "DB index is out of range" in await complaint(f"{server.place}/99")
    assert "cannot be reached: start it" in await complaint("redis://127.0.0.1:1/0")
