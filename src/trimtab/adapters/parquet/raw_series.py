"""A file as it is, series by series: for those who look for what is wrong with it.

The readers that trade refuse the first thing that is wrong; here nothing but the columns and their
types is asked for.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trimtab.adapters.parquet.candle_checks import FIELDS
from trimtab.adapters.parquet.errors import DataError
from trimtab.adapters.parquet.table import Kind, PathText, collect, open_table
from trimtab.domain.units import SECOND, Micros
from trimtab.lab.data_checks.candle_findings import CandleSeries
from trimtab.lab.data_checks.findings import Series
from trimtab.lab.data_checks.funding_findings import FundingSeries
from trimtab.lab.data_checks.prediction_findings import ForecastSeries

FileKind = Literal["candles", "predictions", "funding"]

CANDLES = {"ts": Kind.MOMENT, "symbol": Kind.TEXT, **dict.fromkeys(FIELDS, Kind.NUMBER)}
PREDICTIONS = {
    "issued_at": Kind.MOMENT, "topic": Kind.TEXT, "symbol": Kind.TEXT,
    "horizon_s": Kind.INTEGER, "kind": Kind.TEXT, "value": Kind.NUMBER,
}  # fmt: skip
_OPTIONAL = {"lower": Kind.NUMBER, "upper": Kind.NUMBER, "data_until": Kind.MOMENT}
FUNDING = {"ts": Kind.MOMENT, "symbol": Kind.TEXT, "rate": Kind.NUMBER}
_KINDS: dict[FileKind, dict[str, Kind]] = {
    "candles": CANDLES, "predictions": PREDICTIONS, "funding": FUNDING,
}  # fmt: skip


def kind_of(path: PathText) -> FileKind:
    """What the file's columns say it is. Raises DataError."""
    columns = open_columns(path)
    for kind, needed in _KINDS.items():
        if set(needed) <= set(columns):
            return kind
    wanted = "; ".join(f"{kind} have {', '.join(needed)}" for kind, needed in _KINDS.items())
    raise DataError(
        f"{path}: neither candles, predictions nor funding: it has {', '.join(columns)}; {wanted}: "
        "rename the columns, or use `trimtab data import`"
    )


def open_columns(path: PathText) -> list[str]:
    """The names of the file's columns. Raises DataError where it is no Parquet file."""
    try:
        open_table(path, {})
        return pl.scan_parquet(path).collect_schema().names()  # type: ignore[arg-type]
    except (pl.exceptions.PolarsError, OSError):
        raise DataError(f"{path}: not a Parquet file: convert it to Parquet first") from None


def raw_candles(path: PathText) -> list[CandleSeries]:
    """The bars of every coin. Raises DataError."""
    rows = _rows(path, open_table(path, CANDLES))
    return [
        CandleSeries(Series(coin, _moments(part, "ts")), np.stack([_numbers(part, f) for f in FIELDS]))
        for coin, part in _parts(rows, "symbol")
    ]  # fmt: skip


def raw_funding(path: PathText) -> list[FundingSeries]:
    """The rates of every coin. Raises DataError."""
    rows = _rows(path, open_table(path, FUNDING))
    return [
        FundingSeries(Series(coin, _moments(part, "ts")), _numbers(part, "rate"))
        for coin, part in _parts(rows, "symbol")
    ]


def raw_predictions(path: PathText) -> list[ForecastSeries]:
    """The forecasts of every topic on every coin. Raises DataError."""
    rows = _rows(path, open_table(path, PREDICTIONS, _OPTIONAL))
    return [
        _forecasts(topic, coin, part)
        for topic, of_topic in _parts(rows, "topic")
        for coin, part in _parts(of_topic, "symbol")
    ]


def _forecasts(topic: str, coin: str, part: pl.DataFrame) -> ForecastSeries:
    has = set(part.columns)
    return ForecastSeries(
        Series(f"{topic} on {coin}", _moments(part, "issued_at")),
        topic,
        coin,
        str(part["kind"][0]),
        Micros(int(part["horizon_s"][0]) * SECOND),
        _numbers(part, "value"),
        _numbers(part, "lower") if "lower" in has else None,
        _numbers(part, "upper") if "upper" in has else None,
        _moments(part, "data_until") if "data_until" in has else None,
    )


def _rows(path: PathText, frame: pl.LazyFrame) -> pl.DataFrame:
    rows = collect(path, frame)
    if not len(rows):
        raise DataError(f"{path}: holds no rows: check how it was made")
    return rows


def _parts(rows: pl.DataFrame, by: str) -> list[tuple[str, pl.DataFrame]]:
    parts = rows.partition_by(by, maintain_order=True, as_dict=True)
    return [(str(key[0]), part) for key, part in parts.items()]


def _numbers(rows: pl.DataFrame, name: str) -> NDArray[np.float64]:
    return rows[name].cast(pl.Float64).to_numpy()


def _moments(rows: pl.DataFrame, name: str) -> NDArray[np.int64]:
    return rows[name].to_numpy()
