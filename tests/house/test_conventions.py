"""Conventions that no linter knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path("src/trimtab")
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if path.stat().st_size)
EVERYTHING = [
    *SOURCES,
    *sorted(Path("tests").rglob("*.py")),
    *sorted(Path("scripts").rglob("*.py")),
]
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "stuff", "base"}
FORBIDDEN_IN_TESTS = {"unittest.mock", "mock", "pytest_mock"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(module: ast.Module) -> set[str]:
    """Full names of the modules that are imported, and of what is imported from them."""
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree(path)), f"{path} has no docstring"


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_every_public_class_says_what_it_is(path: Path) -> None:
    classes = [node for node in tree(path).body if isinstance(node, ast.ClassDef)]
    public = [node for node in classes if not node.name.startswith("_")]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


def test_parts_are_real_in_tests() -> None:
    faked = {str(path): imported(tree(path)) & FORBIDDEN_IN_TESTS for path in EVERYTHING}
    assert {path: names for path, names in faked.items() if names} == {}


def test_no_test_sleeps() -> None:
    """Waiting for a thing beats waiting for a time; giving way, `sleep(0)`, is no waiting."""
    sleepers = [
        f"{path}:{node.lineno}"
        for path in sorted(Path("tests").rglob("*.py"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and _sleeps(node)
    ]
    assert sleepers == []


def _sleeps(call: ast.Call) -> bool:
    text = ast.unparse(call)
    return text.startswith(("time.sleep(", "asyncio.sleep(", "sleep(")) and "(0)" not in text


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in SOURCES if path.stem in VAGUE] == []


def test_no_code_path_depends_on_the_mode() -> None:
    """Adapters differ, branches do not. Only simulated events may be refused because money is at stake."""
    asking = [
        f"{path}:{node.lineno}"
        for path in SOURCES
        if path.relative_to(PACKAGE).parts[0] not in {"app", "dashboard"}
        if path != PACKAGE / "mind" / "simulating.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith(".mode")
    ]
    assert asking == []


def test_only_the_safety_monitor_approves() -> None:
    """`Approved` is worth what its maker is worth."""
    makers = {
        path.name
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Approved"
    }
    assert makers == {"safety_monitor.py"}
