"""Funding: settled rates, and the mean of the known coins where a rate is unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.adapters.parquet.recorded import at, hourly, settlement, write
from trimtab.adapters.parquet.errors import DataError
from trimtab.adapters.parquet.funding import read_funding

CANDLES = hourly(["BTC", "ETH", "DOGE"], 48)


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as refused:
        read_funding(path, CANDLES)
    return str(refused.value)


def test_unknown_coins_get_the_mean_of_the_known_ones_and_are_listed(tmp_path: Path) -> None:
    rows = [settlement("BTC", 8, 0.0001), settlement("ETH", 8, 0.0003)]
    funding = read_funding(write(tmp_path / "f.parquet", rows), CANDLES)
    np.testing.assert_allclose(funding.rates, [[0.0001, 0.0003, 0.0002]], rtol=1e-15)
    assert funding.assumed.tolist() == [[False, False, True]]
    assert funding.warning() == ("funding is partly assumed (the mean of the known coins) for DOGE")


def test_rates_are_assumed_before_the_first_and_after_the_last_known_one(tmp_path: Path) -> None:
    rows = [*(settlement("BTC", hour, 0.0001) for hour in (8, 16, 24)),
            *(settlement(coin, 16, 0.0003) for coin in ("ETH", "DOGE"))]  # fmt: skip
    funding = read_funding(write(tmp_path / "f.parquet", rows), CANDLES)
    assert funding.rates[:, 1].tolist() == [0.0001, 0.0003, 0.0001]
    assert funding.assumed[:, 1].tolist() == [True, False, True]


def test_a_coin_that_settles_less_often_pays_nothing_in_between(tmp_path: Path) -> None:
    rows = [*(settlement("BTC", hour, 0.0001) for hour in (8, 16)),
            *(settlement("ETH", hour, 0.0001) for hour in (8, 12, 16))]  # fmt: skip
    funding = read_funding(write(tmp_path / "f.parquet", rows), CANDLES)
    assert np.isnan(funding.rates[:, 0]).tolist() == [False, True, False]
    assert not funding.assumed[:, 0].any()


def test_all_known_needs_no_warning(tmp_path: Path) -> None:
    rows = [settlement(coin, 8, 0.0001) for coin in ("BTC", "ETH", "DOGE")]
    assert read_funding(write(tmp_path / "f.parquet", rows), CANDLES).warning() is None


def test_only_settlements_within_the_candles_are_kept(tmp_path: Path) -> None:
    rows = [settlement("BTC", hour, 0.0001) for hour in (-8, 0, 8, 48, 56)]
    funding = read_funding(write(tmp_path / "f.parquet", rows), CANDLES)
    assert funding.settled_at.tolist() == [at(8), at(48)]


def test_single_precision_gives_back_the_settled_rate(tmp_path: Path) -> None:
    path = write(tmp_path / "f.parquet", [settlement("BTC", 8, 0.0001)])
    pl.read_parquet(path).with_columns(pl.col("rate").cast(pl.Float32)).write_parquet(path)
    assert read_funding(path, CANDLES).rates[0, 0] == 0.0001


@pytest.mark.parametrize(("rate", "shown"), [(float("nan"), "nan"), (1.5, "1.5"), (-1.0, "-1")])
def test_a_rate_that_is_no_fraction_is_refused(tmp_path: Path, rate: float, shown: str) -> None:
    path = write(tmp_path / "f.parquet", [settlement("BTC", 8, rate)])
    assert refusal(path) == (
        f"{path}: BTC at 2024-01-01 08:00 UTC: rate is {shown}; "
        f"it must be a fraction of the notional: correct or remove it"
    )


def test_a_repeated_settlement_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "f.parquet", [settlement("BTC", 8, 0.0001)] * 2)
    assert refusal(path) == f"{path}: BTC has two rows at 2024-01-01 08:00 UTC: remove one"


def test_a_file_for_other_coins_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "f.parquet", [settlement("SOL", 8, 0.0001)])
    assert refusal(path) == f"{path}: no funding for any coin of the candles: check the symbols"
