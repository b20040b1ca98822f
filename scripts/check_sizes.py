"""Sizes of files and functions: prints median, 90th percentile and largest, fails over the limits.

A file's size is its non-blank lines, a function's the lines from `def` to its end.
"""

from __future__ import annotations

import ast
import sys
from math import ceil
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path("src/trimtab")
PAGE = Path("web/src")


class Piece(NamedTuple):
    """A file or a function and how long it is."""

    name: str
    lines: int


class Limits(NamedTuple):
    """What the sizes of all pieces together, and of the largest one, may be."""

    median: int
    percentile_90: int
    largest: int


FILES = Limits(80, 180, 300)
FUNCTIONS = Limits(6, 20, 50)


def sources(folder: Path = PACKAGE, pattern: str = "*.py") -> list[Path]:
    """All files of a kind, in order."""
    return sorted(folder.rglob(pattern))


def file_size(path: Path) -> Piece:
    lines = path.read_text(encoding="utf-8").splitlines()
    return Piece(str(path), sum(1 for line in lines if line.strip()))


def is_generated(path: Path) -> bool:
    """Whether a program wrote the file: nobody has to read it."""
    return path.read_text(encoding="utf-8").startswith("/* Generated")


def function_sizes(path: Path) -> list[Piece]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        Piece(
            f"{path}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def quantile(pieces: list[Piece], share: float) -> int:
    """The smallest size that at least `share` of the pieces do not exceed."""
    sizes = sorted(piece.lines for piece in pieces)
    return sizes[ceil(share * len(sizes)) - 1]


def complaints(kind: str, pieces: list[Piece], limits: Limits) -> list[str]:
    """What is over the limits; the 90th percentile is an aim, not a limit."""
    median = quantile(pieces, 0.5)
    found = [
        f"{piece.name} has {piece.lines} lines, the limit is {limits.largest}: split it"
        for piece in pieces
        if piece.lines > limits.largest
    ]
    if median > limits.median:
        found.append(f"the median of all {kind} is {median} lines, the limit is {limits.median}")
    return found


def described(kind: str, pieces: list[Piece], limits: Limits) -> str:
    largest = max(pieces, key=lambda piece: piece.lines)
    median, ninth = quantile(pieces, 0.5), quantile(pieces, 0.9)
    return (
        f"{len(pieces):5} {kind}: median {median} (limit {limits.median}), "
        f"90 % {ninth} (aim {limits.percentile_90}), "
        f"largest {largest.lines} (limit {limits.largest}) {largest.name}"
    )


def measured() -> list[tuple[str, list[Piece], Limits]]:
    """Everything that has limits."""
    page = [path for path in sources(PAGE, "*.ts*") if not is_generated(path)]
    return [
        ("files", [file_size(path) for path in sources()], FILES),
        ("functions", [piece for path in sources() for piece in function_sizes(path)], FUNCTIONS),
        ("files of the page", [file_size(path) for path in page], FILES),
    ]


def main() -> int:
    """Prints the table; 1 if anything is over the limits."""
    found: list[str] = []
    for kind, pieces, limits in measured():
        print(described(kind, pieces, limits))
        found += complaints(kind, pieces, limits)
    print("\n".join(found), end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
