"""Looks at a file, and draws what it covers."""

from __future__ import annotations

from pathlib import Path

from trimtab.adapters.inspection.inspect import Inspection, inspect
from trimtab.adapters.parquet.candles import read_candles
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.data.picture import page, picture
from trimtab.app.data.telling import lines_of
from trimtab.app.destination import write
from trimtab.app.errors import UserError

_DRAWINGS = (".svg", ".html")


def look(path: Path, candles: Path | None = None, *, synthetic: bool = False) -> Inspection:
    """Raises DataError for a file that cannot be read, or candles that cannot be used."""
    beside = None if candles is None else read_candles(candles)
    return inspect(path, SystemClock().now(), beside, synthetic=synthetic)


def drawable(path: Path | None) -> Path | None:
    """The path itself. Raises UserError where its ending is that of no picture."""
    if path is not None and path.suffix not in _DRAWINGS:
        raise UserError(f"--picture {path}: end it in {' or '.join(_DRAWINGS)}")
    return path


def draw(to: Path, path: Path, seen: Inspection) -> None:
    """As a page or as a picture alone. Raises UserError."""
    if to.suffix == ".html":
        write(to, page(path.name, seen, lines_of(path, seen)).encode())
    else:
        write(to, picture(path.name, seen).encode())
