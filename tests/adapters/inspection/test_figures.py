"""Impossible and doubtful figures are found, each under its own name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.adapters.inspection.looking import (
    CANDLES,
    FORECASTS,
    FUNDING,
    changed,
    checks,
    finding,
    seen,
)
from tests.builders.files import candles
from tests.builders.market import world

TREND = pl.col("topic") == "trend-8h"
BTC = pl.col("symbol") == "BTC"


@pytest.mark.parametrize(
    ("name", "value"),
    [("close", 0.0), ("open", -1.0), ("high", float("nan")), ("volume", -2.0), ("low", None)],
)
def test_a_figure_that_cannot_be_is_placed(name: str, value: float | None, tmp_path: Path) -> None:
    inspection = seen(changed(CANDLES, 40, **{name: value}), tmp_path)
    found = finding(inspection, "figure")
    assert (found.severity, found.field, found.count) == ("error", name, 1)
    assert found.places[0].endswith("(row 41)")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    frame = changed(changed(CANDLES, 8, close=float("nan")), 900, high=1e-9)
    frame = pl.concat([frame, frame.tail(1)])
    assert {"figure", "high_below_low", "duplicate"} <= checks(seen(frame, tmp_path), "error")


@pytest.mark.parametrize("factor", [10.0, 0.01])
def test_a_price_in_another_unit_is_an_error(factor: float, tmp_path: Path) -> None:
    later = BTC & (pl.int_range(pl.len()) > 3_000)
    prices = [
        pl.when(later).then(pl.col(name) * factor).otherwise(pl.col(name)).alias(name)
        for name in ("open", "high", "low", "close")
    ]
    found = finding(seen(CANDLES.with_columns(prices), tmp_path), "scale")
    assert (found.severity, found.count) == ("error", 1)


def test_a_wrong_print_is_an_outlier_that_goes_back(tmp_path: Path) -> None:
    row = 2_000
    price = float(CANDLES["close"][row])
    inspection = seen(changed(CANDLES, row, close=1.6 * price, high=1.6 * price), tmp_path)
    found = finding(inspection, "outlier")
    assert (found.severity, found.count) == ("warning", 2)
    assert "1 of them go back" in found.words
    assert any(mark.check == "outlier" for mark in inspection.marks)


def test_a_long_wick_is_told(tmp_path: Path) -> None:
    row = 2_000
    inspection = seen(changed(CANDLES, row, low=0.5 * float(CANDLES["low"][row])), tmp_path)
    assert finding(inspection, "wick").count == 1


def test_prices_and_volumes_that_stand_still_are_told_as_stretches(tmp_path: Path) -> None:
    still = BTC & pl.int_range(pl.len()).is_between(400, 800)
    same = [
        pl.when(still).then(100.0).otherwise(pl.col(name)).alias(name)
        for name in ("open", "high", "low", "close")
    ]
    none = pl.when(still).then(0.0).otherwise(pl.col("volume")).alias("volume")
    inspection = seen(CANDLES.with_columns(*same, none), tmp_path)
    assert finding(inspection, "constant").count == 1
    assert finding(inspection, "no_volume").count == 1


def test_closes_outside_high_and_low_point_to_columns_exchanged(tmp_path: Path) -> None:
    jesse = CANDLES.rename({"high": "close", "close": "high"})
    assert "outside_range" in checks(seen(jesse, tmp_path), "warning")


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_clean_synthetic_markets_have_no_errors(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    frame = candles(world(seed, 600))
    assert checks(seen(frame, tmp_path_factory.mktemp("clean")), "error") == set()


@settings(max_examples=20, deadline=None)
@given(row=st.integers(0, len(FORECASTS) - 1), late=st.integers(1, 10**9))
def test_a_planted_look_ahead_is_always_refused(
    row: int, late: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    honest = FORECASTS.with_columns(data_until=pl.col("issued_at"))
    here = pl.int_range(pl.len()) == row
    ahead = pl.when(here).then(pl.lit(late)).otherwise(pl.lit(0)).cast(pl.Duration("us"))
    planted = honest.with_columns(pl.col("data_until") + ahead)
    folder = tmp_path_factory.mktemp("ahead")
    assert "looks_ahead" not in checks(seen(honest, folder))
    found = finding(seen(planted, folder), "looks_ahead")
    assert (found.severity, found.count) == ("error", 1)
    assert found.places[0].endswith(f"(row {row + 1})")


def test_a_price_among_returns_and_returns_among_prices_are_errors(tmp_path: Path) -> None:
    priced = FORECASTS.with_columns(kind=pl.lit("log_return")).filter(~TREND)
    returned = FORECASTS.with_columns(kind=pl.lit("price")).filter(TREND)
    assert checks(seen(priced, tmp_path), "error") >= {"looks_like_price"}
    assert checks(seen(returned, tmp_path), "error") >= {"looks_like_return"}


def test_crossed_intervals_and_values_outside_them_are_told(tmp_path: Path) -> None:
    rows = FORECASTS.filter(TREND).with_columns(
        lower=pl.col("value") - 0.01, upper=pl.col("value") + 0.01
    )
    crossed = rows.with_columns(lower="upper", upper="lower")
    beside = rows.with_columns(pl.col("value") + 0.02)
    assert finding(seen(crossed, tmp_path), "interval").count == len(rows)
    assert finding(seen(beside, tmp_path), "interval").severity == "warning"
    assert "interval" not in checks(seen(rows, tmp_path))


def test_a_topic_of_two_horizons_and_an_unknown_kind_are_errors(tmp_path: Path) -> None:
    other = FORECASTS.with_columns(horizon_s=3_600 + 3_600 * (pl.int_range(pl.len()) % 2))
    assert "topic" in checks(seen(other, tmp_path), "error")
    strange = FORECASTS.with_columns(kind=pl.lit("hunch"))
    assert finding(seen(strange, tmp_path), "kind").value == "hunch"


def test_few_outcomes_are_told(tmp_path: Path) -> None:
    assert "few_outcomes" in checks(seen(FORECASTS.head(80), tmp_path), "warning")


@pytest.mark.parametrize(("rate", "check"), [(0.5, "absurd_rate"), (2.0, "figure")])
def test_a_rate_that_no_venue_settles_is_an_error(rate: float, check: str, tmp_path: Path) -> None:
    assert finding(seen(changed(FUNDING, 9, rate=rate), tmp_path), check).count == 1


def test_rates_in_percent_are_told(tmp_path: Path) -> None:
    assert "percent" in checks(seen(FUNDING.with_columns(pl.lit(0.01).alias("rate")), tmp_path))


def test_a_change_of_schedule_is_no_gap_and_a_missing_day_is_one(tmp_path: Path) -> None:
    rows = np.arange(200)
    hours = np.where(rows < 100, 8 * rows, 800 + 4 * (rows - 100))
    frame = pl.DataFrame({"hours": hours}).select(
        ts=(pl.lit(FUNDING["ts"][0]) + pl.duration(hours="hours")), symbol=pl.lit("BTC"), rate=1e-4
    )
    assert "gap" not in checks(seen(frame, tmp_path))
    holed = frame.filter(~pl.int_range(pl.len()).is_between(50, 52))
    assert finding(seen(holed, tmp_path), "gap").count == 1
