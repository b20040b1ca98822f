"""The page on the command line names every option of every command, where it belongs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.builders.commands import trimtab
from trimtab.app.command_line import COMMANDS

PAGE = Path("docs/command-line.md").read_text(encoding="utf-8")
SHARED, *SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)


def test_the_page_has_a_section_for_every_command() -> None:
    assert [section.partition("\n")[0] for section in SECTIONS] == list(COMMANDS)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "bench"])
def test_every_option_is_explained_or_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    options = set(re.findall(r"^│ [ *]*(--[a-z-]+)", trimtab(name, "--help").out, re.MULTILINE))
    section = SECTIONS[list(COMMANDS).index(name)]
    assert options
    missing = {option for option in options if not re.search(rf"{option}\b", section)}
    assert missing - {"--help"} == set()
