"""From candles to a file of forecasts: what `trimtab lab forecast` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.predictions import RETURN_DIGITS
from trimtab.app.errors import UserError
from trimtab.app.lab.gradient_boosting import gradient_boosting
from trimtab.app.output import progress_bar
from trimtab.domain.configuration import Topic
from trimtab.domain.rounding import significant
from trimtab.domain.units import HOUR, SECOND, Micros, TopicName
from trimtab.lab.forecasting.features import Sight, sight
from trimtab.lab.forecasting.learners import ECHO, Forecaster, ridge
from trimtab.lab.forecasting.record import Record
from trimtab.lab.forecasting.walk_forward import FEWEST, Views, forecasts, months

Floats = NDArray[np.float64]

_MAKERS: dict[str, Callable[[Topic], Forecaster]] = {
    "ridge": lambda topic: Forecaster(topic, ridge),
    "gbm": lambda topic: Forecaster(topic, gradient_boosting()),
    "reversal": lambda topic: Forecaster(topic, None, -ECHO),
    "momentum": lambda topic: Forecaster(topic, None, ECHO),
}
MODELS = tuple(_MAKERS)
LONGEST = 168
"""Hours of the longest horizon that is offered."""


class Forecasts(Struct, frozen=True, eq=False):
    """All forecasters' views of a record, each float64[row, forecaster, coin]; NaN: none."""

    topics: tuple[Topic, ...]
    values: Floats
    lower: Floats
    upper: Floats


def forecasters(models: Sequence[str], horizons: Sequence[int]) -> list[Forecaster]:
    """Each model over each horizon (hours). Raises UserError for one that is not offered."""
    if strangers := [name for name in models if name not in _MAKERS]:
        raise UserError(f"--models {strangers[0]}: use some of {', '.join(MODELS)}")
    if wrong := [hours for hours in horizons if not 1 <= hours <= LONGEST]:
        raise UserError(
            f"--horizons {wrong[0]}: give whole hours from 1 to {LONGEST}, such as 8,24"
        )
    return [_MAKERS[name](_topic(name, hours)) for name, hours in product(models, horizons)]


def hours_of(given: str) -> list[int]:
    """Whole numbers joined by commas. Raises UserError."""
    try:
        return list(dict.fromkeys(int(part) for part in given.split(",")))
    except ValueError as error:
        raise UserError(
            f"--horizons {given!r}: give hours joined by commas, such as 8,24"
        ) from error


def _topic(model: str, hours: int) -> Topic:
    return Topic(TopicName(f"{model}-{hours}h"), "log_return", Micros(hours * HOUR))


def record_of(candles: Candles) -> Record:
    """Raises UserError for bars from which no hours can be made."""
    if HOUR % candles.interval:
        raise UserError(
            "--candles: the forecasters look at hours, so that bars must be of an hour or a whole "
            "part of it: resample them"
        )
    return Record(candles.interval, candles.closes_at, candles.bars)


def forecasts_of(
    record: Record, makers: Sequence[Forecaster], history: Micros, title: str = "forecast"
) -> Forecasts:
    """Every forecaster over the whole record, with a progress bar."""
    seen = sight(record)
    shape = (len(record.closes_at), len(makers), record.bars.shape[2])
    parts = [np.full(shape, np.nan) for _ in range(3)]
    with progress_bar(title, len(makers) * len(months(record))) as told:
        for done, (number, views) in enumerate(_all_views(record, seen, makers, history), 1):
            rows = slice(views.month.first, views.month.stop)
            for part, figures in zip(parts, views[1:], strict=True):
                part[rows, number] = significant(figures, RETURN_DIGITS)
            told(done)
    return Forecasts(tuple(one.topic for one in makers), *parts)


def _all_views(
    record: Record, seen: Sight, makers: Sequence[Forecaster], history: Micros
) -> Iterator[tuple[int, Views]]:
    for number, maker in enumerate(makers):
        for views in forecasts(record, seen, maker, history):
            yield number, views


def write_forecasts(path: Path, candles: Candles, told: Forecasts, begin: Micros | None) -> int:
    """Those issued from `begin` on, as Parquet by time; how many there are. Raises UserError."""
    rows = np.arange(len(candles.closes_at))
    chosen = rows if begin is None else np.flatnonzero(candles.closes_at >= begin)
    if not np.isfinite(told.values[chosen]).any():
        raise UserError(
            f"nothing to forecast: the models want {FEWEST:,} rows that end before a month; "
            "give longer candles or an earlier --from"
        )
    frame = pl.concat(
        [_rows_of(candles, told, number, chosen) for number in range(len(told.topics))]
    )
    frame.sort("issued_at", "topic_id", maintain_order=True).write_parquet(path)
    return len(frame)


def _rows_of(
    candles: Candles, told: Forecasts, number: int, rows: NDArray[np.int64]
) -> pl.DataFrame:
    topic, coins = told.topics[number], len(candles.coins)
    issued_at = pl.Series(np.repeat(candles.closes_at[rows], coins)).cast(pl.Datetime("us", "UTC"))
    columns = {
        name: pl.Series(part[rows, number].ravel()).fill_nan(None)
        for name, part in (("value", told.values), ("lower", told.lower), ("upper", told.upper))
    }
    frame = pl.DataFrame(
        {
            "issued_at": issued_at,
            "topic_id": number + 1,
            "topic": topic.name,
            "symbol": pl.Series(list(candles.coins) * len(rows), dtype=pl.String),
            "horizon_s": topic.horizon // SECOND,
            "kind": topic.kind,
            **columns,
            "data_until": issued_at,
        }
    )
    return frame.filter(pl.col("value").is_not_null())
