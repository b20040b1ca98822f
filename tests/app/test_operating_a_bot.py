"""A running bot from a terminal: status, pause, resume, stop, flatten, inject."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.demo import Demo
from tests.builders.files import Files
from tests.builders.patience import until

SLOW = 3_600
"""Market seconds a second: a bar a second."""


@pytest.fixture(scope="module")
def bot(recorded: Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("operated")
    config = folder / "trimtab.toml"
    config.write_text('coins = ["BTC"]\n')
    one = Demo(recorded, folder / "demo.db", "--speed", SLOW, "--config", config)
    try:
        one.said("playing the present")
        yield one
    finally:
        one.kill()


def is_now(bot: Demo, status: str) -> bool:
    return bool(asked(bot, "status").json["bot"]["status"] == status)


def asked(bot: Demo, *words: object) -> Answer:
    return trimtab(*words, "--port", bot.port, "--json", "-")


def test_nobody_there_is_told_with_the_mend() -> None:
    answer = trimtab("status", "--port", 1)
    assert answer.code == 2
    assert "start one with `trimtab demo`" in answer.err


def test_it_is_paused_resumed_stopped_and_flattened(bot: Demo) -> None:
    for command, status in (
        ("pause", "paused"), ("resume", "running"), ("stop", "stopped"), ("resume", "running"),
        ("flatten", "stopped"), ("resume", "running"),
    ):  # fmt: skip
        answer = asked(bot, command, "--reason", "a test")
        assert (answer.code, answer.json["status"]) == (0, "executed"), command
        until(partial(is_now, bot, status))


def test_what_was_learnt_of_the_rules_is_listed(bot: Demo) -> None:
    answer = trimtab("status", "--rules", "--port", bot.port, "--json", "-")
    assert answer.code == 0
    assert answer.json.keys() == {"seq", "rules"}
    assert "weight" in answer.err or "every rule weighs 0.67" in answer.err


def test_an_event_is_simulated_or_refused_with_its_reason(bot: Demo) -> None:
    answer = asked(bot, "inject", "volatility_spike", "--coin", "BTC", "--strength", 2.5)
    assert (answer.code, answer.json["status"]) == (0, "executed")
    answer = asked(bot, "inject", "flood")
    assert answer.code == 2
    assert "event 'flood' cannot be simulated; use one of" in answer.err


def test_a_coin_joins_the_running_bot_and_leaves_it(bot: Demo) -> None:
    assert [one["coin"] for one in asked(bot, "status").json["bot"]["coins"]] == ["BTC"]
    topic = asked(bot, "status").json["bot"]["topics"][0]["name"]
    added = {"type": "add_crypto", "reason": "new", "coin": "ETH", "topics": [topic]}
    name = posted(bot, added)
    until(lambda: command(bot, name)["status"] != "pending")
    assert command(bot, name)["status"] == "executed", command(bot, name)
    until(lambda: "ETH" in asked(bot, "status").json["in_force"]["mix"][topic])
    assert "ETH" in [one["coin"] for one in asked(bot, "status").json["bot"]["coins"]]
    name = posted(bot, {"type": "remove_crypto", "reason": "off", "coin": "ETH", "how": "now"})
    until(lambda: command(bot, name)["status"] == "executed")


def posted(bot: Demo, body: dict[str, Any]) -> str:
    url = f"http://127.0.0.1:{bot.port}/api/v1/commands"
    return str(httpx.post(url, json=body, headers={"x-trimtab": "1"}).json()["id"])


def command(bot: Demo, name: str) -> Any:
    return httpx.get(f"http://127.0.0.1:{bot.port}/api/v1/commands/{name}").json()


def test_coins_without_a_market_are_refused(recorded: Files, tmp_path: Path) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text('coins = ["NONE"]\n')
    answer = trimtab("demo", "--headless", "--for", 1, *recorded.options(), "--config", config)
    assert answer.code == 2
    assert "coins: NONE has no market here" in answer.err
