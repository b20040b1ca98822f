"""Is the machine fit to run a bot: versions, clock, disk?"""

from __future__ import annotations

import platform
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event
from time import monotonic_ns

import apsw

from trimtab.app.doctor.finding import Finding
from trimtab.domain.units import SECOND, Micros
from trimtab.ports import Clock

ENOUGH = 1_000_000_000
"""Bytes free."""

TOO_LITTLE = 50_000_000

_SAMPLE = 0.2
"""Seconds for which the clock is watched."""

_DRIFT = SECOND // 20
"""Microseconds by which it may differ from the monotonic clock meanwhile."""


def versions() -> Iterator[Finding]:
    """What runs."""
    libraries = ("trimtab", "numpy", "numba", "msgspec")
    names = ", ".join(f"{name} {version(name)}" for name in libraries)
    yield Finding(
        "versions", "ok", f"Python {platform.python_version()}, SQLite {apsw.sqlite_lib_version()}, {names}"
    )  # fmt: skip


def clock(clock: Clock) -> Iterator[Finding]:
    """Does the system's clock run as time does?"""
    begun, wall = monotonic_ns(), clock.now()
    Event().wait(_SAMPLE)
    drift = (clock.now() - wall) - (monotonic_ns() - begun) // 1_000
    if abs(drift) > _DRIFT:
        yield Finding(
            "clock",
            "warning",
            f"moved by {drift / SECOND:.3f} s in {_SAMPLE} s: let NTP slew it, not step it",
        )
    else:
        yield Finding("clock", "ok", f"runs evenly; it is {_moment(clock.now())}")


def clock_after(recorded_at: int, clock: Clock) -> Iterator[Finding]:
    """Nothing can have been recorded in the future."""
    if recorded_at > clock.now():
        yield Finding(
            "clock",
            "wrong",
            f"the newest row was recorded at {_moment(recorded_at)}, later than now: set the clock",
        )


def folder(path: Path) -> Iterator[Finding]:
    """Can a journal be written here, and for how long?"""
    if not path.is_dir():
        yield Finding("folder", "wrong", f"{path}: does not exist: make it first")
        return
    try:
        with TemporaryFile(dir=path):
            yield Finding("folder", "ok", f"{path}: may be written")
    except OSError as error:
        yield Finding("folder", "wrong", f"{path}: {error.strerror}: change its permissions")
    free = shutil.disk_usage(path).free
    told = f"{free / 1e9:,.1f} GB free at {path}"
    if free < TOO_LITTLE:
        yield Finding("disk", "wrong", f"{told}: free some space, the bot would halt")
    elif free < ENOUGH:
        yield Finding("disk", "warning", f"{told}: free some space soon")
    else:
        yield Finding("disk", "ok", told)


def _moment(at: int | Micros) -> str:
    return f"{datetime.fromtimestamp(at / SECOND, UTC):%Y-%m-%d %H:%M:%S} UTC"
