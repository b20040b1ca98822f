"""What every command promises: help with an example, one line for an error, quick to begin."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from importlib import import_module

import pytest

from tests.builders.commands import trimtab
from trimtab.app.command_line import COMMANDS

GROUPS = ("audit", "bench", "data", "journal", "lab")
EVERY = (
    [(name,) for name in COMMANDS if name not in GROUPS]
    + [("bench", part) for part in ("backtest", "journal", "kernels", "latency", "startup")]
    + [("data", part) for part in ("check", "import")]
    + [("lab", part) for part in ("score", "train-phase", "forecast", "tune")]
    + [("data", part) for part in ("check",)]
)


def test_the_help_names_every_command() -> None:
    answer = trimtab("--help")
    assert answer.code == 0
    assert re.findall(r"^│ ([a-z]+) ", answer.out, re.MULTILINE) == list(COMMANDS)


def test_without_a_word_the_help_is_shown() -> None:
    answer = trimtab()
    assert "Usage: trimtab" in answer.out + answer.err


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_shows_an_example_of_itself(words: tuple[str, ...]) -> None:
    answer = trimtab(*words, "--help")
    assert answer.code == 0
    assert f"Usage: trimtab {' '.join(words)} " in answer.out
    assert f"Example: trimtab {' '.join(words)}" in answer.out


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in GROUPS])
def test_the_table_of_commands_says_what_the_command_says(name: str) -> None:
    command = getattr(import_module(f"trimtab.app.commands.{name}"), name)
    told = inspect.getdoc(command)
    assert told is not None
    assert told.splitlines()[0] == COMMANDS[name]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("backtets",), "No such command 'backtets'"),
        (("bench", "speed"), "No such command 'speed'"),
        (("backtest",), "Missing option '--candles'"),
        (("context", "--candles", "c.parquet"), "Missing option '--out'"),
        (("backtest", "--candels", "c.parquet"), "No such option: --candels"),
        (("demo", "--port", "70000"), "should be less than or equal to 65535"),
        (("demo", "--speed", "fast"), "unable to parse string as a number"),
        (("demo", "--seed", "-1"), "should be greater than or equal to 0"),
    ],
    ids=str,
)
def test_a_slip_of_the_pen_is_told_with_exit_code_2(words: tuple[str, ...], complaint: str) -> None:
    answer = trimtab(*words)
    assert answer.code == 2
    assert complaint in re.sub(r"[\s│]+", " ", answer.err)
    assert answer.out == ""
    assert "Traceback" not in answer.err


def imported(words: str, *names: str) -> list[str]:
    """Which of the modules a fresh process has imported after `trimtab WORDS`."""
    program = (
        "import sys\n"
        "from trimtab.app.command_line import run\n"
        f"code = run({words.split()!r})\n"
        f"print('loaded', [name for name in {names!r} if name in sys.modules])\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return re.findall(r"'([a-z]+)'", done.stdout.splitlines()[-1])


def test_help_loads_no_engine() -> None:
    heavy = ("numba", "numpy", "polars", "litestar", "uvicorn", "structlog")
    assert imported("--help", *heavy) == []


def test_a_backtest_loads_no_server() -> None:
    assert imported("backtest --help", "litestar", "uvicorn") == []


def test_a_headless_demo_loads_no_server() -> None:
    assert imported("demo --help", "litestar", "uvicorn") == []


@pytest.mark.parametrize("module", ["trimtab", "trimtab.app"])
def test_the_module_is_the_command(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "replay", "none.db"],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "trimtab: none.db: no such journal: check the path\n"
