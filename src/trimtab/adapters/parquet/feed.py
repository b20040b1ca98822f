"""Recorded data as facts, in the order in which the world told them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

import numpy as np
from msgspec import Struct

from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.funding import Funding
from trimtab.adapters.parquet.predictions import Predictions, Values
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed, FundingPaid, PredictionsIssued
from trimtab.domain.units import Micros

_CHUNK = 512
"""Instants turned into Python's numbers at a time: quick, and small in memory."""

Table = tuple[tuple[float | None, ...], ...]


class RecordedFeed(Struct, frozen=True, eq=False):
    """Facts by `at`; at the same moment funding comes first, then bars, then forecasts.

    Bars come in blocks that are as long as they can be: up to the next funding or forecast.
    """

    candles: Candles
    predictions: Predictions | None = None
    funding: Funding | None = None

    def facts(self) -> Iterator[Outside]:
        """From the first fact; every call begins anew."""
        settlements, forecasts = _settlements(self.funding), _forecasts(self.predictions)
        row = 0
        for is_forecast, bars_before in self._between_bars():
            if bars_before > row:
                yield self._block(row, bars_before)
                row = bars_before
            yield next(forecasts) if is_forecast else next(settlements)
        if row < len(self.candles.closes_at):
            yield self._block(row, len(self.candles.closes_at))

    def _between_bars(self) -> Iterator[tuple[bool, int]]:
        """In order: is it a forecast (else funding), and how many rows of bars come before it."""
        nothing = np.empty(0, np.int64)
        funding = nothing if self.funding is None else self.funding.settled_at
        issued = nothing if self.predictions is None else self.predictions.issued_at
        closes = self.candles.closes_at
        is_forecast = np.repeat([False, True], [len(funding), len(issued)])
        rows = np.append(np.searchsorted(closes, funding), np.searchsorted(closes, issued, "right"))
        order = np.lexsort((is_forecast, np.append(funding, issued)))
        return zip(is_forecast[order].tolist(), rows[order].tolist(), strict=True)

    def _block(self, start: int, stop: int) -> BarsClosed:
        candles = self.candles
        at = Micros(int(candles.closes_at[stop - 1]))
        return BarsClosed(at, candles.interval, candles.coins, candles.bars[start:stop])


def _settlements(funding: Funding | None) -> Iterator[FundingPaid]:
    if funding is None:
        return
    rows = zip(
        funding.settled_at.tolist(), funding.rates.tolist(), funding.assumed.tolist(), strict=True
    )
    for at, rates, assumed in rows:
        settled = [rate == rate for rate in rates]  # noqa: PLR0124 - NaN alone differs from itself
        yield FundingPaid(
            Micros(at),
            tuple(coin for coin, due in zip(funding.coins, settled, strict=True) if due),
            tuple(rate for rate, due in zip(rates, settled, strict=True) if due),
            tuple(coin for coin, guess in zip(funding.coins, assumed, strict=True) if guess),
        )


def _forecasts(predictions: Predictions | None) -> Iterator[PredictionsIssued]:
    if predictions is None:
        return
    topics = tuple(topic.name for topic in predictions.topics)
    instants: list[Micros] = predictions.issued_at.tolist()
    for at, values, lower, upper in zip(
        instants,
        _tables(predictions.values),
        _tables_or_none(predictions.lower, len(instants)),
        _tables_or_none(predictions.upper, len(instants)),
        strict=True,
    ):
        yield PredictionsIssued(at, topics, predictions.coins, values, lower, upper)


def _tables_or_none(values: Values | None, instants: int) -> Iterator[Table | None]:
    return repeat(None, instants) if values is None else _tables(values)


def _tables(values: Values) -> Iterator[Table]:
    """For each instant rows of floats, with None for NaN."""
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        cells = chunk.astype(object)
        cells[np.isnan(chunk)] = None
        for table in cells.tolist():
            yield tuple(map(tuple, table))
