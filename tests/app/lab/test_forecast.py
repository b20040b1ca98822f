"""trimtab lab forecast: from candles to a file of forecasts that the system reads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.builders.commands import trimtab
from tests.builders.files import Files, write_world

LONG = 24 * 70


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_world(tmp_path_factory.mktemp("long"), rows=LONG)


def forecast(market: Files, out: Path, *options: str) -> pl.DataFrame:
    answer = trimtab(
        "lab", "forecast", "--candles", str(market.candles), "--out", str(out), *options
    )  # fmt: skip
    assert answer.code == 0, answer.err
    return pl.read_parquet(out)


def test_every_model_forecasts_in_time(market: Files, tmp_path: Path) -> None:
    told = forecast(market, tmp_path / "f.parquet", "--horizons", "8")
    assert told["topic"].unique(maintain_order=False).sort().to_list() == [
        "gbm-8h", "momentum-8h", "reversal-8h", "ridge-8h",
    ]  # fmt: skip
    assert (told["data_until"] == told["issued_at"]).all()
    learnt = told.filter(pl.col("topic").is_in(["gbm-8h", "ridge-8h"]))
    assert learnt["issued_at"].min() == datetime(2024, 2, 1, tzinfo=UTC)
    assert (learnt["lower"] < learnt["value"]).all()
    assert (learnt["value"] < learnt["upper"]).all()


def test_the_same_candles_give_the_same_bytes(market: Files, tmp_path: Path) -> None:
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    forecast(market, one)
    forecast(market, other)
    assert one.read_bytes() == other.read_bytes()


def test_cutting_the_candles_changes_no_forecast_before_the_cut(
    market: Files, tmp_path: Path
) -> None:
    cut = datetime(2024, 2, 20, 5, tzinfo=UTC)
    whole = forecast(market, tmp_path / "whole.parquet")
    short = forecast(market, tmp_path / "short.parquet", "--to", "2024-02-20T05:00")
    assert short["issued_at"].max() == cut
    assert_frame_equal(short, whole.filter(pl.col("issued_at") <= cut), check_exact=True)


def test_the_bot_trades_on_the_file(market: Files, tmp_path: Path) -> None:
    out = tmp_path / "f.parquet"
    forecast(market, out, "--models", "ridge", "--horizons", "8", "--from", "2024-02-10")
    answer = trimtab(
        "backtest", "--candles", str(market.candles), "--predictions", str(out), "--json", "-"
    )  # fmt: skip
    assert answer.code == 0, answer.err
    assert pl.read_parquet(out)["issued_at"].min() == datetime(2024, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--models", "lstm"), "--models lstm: use some of ridge, gbm, reversal, momentum"),
        (("--horizons", "8,soon"), "--horizons '8,soon': give hours joined by commas"),
        (("--horizons", "0"), "--horizons 0: give whole hours from 1 to 168"),
        (("--models", "ridge", "--to", "2024-01-20"), "nothing to forecast"),
        (("--from", "2030-01-01"), "the candles end at"),
    ],
    ids=str,
)
def test_what_cannot_be_forecast_is_told(
    market: Files, tmp_path: Path, options: tuple[str, ...], complaint: str
) -> None:
    out = tmp_path / "f.parquet"
    answer = trimtab(
        "lab", "forecast", "--candles", str(market.candles), "--out", str(out), *options
    )  # fmt: skip
    assert answer.code == 2
    assert complaint in answer.err
    assert not out.exists()
