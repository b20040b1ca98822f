"""Beside a demo: a broker gets its facts, a notary signs; whatever happens to them, it goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.builders.checkpoints import checkpoints_of, signer, write_checkpoints
from tests.builders.commands import trimtab
from tests.builders.demo import Demo
from tests.builders.files import Files
from tests.builders.patience import until
from tests.builders.postgres import Server as Postgres
from tests.contracts.brokers import Server, nats_server, redis_server
from tests.contracts.journals import BOT, STORY, write
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.app.journals import history

QUICK = ("demo", "--headless", "--for", "1", "--speed", "1e9", "--json", "-")


@pytest.fixture(params=[nats_server, redis_server], ids=["nats", "redis"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """Not started yet."""
    folder = tmp_path / "broker"
    folder.mkdir()
    one: Server = request.param(folder)
    yield one
    one.kill()


def last_seq(place: str) -> int:
    with closing(history(place)) as journal:
        last = journal.last()
    assert last is not None
    return last.seq


def heard(server: Server, count: int, bot: str = "demo") -> list[int]:
    answer = trimtab("listen", "--broker", server.place, "--bot", bot, "--count", count)
    assert answer.code == 0
    return [json.loads(line)["row"]["seq"] for line in answer.out.splitlines()]


def health(demo: Demo) -> tuple[int, dict[str, Any]]:
    code, body = demo.ask("/readyz")
    return code, msgspec.json.decode(body)


def figure(demo: Demo, name: str) -> float:
    text = demo.ask("/metrics")[1].decode()
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} "))


def test_the_broker_has_every_fact_of_a_demo_when_it_ends(
    server: Server, recorded: Files, tmp_path: Path
) -> None:
    server.start()
    journal = str(tmp_path / "demo.db")
    played = trimtab(*QUICK, *recorded.options(), "--journal", journal, "--broker", server.place)
    assert (played.code, played.json["errors"]) == (0, [])
    last = last_seq(journal)
    assert heard(server, last) == list(range(1, last + 1))
    again = trimtab("relay", journal, "--broker", server.place, "--once", "--json", "-")
    assert json.loads(again.out) == {"seq": last, "behind": 0, "error": ""}


def test_the_journal_may_be_on_postgresql_beside_another_bots(
    server: Server, recorded: Files, postgres: Postgres, tmp_path: Path
) -> None:
    server.start()
    place, config = postgres.place(), tmp_path / "trimtab.toml"
    for bot in ("one", "two"):
        config.write_text(f'bot = "{bot}"\nbroker = "{server.place}"\njournal = "{place}"\n')
        assert trimtab(*QUICK, *recorded.options(), "--config", config).code == 0
        last = last_seq(f"{place}&bot={bot}")
        assert heard(server, last, bot) == list(range(1, last + 1))


def test_without_its_broker_a_demo_plays_all_the_same_and_nothing_is_lost(
    server: Server, recorded: Files, tmp_path: Path
) -> None:
    journal = str(tmp_path / "demo.db")
    played = trimtab(*QUICK, *recorded.options(), "--journal", journal, "--broker", server.place)
    assert (played.code, played.json["errors"]) == (0, [])
    assert "cannot be reached: start it" in played.err
    server.start()
    assert trimtab("relay", journal, "--broker", server.place, "--once").code == 0
    last = last_seq(journal)
    assert heard(server, last) == list(range(1, last + 1))


def test_a_broker_that_goes_and_comes_is_seen_in_health_and_figures(
    server: Server, recorded: Files, tmp_path: Path
) -> None:
    demo = Demo(recorded, tmp_path / "demo.db", "--broker", server.place)
    try:
        demo.said("playing the present")
        until(lambda: figure(demo, "trimtab_broker_works") == 0.0)
        code, told = health(demo)
        assert (code, told["status"]) == (200, "ready")
        assert told["problems"][0].startswith("the broker does not get the facts: ")
        assert figure(demo, "trimtab_broker_behind") > 0
        server.start()
        until(lambda: figure(demo, "trimtab_broker_works") == 1.0)
        until(lambda: figure(demo, "trimtab_broker_behind") == 0.0)
        assert health(demo)[1]["problems"] == []
        with server.paused():
            assert demo.end()[0] == 0
    finally:
        demo.kill()


def test_a_place_that_cannot_be_a_broker_is_told_before_anything_is_begun(tmp_path: Path) -> None:
    journal = tmp_path / "demo.db"
    answer = trimtab(*QUICK, "--journal", journal, "--broker", "kafka://127.0.0.1:9092")
    assert answer.code == 2
    assert "name nats://HOST:PORT or redis://HOST:PORT/DATABASE" in answer.err
    assert not journal.exists()


def test_a_journal_on_postgresql_that_is_another_bots_is_refused() -> None:
    answer = trimtab(*QUICK, "--journal", "postgresql://ada@db/bots?bot=mouse")
    assert answer.code == 2
    assert "is mouse's journal, this bot is demo: correct one of them" in answer.err


def test_an_alarm_of_the_notary_is_seen_in_health_and_figures_and_the_demo_goes_on(
    recorded: Files, tmp_path: Path
) -> None:
    key, journal = tmp_path / "audit.pem", tmp_path / "demo.db"
    trimtab("audit", "key", key)
    others = write(MemoryJournal(BOT, StandingClock()), *STORY)
    write_checkpoints(Path(f"{journal}.checkpoints"), checkpoints_of(others, signer()))
    demo = Demo(recorded, journal, "--audit-key", key)
    try:
        assert "journal contradicts its checkpoints" in demo.said("contradicts")
        demo.said("playing the present")
        until(lambda: figure(demo, "trimtab_audit_alarm") == 1.0)
        code, told = health(demo)
        assert (code, told["status"]) == (503, "alarm")
        assert told["because"].startswith("ALARM: ")
        assert told["because"].endswith("run `trimtab audit verify`")
        assert told["problems"] == [told["because"]]
        assert (figure(demo, "trimtab_engine_works"), figure(demo, "trimtab_audit_works")) == (1, 0)
        code, rest = demo.end()
        assert code == 0
        assert "ALARM: " in rest
    finally:
        demo.kill()
