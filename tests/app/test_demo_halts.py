"""A really full disk under a running demo: it halts for all to see, and loses nothing."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.builders.commands import trimtab
from tests.builders.files import Files
from tests.builders.small_disk import mounted

FULL = "the disk is full: free some space"


class Demo:
    """The command in a process of its own, with a page."""

    def __init__(self, recorded: Files, disk: Path) -> None:
        self.journal, self.ballast = disk / "demo.db", disk / "ballast"
        options = ("--port", "0", "--speed", "36000", "--journal", str(self.journal))
        command = [sys.executable, "-m", "trimtab", "demo", *recorded.options(), *options]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        match = re.search(r"http://[^ ]+", self.said("DEMO"))
        assert match is not None
        self._url = match.group().rstrip("/")

    def said(self, words: str) -> str:
        """Its next line with these words."""
        assert self._process.stderr is not None
        return next(line for line in self._process.stderr if words in line)

    def fill_disk(self) -> None:
        try:
            with self.ballast.open("wb") as file:
                while True:
                    file.write(bytes(65_536))
                    file.flush()
        except OSError:
            pass

    def ask(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(self._url + path, timeout=30.0) as answer:  # noqa: S310
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def end(self) -> tuple[int, str]:
        """Ctrl+C: its exit code, and the rest of what it said."""
        self._process.send_signal(signal.SIGINT)
        _, rest = self._process.communicate(timeout=60.0)
        return self._process.returncode, rest

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def demo(recorded: Files, tmp_path: Path) -> Iterator[Demo]:
    with mounted(tmp_path / "disk", megabytes=8) as disk:
        running = Demo(recorded, disk)
        running.said("playing the present")
        yield running
        running.kill()


def test_a_halted_demo_says_so_everywhere_and_goes_on_when_there_is_room(demo: Demo) -> None:
    demo.fill_disk()
    assert demo.said("halted").strip().endswith(FULL)
    code, body = demo.ask("/readyz")
    health = msgspec.json.decode(body)
    assert (code, health["status"]) == (503, "halted")
    assert health["because"].endswith(FULL)
    assert health["since"] > 0
    assert b"trimtab_engine_works 0.0" in demo.ask("/metrics")[1]
    assert demo.ask("/healthz")[0] == 200

    demo.ballast.unlink()
    assert "running again" in demo.said("running")
    assert demo.ask("/readyz")[0] == 200
    assert b"trimtab_engine_works 1.0" in demo.ask("/metrics")[1]
    assert demo.end()[0] == 0
    answer = trimtab("replay", demo.journal, "--verify", "--json", "-")
    assert (answer.code, answer.json["differences"]) == (0, 0)


def test_a_disk_that_stays_full_ends_the_demo_with_one_line(demo: Demo) -> None:
    demo.fill_disk()
    demo.said("halted")
    code, rest = demo.end()
    assert code == 2
    assert rest.strip().splitlines()[-1] == f"trimtab: {demo.journal}: {FULL}"
    assert "Traceback" not in rest
    demo.ballast.unlink()
    answer = trimtab("replay", demo.journal, "--verify", "--json", "-")
    assert (answer.code, answer.json["differences"]) == (0, 0)
