"""The rooms may only look down, and the core touches nothing outside."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOMS = Path("src/trimtab")


def test_the_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    linted = subprocess.run(command, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_every_room_stands_in_the_contract() -> None:
    contracts = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    layers = {room for line in contracts[0]["layers"] for room in line.split(" | ")}
    rooms = {path.stem for path in ROOMS.iterdir() if path.suffix == ".py" or _package(path)}
    assert rooms - {"__init__", "__main__"} == layers


def _package(path: Path) -> bool:
    return (path / "__init__.py").exists()
