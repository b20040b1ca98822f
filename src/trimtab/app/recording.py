"""Recorded data for a run: read, checked, and cut to the coins that can be traded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from trimtab.adapters.parquet.candles import Candles, read_candles
from trimtab.adapters.parquet.feed import RecordedFeed
from trimtab.adapters.parquet.funding import Funding, read_funding
from trimtab.adapters.parquet.predictions import Predictions, forecast_coins, read_predictions
from trimtab.domain.configuration import Topic
from trimtab.domain.units import Micros
from trimtab.ports import Feed


class Files(Struct, frozen=True):
    """What the user named."""

    candles: Path
    predictions: Path | None = None
    funding: Path | None = None
    topics: tuple[str, ...] | None = None
    symbols: tuple[str, ...] | None = None
    until: Micros | None = None


class Recording(Struct, frozen=True, eq=False):
    """Candles with the forecasts and the funding of their coins."""

    candles: Candles
    predictions: Predictions | None
    funding: Funding | None

    def feed(self) -> Feed:
        return RecordedFeed(self.candles, self.predictions, self.funding)

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Those with forecasts."""
        return () if self.predictions is None else self.predictions.topics

    @property
    def opened(self) -> Micros:
        """Open of the first bar."""
        return Micros(int(self.candles.closes_at[0]) - self.candles.interval)

    @property
    def closed(self) -> Micros:
        """Close of the last bar."""
        return Micros(int(self.candles.closes_at[-1]))

    def warnings(self) -> list[str]:
        """What a person should know about the data."""
        parts = (self.candles, self.predictions, self.funding)
        told = [part.warning() for part in parts if part is not None]
        return [text for text in told if text is not None]


def read_recording(files: Files) -> Recording:
    """Without `symbols`: the coins that have forecasts, or all if there are none.

    Raises DataError.
    """
    symbols: Sequence[str] | None = files.symbols
    if symbols is None and files.predictions is not None:
        symbols = forecast_coins(files.predictions, files.topics)
    candles = read_candles(files.candles, symbols, end=files.until)
    predictions = (
        read_predictions(files.predictions, candles, files.topics, symbols)
        if files.predictions is not None
        else None
    )
    funding = read_funding(files.funding, candles) if files.funding is not None else None
    return Recording(candles, predictions, funding)


def only_topic(recording: Recording, index: int) -> Recording:
    """The same record with the forecasts of one topic."""
    predictions = recording.predictions
    if predictions is None:
        return recording
    picked = slice(index, index + 1)
    alone = Predictions(
        predictions.topics[picked],
        predictions.coins,
        predictions.issued_at,
        predictions.values[:, picked],
        None if predictions.lower is None else predictions.lower[:, picked],
        None if predictions.upper is None else predictions.upper[:, picked],
        predictions.dropped,
    )
    return Recording(recording.candles, alone, recording.funding)
