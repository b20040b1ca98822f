"""`trimtab venue` as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import msgspec

from tests.builders.commands import trimtab
from trimtab.adapters.stand_ins.hyperliquid.faults import drawn

USER = "0x" + "ab" * 20


@contextmanager
def running(*words: str) -> Generator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process, and the line that it printed."""
    with subprocess.Popen(
        [sys.executable, "-m", "trimtab", "venue", *words], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, msgspec.json.decode(process.stdout.readline())
        finally:
            process.kill()


def ask(port: int, question: dict[str, str]) -> Any:
    request = Request(
        f"http://127.0.0.1:{port}/info",
        msgspec.json.encode(question),
        {"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=10) as reply:  # noqa: S310 - ours, on this machine
        return msgspec.json.decode(reply.read())


def test_both_venues_answer_at_the_ports_of_the_one_line_until_a_signal() -> None:
    with running("--account", USER) as (process, line):
        assert set(line) == {"hyperliquid_port", "allora_port", "allora_key"}
        state = ask(line["hyperliquid_port"], {"type": "clearinghouseState", "user": USER})
        assert state["marginSummary"]["accountValue"] == "10000.0"
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
    assert rest == ""
    assert process.returncode == 0


def test_faults_are_read_of_a_file(tmp_path: Path) -> None:
    chosen = tmp_path / "faults.json"
    chosen.write_text('{"sparse": true}')
    with running("--faults", str(chosen)) as (_, line):
        assert len(ask(line["hyperliquid_port"], {"type": "spotMeta"})["tokens"]) == 1


def test_a_seed_draws_the_same_faults_again() -> None:
    assert drawn(7) == drawn(7) != drawn(8)


def test_faults_that_are_not_known_are_told_by_name(tmp_path: Path) -> None:
    chosen = tmp_path / "faults.json"
    chosen.write_text('{"stal": 1}')
    answer = trimtab("venue", "--faults", chosen)
    assert answer.code == 2
    assert "stal" in answer.err
    assert "docs/stand-ins.md" in answer.err
