"""Files at the edge: nothing breaks, and nothing is made up."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.adapters.inspection.looking import CANDLES, FORECASTS, FUNDING, checks, seen
from trimtab.adapters.parquet.errors import DataError
from trimtab.app.data.picture import picture

EACH = pytest.mark.parametrize(
    "frame", [CANDLES, FORECASTS, FUNDING], ids=["candles", "predictions", "funding"]
)


@EACH
def test_one_row_has_no_interval_and_no_error(frame: pl.DataFrame, tmp_path: Path) -> None:
    inspection = seen(frame.head(1), tmp_path)
    assert (inspection.rows, inspection.interval) == (1, 0)
    assert checks(inspection, "error") == set()
    assert picture("one row", inspection).startswith("<svg")


@EACH
def test_a_file_without_rows_cannot_be_looked_at(frame: pl.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no row with a time and a symbol"):
        seen(frame.clear(), tmp_path)


@EACH
def test_figures_that_are_all_empty_are_errors(frame: pl.DataFrame, tmp_path: Path) -> None:
    figures = [name for name in ("close", "value", "rate") if name in frame.columns]
    inspection = seen(frame.with_columns(pl.lit(None).alias(name) for name in figures), tmp_path)
    assert checks(inspection, "error") == {"figure"}


@EACH
def test_text_where_a_figure_belongs_is_refused(frame: pl.DataFrame, tmp_path: Path) -> None:
    figure = next(name for name in ("close", "value", "rate") if name in frame.columns)
    with pytest.raises(DataError, match=f"column {figure} is String, which cannot be read"):
        seen(frame.with_columns(pl.lit("much").alias(figure)), tmp_path)


def test_series_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    backwards = CANDLES.sort("symbol", "ts", descending=[True, False])
    names = [one.name for one in seen(backwards, tmp_path).coverage]
    assert names == sorted(names, reverse=True)
