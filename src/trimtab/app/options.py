"""Options that several commands share, with the words that explain them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from trimtab.app.destination import writable
from trimtab.app.errors import UserError
from trimtab.domain.units import SECOND, Micros

Candles = Annotated[
    Path, typer.Option("--candles", help="Parquet: ts, symbol, open, high, low, close, volume.")
]
Predictions = Annotated[
    Path | None,
    typer.Option(
        "--predictions", help="Parquet: issued_at, topic, symbol, horizon_s, kind, value."
    ),
]
Funding = Annotated[Path | None, typer.Option("--funding", help="Parquet: ts, symbol, rate.")]
Topics = Annotated[
    list[str] | None, typer.Option("--topics", help="Only these topics; names joined by commas.")
]
Symbols = Annotated[
    list[str] | None, typer.Option("--symbols", help="Only these coins; names joined by commas.")
]
From = Annotated[
    str | None, typer.Option("--from", help="Earlier rows only teach, such as 2022-07-01 (UTC).")
]
To = Annotated[str | None, typer.Option("--to", help="Rows from here on are not read (UTC).")]
Config = Annotated[Path | None, typer.Option("--config", help="A trimtab.toml.")]
Json = Annotated[
    Path | None,
    typer.Option(
        "--json", callback=writable, help="Write the figures here as JSON; - for the screen."
    ),
]
Report = Annotated[
    Path | None, typer.Option("--report", callback=writable, help="Write an HTML report here.")
]
Journal = Annotated[Path | None, typer.Option("--journal", help="Keep the journal here (SQLite).")]


def names(given: list[str] | None) -> tuple[str, ...] | None:
    """Names from repeated options or lists joined by commas; None for all."""
    if not given:
        return None
    return tuple(name.strip() for text in given for name in text.split(",") if name.strip())


def moment(given: str | None, option: str) -> Micros | None:
    """A date or a time in ISO form, as UTC. Raises UserError."""
    if given is None:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise UserError(f"{option} {given!r}: not a date; write it as 2022-07-01") from error
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return Micros(int(aware.timestamp()) * SECOND)
