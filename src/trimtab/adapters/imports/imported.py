"""What an import is asked for, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl
from msgspec import Struct

Contract = Literal["candles", "funding"]
Stamp = Literal["open", "close"]
MOMENT = pl.Datetime("us", "UTC")
FIGURES = ("open", "high", "low", "close", "volume")


class Wish(Struct, frozen=True):
    """What the person says about the source; what is not said is guessed, and told."""

    symbol: str | None = None
    """Where neither the rows nor the file's name tell it."""
    columns: Mapping[str, str] = {}
    """The source's names of our columns."""
    time_zone: str = "UTC"
    """Of times that do not say it."""
    stamp: Stamp = "open"
    """Which end of a bar its time is."""
    timeframe: str | None = None
    """Where a source has several, such as 1h."""
    funding: bool = False
    """Funding instead of candles, where a source has both."""


class Piece(Struct, frozen=True, eq=False):
    """The rows of one file, by our names, in no order yet."""

    contract: Contract
    frame: pl.DataFrame
    words: tuple[str, ...] = ()
    """What was guessed."""
