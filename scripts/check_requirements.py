"""The locked requirements fit what is asked for: every pin satisfies it, has hashes, is agreed on.

Works without a network; `make lock` resolves anew.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

MEND = "run: make lock"
HERE = Path("requirements")
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)(.*)$")


class Pin(NamedTuple):
    """One locked package."""

    version: str
    hashes: int
    wanted_by: str
    """Names of what asked for it, as the resolver wrote them down."""


def pins(path: Path) -> dict[str, Pin]:
    """The locked packages of one file, by canonical name."""
    blocks = re.split(r"\n(?=\w)", path.read_text(encoding="utf-8"))
    found = ((PIN.match(block.splitlines()[0]), block) for block in blocks)
    return {
        canonicalize_name(first.group(1)): Pin(
            first.group(2), block.count("--hash="), block.partition("# via")[2]
        )
        for first, block in found
        if first
    }


def asked(name: str) -> list[Requirement]:
    """What a file asks for by itself, files that it includes not counted."""
    if name == "base":
        project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
        extras = chain.from_iterable(project.get("optional-dependencies", {}).values())
        return [Requirement(line) for line in (*project["dependencies"], *extras)]
    lines = (HERE / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


def unfit(name: str, locked: dict[str, Pin]) -> Iterator[str]:
    """What is asked for and not, or otherwise, locked; and what is locked without a hash."""
    for requirement in asked(name):
        pin = locked.get(canonicalize_name(requirement.name))
        if pin is None or pin.version not in requirement.specifier:
            have = pin.version if pin else "nothing"
            yield f"requirements/{name}.txt: has {have} for {requirement}: {MEND}"
    for package, pin in locked.items():
        if not pin.hashes:
            yield f"requirements/{name}.txt: {package} has no hash: {MEND}"


def left_over(name: str, locked: dict[str, Pin]) -> Iterator[str]:
    """What is locked because a file once asked for it and does no longer."""
    source = "trimtab (pyproject.toml)" if name == "base" else f"-r requirements/{name}.in"
    wanted = {canonicalize_name(requirement.name) for requirement in asked(name)}
    for package, pin in locked.items():
        if source in pin.wanted_by and package not in wanted:
            yield f"requirements/{name}.txt: nobody asks for {package} any more: {MEND}"


def at_odds(small: str, large: str) -> Iterator[str]:
    """Packages that two files lock differently."""
    theirs = pins(HERE / f"{large}.txt")
    for package, pin in pins(HERE / f"{small}.txt").items():
        other = theirs.get(package)
        if other is None or other.version != pin.version:
            yield f"requirements/{large}.txt: {package} is not {pin.version} as in {small}.txt: {MEND}"


def complaints() -> list[str]:
    """Everything that does not fit, one line each."""
    found: list[str] = []
    for name in ("base", "build", "dev"):
        locked = pins(HERE / f"{name}.txt")
        found += [*unfit(name, locked), *left_over(name, locked)]
    return [*found, *at_odds("base", "dev"), *at_odds("build", "dev")]


if __name__ == "__main__":
    problems = complaints()
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
