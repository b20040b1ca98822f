"""Moments of settlement."""

from __future__ import annotations

import polars as pl


def to_the_minute(at: pl.Series) -> pl.Series:
    """Exchanges stamp settlements some milliseconds late; they are meant at the full minute."""
    return at.dt.round("1m")
