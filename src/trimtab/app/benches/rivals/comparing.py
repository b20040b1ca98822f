"""Runs the rivals, each a process in its own interpreter, and holds their trades against ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from math import isclose
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from msgspec import DecodeError, Struct, json

from trimtab.app.benches.rivals.work import Bars, Trade

PACKAGES = {
    "backtesting": "backtesting",
    "vectorbt": "vectorbt",
    "freqtrade": "freqtrade",
    "jesse": "jesse",
    "nautilus": "nautilus_trader",
}
"""What to install for each rival."""

LONGEST_S = 900
PRICE, MONEY = 1e-9, 1e-6
"""Rounding that is allowed: of a price, relative; of a trade's profit, in dollars."""

_START = (
    "import sys, runpy; sys.path.append(sys.argv.pop(1)); "
    "runpy.run_module('trimtab.app.benches.rivals.child', run_name='__main__')"
)
"""Our package comes last on the path: it must not hide anything of the rival's."""
_ROOT = Path(__file__).parents[4]


class RivalFigures(Struct, frozen=True):
    """What one of them did with the same work; `bars_per_cpu_s` only where its trades are ours."""

    version: str = ""
    bars_per_cpu_s: float | None = None
    ratio: float | None = None
    """Our bars per CPU-second over its own."""
    trades: int = 0
    difference: str = ""
    """Why there is no figure: what differs, or what is missing and how to get it."""


class _Answer(Struct, frozen=True):
    version: str
    cpu_s: list[float]
    trades: list[Trade]


def compared(
    bars: Bars,
    own: Sequence[Trade],
    pythons: Mapping[str, str],
    runs: int,
    measured: Callable[[], float],
) -> dict[str, RivalFigures]:
    """Figures of every rival. `pythons`: the interpreter of each; else this one is tried.

    `measured` runs our own work, once before each run of a rival's process and once after it, and
    gives its CPU-seconds: both sides meet the same hour of the machine.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "bars.npy"
        np.save(file, bars)
        return {
            name: _figures(name, file, own, pythons.get(name, sys.executable), runs, measured)
            for name in PACKAGES
        }


def _figures(
    name: str,
    bars: Path,
    own: Sequence[Trade],
    python: str,
    runs: int,
    measured: Callable[[], float],
) -> RivalFigures:
    before = measured()
    answer = _asked(name, bars, python, runs)
    if isinstance(answer, str):
        return RivalFigures(difference=answer)
    differs = difference(own, answer.trades)
    if differs:
        return RivalFigures(answer.version, trades=len(answer.trades), difference=differs)
    theirs, ours = median(answer.cpu_s), (before + measured()) / 2.0
    rows = len(np.load(bars, mmap_mode="r"))
    return RivalFigures(
        answer.version, round(rows / theirs), round(theirs / ours, 2), len(answer.trades)
    )


def _asked(name: str, bars: Path, python: str, runs: int) -> _Answer | str:
    """What the process answers, or why it does not."""
    answer = bars.with_name(f"{name}.json")
    arguments = [python, "-c", _START, str(_ROOT)]
    arguments += [f"with_{name}", str(bars), str(answer), str(runs)]
    try:
        done = subprocess.run(  # noqa: S603 - the program that the user named
            arguments,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            cwd=bars.parent,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"{python}: {error}"
    try:
        return json.decode(answer.read_bytes(), type=_Answer)
    except (OSError, DecodeError):
        return _complaint(name, python, done.stderr)


def _complaint(rival: str, python: str, errors: str) -> str:
    package = PACKAGES[rival]
    last = errors.strip().rpartition("\n")[2] or "ended without an answer"
    if not _is_missing(package, last):
        return f"{python}: {last}"
    return (
        f"{package} is not installed in {python}: make a virtual environment with "
        f"`pip install {package}` and name its interpreter: --rival {rival}=PATH"
    )


def _is_missing(package: str, error: str) -> bool:
    """Where it is missing, what it brings along may be missed first."""
    return any(f"No module named '{name}'" in error for name in (package, "numpy", "pandas"))


def difference(own: Sequence[Trade], others: Sequence[Trade]) -> str:
    """The first difference in words; empty where all trades are equal within rounding.

    The first trade is left out: libraries differ in the first row at which a strategy is asked.
    """
    own = own[1:]
    others = [one for one in others if own and one.entered >= own[0].entered]
    if len(own) != len(others):
        return f"{len(others)} trades, {len(own)} here"
    for place, (ours, theirs) in enumerate(zip(own, others, strict=True)):
        if not _are_equal(ours, theirs):
            return f"trade {place + 1} is {theirs}, here {ours}"
    return ""


def _are_equal(ours: Trade, theirs: Trade) -> bool:
    prices = ((ours.entry, theirs.entry), (ours.exit, theirs.exit))
    return (
        ours[:3] == theirs[:3]
        and all(isclose(*pair, rel_tol=PRICE) for pair in prices)
        and abs(ours.profit - theirs.profit) <= MONEY
    )
