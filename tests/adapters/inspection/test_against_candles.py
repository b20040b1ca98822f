"""Forecasts held against candles: honest ones pass, those that knew the future are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.adapters.inspection.looking import CANDLES, FORECASTS, HOUR, NOW, checks, finding, seen
from trimtab.adapters.inspection.inspect import inspect
from trimtab.adapters.parquet.candles import read_candles
from trimtab.adapters.parquet.errors import DataError

AHEAD = 4


def forecasts(view: pl.Expr, kind: str = "log_return", hours: int = AHEAD) -> pl.DataFrame:
    """One topic on every coin at every close; `view` may use `price` (a log) and `noise`."""
    frame = CANDLES.sort("symbol", "ts").with_columns(
        price=pl.col("close").log(), noise=pl.Series(DRAWN)
    )
    made = frame.with_columns(value=view.over("symbol"), issued_at=pl.col("ts") + HOUR)
    return made.select(
        "issued_at", "symbol", "value", topic=pl.lit("mine"), horizon_s=hours * 3_600,
        kind=pl.lit(kind),
    ).drop_nulls().sort("issued_at", maintain_order=True)  # fmt: skip


PRICE = pl.col("price")
FUTURE = PRICE.shift(-AHEAD) - PRICE
NOISE = pl.col("noise")
DRAWN = np.random.default_rng(7).normal(0.0, 0.01, len(CANDLES))


def test_a_forecast_of_the_future_return_is_warned_of(tmp_path: Path) -> None:
    inspection = seen(forecasts(FUTURE), tmp_path, CANDLES)
    assert {"too_good", "knows_outcome", "knows_next_bars"} <= checks(inspection, "warning")
    assert inspection.skills[0].hit_rate == 1.0
    assert "mine on all coins: 100.0%" in finding(inspection, "too_good").places[0]


def test_it_is_not_where_the_file_is_said_to_be_synthetic(tmp_path: Path) -> None:
    seen(forecasts(FUTURE), tmp_path, CANDLES)
    candles = read_candles(tmp_path / "beside.parquet")
    inspection = inspect(tmp_path / "looked-at.parquet", NOW, candles, synthetic=True)
    assert checks(inspection, "warning") == set()
    assert inspection.skills[0].hit_rate == 1.0


@pytest.mark.parametrize(
    "view",
    [NOISE, 0.05 * (PRICE - PRICE.shift(8)), -0.05 * (PRICE - PRICE.shift(1))],
    ids=["noise", "momentum", "reversal"],
)
def test_honest_forecasts_are_left_alone(view: pl.Expr, tmp_path: Path) -> None:
    inspection = seen(forecasts(view), tmp_path, CANDLES)
    assert checks(inspection) == set()
    assert 0.3 < (inspection.skills[0].hit_rate or 0.0) < 0.7
    assert {one.symbol for one in inspection.skills} == {"*", *CANDLES["symbol"].unique()}


def test_a_reversal_stamped_with_the_open_of_its_last_bar_knows_that_bar(tmp_path: Path) -> None:
    honest = forecasts(-0.05 * (PRICE - PRICE.shift(2)))
    early = honest.with_columns(pl.col("issued_at") - HOUR)
    found = finding(seen(early, tmp_path, CANDLES), "knows_next_bars")
    assert "with bar 1 after issue" in found.places[0]


@pytest.mark.parametrize("hours", [-3, 2])
def test_a_price_forecast_of_another_time_zone_shows_its_shift(hours: int, tmp_path: Path) -> None:
    rows = forecasts((PRICE + NOISE / 100.0).exp(), "price")
    assert "shifted" not in checks(seen(rows, tmp_path, CANDLES))
    moved = rows.with_columns(pl.col("issued_at") + hours * HOUR)
    found = finding(seen(moved, tmp_path, CANDLES), "shifted")
    assert f"{-hours:+d} bars" in found.places[0]


def test_no_overlap_is_an_error(tmp_path: Path) -> None:
    later = FORECASTS.with_columns(pl.col("issued_at") + 9_000 * HOUR)
    assert checks(seen(later, tmp_path, CANDLES), "error") == {"no_overlap"}


def test_forecasts_outside_the_candles_are_a_note_and_unknown_coins_an_error(
    tmp_path: Path,
) -> None:
    few = CANDLES.filter(pl.col("ts") < CANDLES["ts"].median())
    assert "outside" in checks(seen(FORECASTS, tmp_path, few), "note")
    without = CANDLES.filter(pl.col("symbol") != "BTC")
    assert finding(seen(FORECASTS, tmp_path, without), "no_candles").places == ("BTC",)


def test_a_horizon_that_ends_within_a_bar_is_an_error(tmp_path: Path) -> None:
    odd = FORECASTS.with_columns(horizon_s=pl.lit(5_000))
    assert "horizon" in checks(seen(odd, tmp_path, CANDLES), "error")


def test_candles_say_nothing_about_funding(tmp_path: Path) -> None:
    rows = CANDLES.select("ts", "symbol", rate=pl.lit(1e-4))
    with pytest.raises(DataError, match="leave --candles out"):
        seen(rows, tmp_path, CANDLES)
