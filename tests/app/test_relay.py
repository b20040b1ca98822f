"""trimtab relay and trimtab listen, with real servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.commands import trimtab
from tests.contracts.brokers import Server, nats_server, redis_server
from tests.contracts.growing import Growing


@pytest.fixture(params=[nats_server, redis_server], ids=["nats", "redis"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    one: Server = request.param(tmp_path)
    one.start()
    yield one
    one.kill()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    one = Growing(tmp_path)
    one.write(5)
    one.close()
    return one.path


def test_what_was_relayed_can_be_heard_and_is_not_sent_twice(server: Server, journal: Path) -> None:
    for _ in range(2):
        relayed = trimtab("relay", str(journal), "--broker", server.place, "--once", "--json", "-")
        assert relayed.code == 0
        assert json.loads(relayed.out) == {"seq": 21, "behind": 0, "error": ""}
    heard = trimtab(
        "listen", "--broker", server.place, "--bot", "bot", "--type", "volatility_spike",
        "--symbol", "BTC", "--count", "5",
    )  # fmt: skip
    assert heard.code == 0
    assert [json.loads(line)["row"]["seq"] for line in heard.out.splitlines()] == [3, 7, 11, 15, 19]


def test_a_server_that_is_away_is_told_and_not_waited_for(server: Server, journal: Path) -> None:
    server.kill()
    told = trimtab("relay", str(journal), "--broker", server.place, "--once", "--json", "-")
    assert told.code == 1
    assert "cannot be reached: start it" in json.loads(told.out)["error"]
    assert "cannot be reached" in told.err


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("", "--broker is empty"),
        ("kafka://127.0.0.1:9092", "name nats://HOST:PORT or redis://HOST:PORT/DATABASE"),
        ("nats://", "name nats://HOST:PORT"),
        ("nats://bot:sesame@127.0.0.1:4222", "environment variable TRIMTAB_BROKER_PASSWORD"),
        ("redis://127.0.0.1:none/0", "name nats://HOST:PORT or redis://HOST:PORT/DATABASE"),
        ("redis://127.0.0.1:6379/first", "name nats://HOST:PORT or redis://HOST:PORT/DATABASE"),
    ],
)
@pytest.mark.parametrize("command", [("relay", "no.db"), ("listen",)])
def test_a_place_that_cannot_be_one_is_refused(
    command: tuple[str, ...], place: str, words: str
) -> None:
    told = trimtab(*command, "--broker", place)
    assert told.code == 2
    assert words in told.err
    assert "sesame" not in told.err
    assert told.err.count("\n") == 1


def test_a_journal_that_is_not_there_is_named() -> None:
    told = trimtab("relay", "no.db", "--broker", "nats://127.0.0.1:4222")
    assert (told.code, told.err) == (2, "trimtab: no.db: no such journal: check the path\n")
