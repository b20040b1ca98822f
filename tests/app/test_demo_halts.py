"""A really full disk under a running demo: it halts for all to see, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.builders.commands import trimtab
from tests.builders.demo import Demo as Shown
from tests.builders.disks import mounted
from tests.builders.files import Files

FULL = "the disk is full: free some space"


class Demo(Shown):
    """A demo on a disk that can be filled."""

    def __init__(self, recorded: Files, disk: Path) -> None:
        self.journal, self.ballast = disk / "demo.db", disk / "ballast"
        super().__init__(recorded, self.journal)

    def fill_disk(self) -> None:
        try:
            with self.ballast.open("wb") as file:
                while True:
                    file.write(bytes(65_536))
                    file.flush()
        except OSError:
            pass


@pytest.fixture
def demo(recorded: Files, tmp_path: Path) -> Iterator[Demo]:
    with mounted(tmp_path / "disk", "8m") as disk:
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
