"""trimtab init: a file to start from, and never over one that is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.commands import trimtab
from trimtab.app.settings import Settings
from trimtab.app.settings_file import read_settings


def test_it_writes_a_file_that_says_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert trimtab("init") == (0, "", "wrote trimtab.toml\n")
    assert read_settings(tmp_path / "trimtab.toml") == Settings()


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text("mine", encoding="utf-8")
    answer = trimtab("init", file)
    assert answer == (2, "", f"trimtab: {file}: exists already and is kept: name another file\n")
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    file = tmp_path / "none" / "my.toml"
    answer = trimtab("init", file)
    assert answer[::2] == (
        2,
        f"trimtab: {file}: the folder {file.parent} does not exist: make it first\n",
    )
