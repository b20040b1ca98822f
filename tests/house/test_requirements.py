"""What is locked fits what is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import check_requirements
from scripts.check_requirements import at_odds, complaints, left_over, pins, unfit

LOCKED = """\
# how it was made
polars==2.1.0 ; sys_platform != 'win32' \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via trimtab (pyproject.toml)
six==1.17.0
    # via polars
"""


def test_the_locked_requirements_fit() -> None:
    assert complaints() == []


def test_a_lock_file_is_read_with_versions_hashes_and_origins(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text(LOCKED, encoding="utf-8")
    found = pins(tmp_path / "base.txt")
    assert (found["polars"].version, found["polars"].hashes) == ("2.1.0", 2)
    assert (found["six"].hashes, found["six"].wanted_by.strip()) == (0, "polars")


def test_missing_unhashed_and_left_over_packages_are_told(tmp_path: Path) -> None:
    (tmp_path / "base.txt").write_text(LOCKED.replace("polars", "pillars"), encoding="utf-8")
    locked = pins(tmp_path / "base.txt")
    told = list(unfit("base", locked))
    assert any("has nothing for polars" in line for line in told)
    assert "requirements/base.txt: six has no hash: run: make lock" in told
    assert list(left_over("base", locked)) == [
        "requirements/base.txt: nobody asks for pillars any more: run: make lock"
    ]


def test_two_files_that_disagree_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_requirements, "HERE", tmp_path)
    (tmp_path / "base.txt").write_text(LOCKED, encoding="utf-8")
    (tmp_path / "dev.txt").write_text(LOCKED.replace("2.1.0", "2.2.0"), encoding="utf-8")
    assert list(at_odds("base", "dev")) == [
        "requirements/dev.txt: polars is not 2.1.0 as in base.txt: run: make lock"
    ]
