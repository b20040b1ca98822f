"""Time from the command to the first painted page, as a person at the screen meets it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time

from msgspec import Struct

from trimtab.app.errors import UserError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WAIT = 60.0
"""Seconds until we give up."""

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--run-all-compositor-stages-before-draw", "--window-size=1440,900",
)  # fmt: skip


class StartupFigures(Struct, frozen=True):
    """Seconds of a second start: kernels are compiled, files are in the cache."""

    first_paint_s: float
    """From the command to a picture of the page, the browser's own start included."""
    served_s: float
    """From the command to the page's address."""
    import_s: float
    """Of the package alone."""


def measure_startup() -> StartupFigures:
    """Starts the demo and a browser. Raises UserError without a browser."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        raise UserError("bench startup: no Chromium found; install one, such as Debian's chromium")
    _first_paint(browser)
    painted, served = _first_paint(browser)
    return StartupFigures(round(painted, 2), round(served, 2), round(_import(), 2))


def _first_paint(browser: str) -> tuple[float, float]:
    began = time.monotonic()
    command = [sys.executable, "-m", "trimtab", "demo", "--port", "0", "--for", "60"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as demo:  # noqa: S603
        try:
            address = _address(demo)
            served = time.monotonic() - began
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run(  # noqa: S603
                    [browser, *_FLAGS, f"--user-data-dir={folder}", f"--screenshot={folder}/page.png",
                     address],
                    check=True, capture_output=True, timeout=WAIT, cwd=folder,
                )  # fmt: skip
            return time.monotonic() - began, served
        finally:
            demo.terminate()


def _address(demo: subprocess.Popen[str]) -> str:
    stream = demo.stderr
    if stream is None:
        raise UserError("bench startup: the demo has no output to read its address from")
    for line in stream:
        found = re.search(r"http://[0-9.]+:[0-9]+", line)
        if found:
            return found.group(0)
    raise UserError("bench startup: the demo did not start; run `trimtab demo` to see why")


def _import() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import trimtab.app.command_line"], check=True)
    return time.monotonic() - began
