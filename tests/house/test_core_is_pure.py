"""The core reads no clock, no random source, no file: a replay must decide the same again."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOMS = ("domain", "context", "trading", "adaptation", "mind", "records", "lab")
PACKAGE = Path("src/trimtab")
CORE = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))

CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "perf_counter", "monotonic", "process_time"}
DRAWN = {"uuid1", "uuid4", "uuid7", "urandom", "default_rng", "getrandbits", "token_hex"}
WORLD = {"open", "print", "input", "hash", "exec", "eval", "__import__"}
"""`hash` of a text differs from one process to the next."""


def impurities(source: str) -> list[str]:
    """Calls in the source that a pure function may not make, as `line: text`."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [f"{call.lineno}: {ast.unparse(call.func)}" for call in calls if _impure(call.func)]


def _impure(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in WORLD | DRAWN
    if not isinstance(function, ast.Attribute):
        return False
    owner = ast.unparse(function.value)
    if owner in {"random", "np.random", "numpy.random"}:
        return function.attr not in {"Generator", "PCG64"}
    is_clock = function.attr in CLOCKS and owner.split(".")[-1] in {"time", "datetime", "date"}
    return is_clock or function.attr in DRAWN


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_core_is_pure(path: Path) -> None:
    assert impurities(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "impure",
    [
        "time.time()",
        "datetime.datetime.now()",
        "uuid.uuid4()",
        "np.random.normal()",
        "np.random.default_rng(1)",
        "random.random()",
        "open('x')",
        "print(1)",
        "hash('a')",
    ],
)
def test_an_impure_call_is_found(impure: str) -> None:
    assert impurities(f"def f():\n    return {impure}\n") == [f"2: {impure.partition('(')[0]}"]


def test_a_generator_that_comes_in_may_be_used() -> None:
    assert impurities("def f(rng: np.random.Generator):\n    return rng.normal(size=3)\n") == []
