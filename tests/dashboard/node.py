"""Running the page's own tools from here; what is missing skips, or fails where all is required."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.builders.servers import missing

WEB = Path(__file__).parents[2] / "web"
BUILT = Path(__file__).parents[2] / "src" / "trimtab" / "dashboard" / "_web"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def require_packages() -> None:
    """Node and the packages of the page."""
    if not shutil.which("node"):
        missing("Node is not installed")
    if not (WEB / "node_modules" / "vitest").is_dir():
        missing("the packages of the page are not installed: npm --prefix web ci")


def require_browser() -> None:
    """Besides, a browser and the built page."""
    require_packages()
    if not os.environ.get("CHROMIUM") and not any(map(shutil.which, BROWSERS)):
        missing("no Chromium: apt-get install chromium, or name one in CHROMIUM")
    if not (BUILT / "index.html").exists():
        missing("the page is not built: make web")


def vitest(which: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs some tests of the page with these variables set."""
    require_packages()
    command = [str(WEB / "node_modules" / ".bin" / "vitest"), "run", which]
    return subprocess.run(
        command,
        cwd=WEB,
        env={**os.environ, **environment},
        check=False,
        capture_output=True,
        text=True,
    )


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Starts a script of web/e2e; it talks in lines."""
    require_browser()
    return subprocess.Popen(
        ["node", str(WEB / "e2e" / script), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
