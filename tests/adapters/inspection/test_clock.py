"""Gaps, duplicates and clocks are found, counted and placed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.adapters.inspection.looking import (
    CANDLES,
    FORECASTS,
    FUNDING,
    HOUR,
    checks,
    finding,
    seen,
)
from trimtab.adapters.inspection.inspect import inspect
from trimtab.adapters.parquet.errors import DataError
from trimtab.domain.units import Micros

BTC = pl.col("symbol") == "BTC"


@pytest.mark.parametrize(
    "frame", [CANDLES, FORECASTS, FUNDING], ids=["candles", "predictions", "funding"]
)
def test_a_clean_file_has_no_errors(frame: pl.DataFrame, tmp_path: Path) -> None:
    inspection = seen(frame, tmp_path)
    assert checks(inspection, "error") == set()
    assert checks(inspection) <= {"few_outcomes"}
    assert inspection.rows == len(frame)


def test_a_gap_is_measured_by_coin(tmp_path: Path) -> None:
    hole = BTC & pl.col("ts").is_between(
        datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 1, 5, 4, tzinfo=UTC)
    )
    inspection = seen(CANDLES.filter(~hole), tmp_path)
    (btc,) = [one for one in inspection.coverage if one.name == "BTC"]
    assert (btc.gaps, btc.missing, btc.longest) == (1, 5, "5:00:00")
    assert btc.longest_at == "2024-01-05 00:00 UTC"
    assert btc.share == pytest.approx(5 / 1_500)
    assert len(btc.spans) == 2
    assert "5 rows" in finding(inspection, "gap").places[0]


def test_duplicates_are_counted_and_placed(tmp_path: Path) -> None:
    twice = pl.concat([CANDLES, CANDLES.filter(BTC).head(3)]).sort("ts", maintain_order=True)
    found = finding(seen(twice, tmp_path), "duplicate")
    assert (found.severity, found.field, found.count) == ("error", "ts", 3)
    assert found.value == "2024-01-01 00:00 UTC"
    assert found.places[0].startswith("BTC at 2024-01-01 00:00 UTC (row ")


def test_a_file_that_is_not_sorted_is_told(tmp_path: Path) -> None:
    found = finding(seen(CANDLES.sort("ts", descending=True), tmp_path), "unsorted")
    assert found.count == len(CANDLES) - CANDLES["symbol"].n_unique()


def test_a_bar_between_the_hours_is_off_the_grid(tmp_path: Path) -> None:
    late = pl.when(BTC & (pl.col("ts") == pl.col("ts").max())).then(pl.col("ts") + HOUR / 4)
    inspection = seen(CANDLES.with_columns(late.otherwise(pl.col("ts")).alias("ts")), tmp_path)
    assert finding(inspection, "off_grid").count == 1


def test_bars_that_all_open_off_the_hour_point_to_a_time_zone(tmp_path: Path) -> None:
    inspection = seen(CANDLES.with_columns(pl.col("ts") + HOUR / 2), tmp_path)
    assert checks(inspection) == {"time_zone"}


def test_forecasts_off_their_cadence_are_told(tmp_path: Path) -> None:
    late = pl.when(pl.int_range(pl.len()) == 8).then(pl.col("issued_at") + HOUR / 4)
    frame = FORECASTS.with_columns(late.otherwise(pl.col("issued_at")).alias("issued_at"))
    assert finding(seen(frame, tmp_path), "off_cadence").count == 1


def test_times_that_have_not_come_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "candles.parquet"
    CANDLES.write_parquet(path)
    middle = Micros(int(CANDLES["ts"].cast(pl.Int64).median() or 0))  # type: ignore[arg-type]
    found = finding(inspect(path, middle), "future")
    assert found.count == pytest.approx(len(CANDLES) / 2, abs=8)


@pytest.mark.parametrize("factor", [1_000, 1_000_000], ids=["milliseconds", "seconds"])
def test_a_coarser_unit_read_as_microseconds_is_told(factor: int, tmp_path: Path) -> None:
    wrong = (pl.col("ts").cast(pl.Int64) // factor).cast(pl.Datetime("us", "UTC"))
    assert finding(seen(CANDLES.with_columns(wrong), tmp_path), "unit").count == len(CANDLES)


def test_whole_numbers_are_read_by_their_size_and_refused(tmp_path: Path) -> None:
    inspection = seen(CANDLES.with_columns(pl.col("ts").dt.epoch("ms")), tmp_path)
    assert checks(inspection, "error") == {"type"}
    assert inspection.coverage[0].first == "2024-01-01 00:00 UTC"


def test_empty_symbols_are_told_by_row(tmp_path: Path) -> None:
    here = pl.when(pl.int_range(pl.len()) == 4).then(None).otherwise(pl.col("symbol"))
    found = finding(seen(CANDLES.with_columns(here.alias("symbol")), tmp_path), "empty")
    assert (found.count, found.places) == (1, ("row 5",))


def test_local_time_shows_in_spring_and_autumn(tmp_path: Path) -> None:
    first, last = datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 12, 31, tzinfo=UTC)
    hours = pl.datetime_range(first, last, "1h", eager=True)
    local = hours.dt.convert_time_zone("Europe/Berlin").dt.replace_time_zone(None)
    frame = pl.DataFrame({"ts": local, "symbol": "BTC", "rate": 0.0001})
    found = finding(seen(frame, tmp_path), "summer_time")
    assert found.places == ("2023-10-29 02:00 UTC",)


def test_a_coin_with_another_clock_stands_out(tmp_path: Path) -> None:
    late = pl.when(BTC).then(pl.col("ts") + 2 * HOUR).otherwise(pl.col("ts"))
    found = finding(seen(CANDLES.with_columns(late.alias("ts")).sort("ts"), tmp_path), "shifted")
    assert found.places[0].startswith("BTC: +2 bars")


def test_a_file_with_another_clock_than_the_candles_stands_out(tmp_path: Path) -> None:
    inspection = seen(CANDLES.with_columns(pl.col("ts") + HOUR), tmp_path, CANDLES)
    assert "BTC: 1:00:00 late" in finding(inspection, "shifted").places


def test_columns_of_nothing_known_are_listed_with_those_needed(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"columns ts, price; .*candles need ts, symbol, open"):
        seen(CANDLES.select("ts", price="close"), tmp_path)
