"""Candles: what is in the file stands on the grid, and what is wrong is said in one line."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.adapters.parquet.recorded import Row, at, bar, write
from trimtab.adapters.parquet.candles import read_candles
from trimtab.adapters.parquet.errors import DataError
from trimtab.domain.observations import CLOSE, HIGH, OPEN
from trimtab.domain.units import HOUR, Coin

BTC, ETH = Coin("BTC"), Coin("ETH")
TWO_COINS = [bar(symbol, hour) for symbol in ("BTC", "ETH") for hour in range(3)]


def refusal(path: Path, *symbols: str) -> str:
    with pytest.raises(DataError) as refused:
        read_candles(path, symbols or None)
    return str(refused.value)


def test_bars_stand_in_a_grid_of_row_field_and_coin_and_cannot_be_changed(tmp_path: Path) -> None:
    candles = read_candles(
        write(tmp_path / "c.parquet", [*TWO_COINS[:-1], bar("ETH", 2, high=13.5)])
    )
    assert (candles.coins, candles.interval, candles.gaps) == ((BTC, ETH), HOUR, (0, 0))
    assert candles.closes_at.tolist() == [at(1), at(2), at(3)]
    assert candles.bars[:, HIGH].tolist() == [[12.0, 12.0], [12.0, 12.0], [12.0, 13.5]]
    assert candles.bars.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        candles.bars[0, 0, 0] = 1.0


def test_coins_come_in_the_order_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "c.parquet", [*TWO_COINS, *(bar("SOL", hour) for hour in range(3))])
    assert read_candles(path, ["SOL", "BTC"]).coins == ("SOL", "BTC")


def test_only_bars_that_open_within_the_time_asked_for_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "c.parquet", [bar("BTC", hour) for hour in range(9)])
    candles = read_candles(path, start=at(2), end=at(5))
    assert candles.closes_at.tolist() == [at(3), at(4), at(5)]


def test_a_file_may_be_sorted_by_time_instead_of_by_coin(tmp_path: Path) -> None:
    by_time = sorted(TWO_COINS, key=lambda row: str(row["ts"]))
    one, other = write(tmp_path / "a.parquet", by_time), write(tmp_path / "b.parquet", TWO_COINS)
    np.testing.assert_array_equal(read_candles(one).bars, read_candles(other).bars)


def test_missing_bars_are_nan_and_counted_and_told(tmp_path: Path) -> None:
    rows = [*(bar("BTC", hour) for hour in (0, 1, 4, 5)), *(bar("ETH", hour) for hour in (2, 3))]
    candles = read_candles(write(tmp_path / "c.parquet", rows))
    assert np.isnan(candles.bars[:, CLOSE]).tolist() == [
        [False, True], [False, True], [True, False], [True, False], [False, True], [False, True]
    ]  # fmt: skip
    assert candles.gaps == (2, 0)
    assert candles.warning() == "2 bars are missing and count as no trade: BTC 2"


def test_single_precision_gives_back_the_figures_of_the_exchange(tmp_path: Path) -> None:
    rows = [bar("BTC", 0, open=10.123, high=12.0), bar("BTC", 1, open=0.0001234567, low=0.0001)]
    path = write(tmp_path / "c.parquet", rows)
    pl.read_parquet(path).with_columns(pl.col(pl.Float64).cast(pl.Float32)).write_parquet(path)
    assert read_candles(path).bars[:, OPEN, 0].tolist() == [10.123, 0.0001234567]


def test_double_precision_is_taken_as_it_is(tmp_path: Path) -> None:
    rows = [bar("BTC", 0, open=10.123456789012), bar("BTC", 1)]
    assert read_candles(write(tmp_path / "c.parquet", rows)).bars[0, OPEN, 0] == 10.123456789012


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.parquet"
    assert refusal(path) == f"{path}: no such file: check the path"


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    path.write_text("ts,symbol,open\n", encoding="utf-8")
    assert refusal(path) == f"{path}: not a Parquet file: convert it to Parquet first"


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "c.parquet", TWO_COINS)
    data = bytearray(path.read_bytes())
    data[4:60] = b"\xff" * 56
    path.write_bytes(data)
    assert refusal(path).startswith(f"{path}: damaged (")


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    rows = [{"ts": at(0), "symbol": "BTC", "open": 1.0, "high": 1.0, "low": 1.0, "last": 1.0}]
    path = write(tmp_path / "c.parquet", rows)
    assert refusal(path) == (
        f"{path}: column close, volume missing; the file has ts, symbol, open, high, low, last: "
        f"rename or add it"
    )


def test_a_symbol_without_bars_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "c.parquet", TWO_COINS)
    assert refusal(path, "BTC", "DOGE") == (
        f"{path}: no bars for DOGE: leave out, or add the candles"
    )


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "c.parquet", TWO_COINS)
    pl.read_parquet(path).clear().write_parquet(path)
    assert refusal(path) == f"{path}: no bars in the time asked for: widen it, or check the file"


NOON = "BTC at 2024-01-01 12:00 UTC"


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (bar("BTC", 12, open="ten"), "column open is String; it must be a number: convert it"),
        (bar("BTC", 12, ts=None), "ts is empty (row 1 of those read): fill or remove it"),
        (
            bar("BTC", 12, close=float("nan")),
            f"{NOON}: close is nan; it must be a number above 0: correct or remove the bar",
        ),
        (
            bar("BTC", 12, close=None),
            f"{NOON}: close is nan; it must be a number above 0: correct or remove the bar",
        ),
        (
            bar("BTC", 12, high=float("inf")),
            f"{NOON}: high is inf; it must be a number above 0: correct or remove the bar",
        ),
        (
            bar("BTC", 12, low=-9.0),
            f"{NOON}: low is -9; it must be a number above 0: correct or remove the bar",
        ),
        (
            bar("BTC", 12, open=0.0),
            f"{NOON}: open is 0; it must be a number above 0: correct or remove the bar",
        ),
        (
            bar("BTC", 12, volume=-1.0),
            f"{NOON}: volume is -1; it must be a number 0 or more: correct or remove the bar",
        ),
        (
            bar("BTC", 12, high=8.0),
            f"{NOON}: high 8 is below low 9: correct or remove the bar",
        ),
        (bar("BTC", 11), "BTC has two rows at 2024-01-01 11:00 UTC: remove one"),
        (
            bar("BTC", 9),
            "BTC has 2024-01-01 09:00 UTC after 2024-01-01 11:00 UTC: sort the file by time",
        ),
        (
            bar("BTC", 12.5),
            (
                "BTC at 2024-01-01 12:30 UTC is off the grid of 1:00:00 bars that begins at "
                "2024-01-01 11:00 UTC: remove or resample it"
            ),
        ),
    ],
)
def test_a_bad_bar_is_refused_in_one_line(tmp_path: Path, row: Row, complaint: str) -> None:
    good = [bar("BTC", 11), row, *(bar("BTC", hour) for hour in (13, 14, 15, 16))]
    path = tmp_path / "c.parquet"
    if row["open"] == "ten":
        good = [{**each, "open": "ten"} for each in good]
    assert refusal(write(path, good)) == f"{path}: {complaint}"


def test_one_bar_does_not_tell_how_long_a_bar_is(tmp_path: Path) -> None:
    path = write(tmp_path / "c.parquet", [bar("BTC", 0), bar("ETH", 1)])
    assert refusal(path) == f"{path}: one bar a coin does not tell how long a bar is: add bars"


@given(
    some.sets(some.integers(0, 30)), some.sets(some.integers(0, 40)), some.integers(1, 9_999_999)
)
@settings(max_examples=40)
def test_whatever_is_written_is_read_and_nothing_else(
    missing: set[int], there: set[int], figure: int
) -> None:
    """A coin with some gaps beside one that is there only sometimes."""
    kept = [*(hour for hour in range(31) if hour not in missing), *range(31, 200)]
    price = figure / 1_000
    changes = {"open": price, "high": price, "low": price, "close": price}
    rows = [*(bar("BTC", h, **changes) for h in kept), *(bar("ETH", h) for h in sorted(there))]
    with TemporaryDirectory() as folder:
        candles = read_candles(write(Path(folder) / "c.parquet", rows))
    first = (int(candles.closes_at[0]) - at(1)) // HOUR
    closes = candles.bars[:, CLOSE]
    for place, hours in enumerate([set(kept), there] if there else [set(kept)]):
        assert {first + int(row) for row in np.flatnonzero(closes[:, place] > 0.0)} == hours
    assert set(closes[~np.isnan(closes[:, 0]), 0].tolist()) == {price}
    assert candles.gaps[0] == len(missing - set(range(min(kept))))
