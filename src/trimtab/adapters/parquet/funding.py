"""Settled funding rates from Parquet, for every coin of the candles."""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.errors import DataError, moment
from trimtab.adapters.parquet.rounding import exchange_figures
from trimtab.adapters.parquet.series import Whole, steps_of
from trimtab.adapters.parquet.table import (
    Kind,
    PathText,
    codes,
    collect,
    moments,
    numbers,
    open_table,
)
from trimtab.domain.units import Coin

_COLUMNS = {"ts": Kind.MOMENT, "symbol": Kind.TEXT, "rate": Kind.NUMBER}

Rates = NDArray[np.float64]


class Funding(Struct, frozen=True, eq=False):
    """What longs paid, as fractions of the notional, settlement by settlement."""

    coins: tuple[Coin, ...]
    settled_at: Whole
    """Ascending (UTC microseconds)."""
    rates: Rates
    """``rates[settlement, coin]``; NaN where the coin did not settle."""
    assumed: NDArray[np.bool_]
    """``assumed[settlement, coin]``: unknown, and given the mean of the coins known then."""

    def warning(self) -> str | None:
        """What a person should know about unknown rates; None when all are known."""
        some = np.asarray(self.assumed.any(axis=0))
        guessed = [self.coins[place] for place in np.flatnonzero(some)]
        if not guessed:
            return None
        return f"funding is partly assumed (the mean of the known coins) for {', '.join(guessed)}"


def read_funding(path: PathText, candles: Candles) -> Funding:
    """The settlements after the first bar opened, until the last one closed, for their coins.

    A coin's rate is unknown before its first and after its last settlement in the file; it then
    gets the mean of the coins that are known at that settlement. Between them, a settlement that
    has no row for the coin did not concern it (coins may settle at different hours).
    Columns of float32 are rounded as candles are. Raises DataError.
    """
    frame = open_table(path, _COLUMNS)
    table = collect(path, frame.filter(pl.col("symbol").is_in(list(candles.coins))))
    if not len(table):
        raise DataError(f"{path}: no funding for any coin of the candles: check the symbols")
    settled_at, coin = moments(table, "ts"), codes(table, "symbol", list(candles.coins))
    steps_of(path, settled_at, coin, candles.coins.__getitem__)
    rate = numbers(table, "rate")
    _check_rates(path, candles.coins, settled_at, coin, rate)
    if table["rate"].dtype == pl.Float32:
        rate = exchange_figures(rate)
    return _within(candles, *_completed(candles.coins, settled_at, coin, rate))


def _check_rates(
    path: PathText, coins: tuple[Coin, ...], settled_at: Whole, coin: Whole, rate: Rates
) -> None:
    bad = ~(np.abs(rate) < 1.0)
    if bad.any():
        row = int(bad.argmax())
        raise DataError(
            f"{path}: {coins[coin[row]]} at {moment(int(settled_at[row]))}: rate is {rate[row]:g}; "
            f"it must be a fraction of the notional: correct or remove it"
        )


def _completed(
    coins: tuple[Coin, ...], settled_at: Whole, coin: Whole, rate: Rates
) -> tuple[Whole, Rates, NDArray[np.bool_]]:
    instants = np.unique(settled_at)
    rates = np.full((len(instants), len(coins)), np.nan)
    rates[np.searchsorted(instants, settled_at), coin] = rate
    known = np.isfinite(rates)
    begun = np.maximum.accumulate(known, axis=0)
    goes_on = np.maximum.accumulate(known[::-1], axis=0)[::-1]
    assumed = ~(begun & goes_on)
    return instants, np.where(assumed, np.nanmean(rates, axis=1)[:, None], rates), assumed


def _within(
    candles: Candles, settled_at: Whole, rates: Rates, assumed: NDArray[np.bool_]
) -> Funding:
    opens, closes = int(candles.closes_at[0]) - candles.interval, candles.closes_at[-1]
    inside = (settled_at > opens) & (settled_at <= closes)
    return Funding(candles.coins, settled_at[inside], rates[inside], assumed[inside])
