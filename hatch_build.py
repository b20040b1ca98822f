"""Builds the page into the package, so that whoever installs the wheel needs no Node."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = (20, 19)


class PageBuildHook(BuildHookInterface[Any]):
    """Runs `npm ci` and `npm run build` before a wheel is packed.

    TRIMTAB_SKIP_WEB=1 packs without the page: the server then says how to build it.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Hatchling's hook. An editable install builds no page: `make web` does."""
        web = Path(self.root) / "web"
        if version == "editable":
            return
        if self.target_name == "wheel":  # exports of a journal carry it
            script = Path(self.root) / "scripts" / "verify_journal.py"
            build_data["force_include"][str(script)] = "trimtab/verify_journal.py"
        if os.environ.get("TRIMTAB_SKIP_WEB") == "1":
            return
        built = Path(self.root) / "src" / "trimtab" / "dashboard" / "_web"
        if (web / "package.json").exists():
            _build(web)
        elif not (built / "index.html").exists():
            raise RuntimeError(f"there is neither a page in {built} nor its sources in {web}")
        build_data["artifacts"].append("src/trimtab/dashboard/_web/**")


def _build(web: Path) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise RuntimeError(
            "the page needs Node 20.19 or newer with npm; install it, or pack without the page: "
            "TRIMTAB_SKIP_WEB=1"
        )
    told = subprocess.run(  # noqa: S603
        [node, "--version"], check=True, capture_output=True, text=True
    ).stdout.strip()
    if tuple(int(part) for part in told.lstrip("v").split(".")[:2]) < OLDEST_NODE:
        raise RuntimeError(f"the page needs Node 20.19 or newer, this is {told}")
    for command in ("ci", "run build"):
        subprocess.run([npm, "--silent", *command.split()], cwd=web, check=True)  # noqa: S603
