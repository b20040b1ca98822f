"""Everything that the original plan names is found in docs/architecture.md, and is where it says."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.house.plan_names import PLAN_NAMES

DOCUMENT = Path("docs/architecture.md")
HEAD = "| The plan | Here | Since |"
LATER = re.compile(r"step [2-9]")


class Row(NamedTuple):
    """One row of the table."""

    plan: tuple[str, ...]
    here: str
    since: str


def rows() -> list[Row]:
    table = DOCUMENT.read_text(encoding="utf-8").partition(HEAD)[2].splitlines()[2:]
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table if line[:1] == "|"
    ]
    return [
        Row(tuple(re.findall(r"`([^`]+)`", plan)), here.strip("`"), since)
        for plan, here, since in cells
    ]


def exists(here: str) -> bool:
    """A file, a file with a word in it (`file#word`), a module, or a module's class or function."""
    if "/" not in here:
        return _imports(here)
    path, _, word = here.partition("#")
    return Path(path).exists() and word in Path(path).read_text(encoding="utf-8")


def _imports(dotted: str) -> bool:
    module, _, name = dotted.rpartition(".")
    try:
        import_module(dotted)
    except ModuleNotFoundError:
        return _has(module, name)
    return True


def _has(module: str, name: str) -> bool:
    try:
        return hasattr(import_module(module), name)
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.here)
def test_a_row_tells_the_truth(row: Row) -> None:
    if row.since == "now":
        assert exists(row.here), f"{row.here} is not there: write the step that makes it"
    else:
        assert LATER.fullmatch(row.since), f"{row.here}: `now` or `step N`, not {row.since!r}"
        assert not exists(row.here), f"{row.here} exists: write `now`"


@pytest.mark.parametrize("name", PLAN_NAMES)
def test_a_name_of_the_plan_is_in_the_table(name: str) -> None:
    assert name in {named for row in rows() for named in row.plan}, f"{DOCUMENT} lacks {name}"


def test_the_table_has_no_name_that_the_plan_has_not() -> None:
    assert {named for row in rows() for named in row.plan} - set(PLAN_NAMES) == set()
