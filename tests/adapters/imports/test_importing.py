"""What other programs have written comes back as it was, or is refused with its row."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.adapters.imports import programs
from tests.adapters.imports.programs import CANDLES, FUNDING, of
from tests.builders.recorded_traffic import all_recorded
from trimtab.adapters.imports.imported import Wish
from trimtab.adapters.imports.importing import read_source, save
from trimtab.adapters.imports.names import coin_of
from trimtab.adapters.parquet.candles import read_candles
from trimtab.adapters.parquet.errors import DataError


def same(got: pl.DataFrame, wanted: pl.DataFrame) -> None:
    """The same rows in whatever order."""
    assert_frame_equal(got.sort("ts", "symbol"), wanted.sort("ts", "symbol"), check_exact=True)


def test_candles_of_freqtrade_come_back(tmp_path: Path) -> None:
    folder = programs.write_freqtrade(tmp_path / "futures")
    imported = read_source(folder, Wish())
    assert (imported.layout, imported.contract) == ("freqtrade", "candles")
    same(imported.frame, CANDLES)
    save(imported.frame, tmp_path / "candles.parquet")
    assert set(read_candles(tmp_path / "candles.parquet").coins) == set(programs.COINS)


def test_funding_of_freqtrade_comes_back_at_the_full_minute(tmp_path: Path) -> None:
    folder = programs.write_freqtrade(tmp_path / "futures")
    imported = read_source(folder, Wish(funding=True))
    assert imported.contract == "funding"
    same(imported.frame, FUNDING)


def test_several_bar_lengths_have_to_be_chosen_from(tmp_path: Path) -> None:
    folder = programs.write_freqtrade(tmp_path / "futures")
    programs.freqtrade_candles("BTC").write_ipc(folder / "BTC_USDT_USDT-5m-futures.feather")
    with pytest.raises(DataError, match="bars of 1h, 5m: choose one by --timeframe"):
        read_source(folder, Wish())
    same(read_source(folder, Wish(timeframe="1h")).frame, CANDLES)


def test_the_table_of_jesse_comes_back_with_its_own_order(tmp_path: Path) -> None:
    imported = read_source(programs.write_jesse(tmp_path / "candles.csv", header=True), Wish())
    assert imported.layout == "jesse"
    same(imported.frame, CANDLES)


def test_bar_lengths_of_jesse_are_chosen_and_lines_stay_those_of_the_file(tmp_path: Path) -> None:
    path = programs.write_jesse(tmp_path / "candles.csv", header=True)
    text = path.read_text(encoding="utf-8")
    rows = text.splitlines()[1:]
    minute = [row.replace(",1h", ",1m") for row in rows]
    path.write_text("\n".join([text.splitlines()[0], *minute, *rows]), encoding="utf-8")
    with pytest.raises(DataError, match="bars of 1h, 1m: choose one by --timeframe"):
        read_source(path, Wish())
    with pytest.raises(DataError, match="--timeframe 4h: it has 1h, 1m"):
        read_source(path, Wish(timeframe="4h"))
    same(read_source(path, Wish(timeframe="1h")).frame, CANDLES)
    wrong = rows[0].replace(rows[0].split(",")[2], "none", 1)
    path.write_text("\n".join([text.splitlines()[0], *minute, wrong]), encoding="utf-8")
    with pytest.raises(DataError, match=f"line {len(minute) + 2}: open is 'none', no number"):
        read_source(path, Wish(timeframe="1h"))


def test_names_for_a_file_without_a_header_are_refused(tmp_path: Path) -> None:
    path = programs.write_jesse(tmp_path / "BTC-USDT.csv", header=False)
    with pytest.raises(DataError, match="--column names nothing"):
        read_source(path, Wish(columns={"ts": "when"}))


def test_bare_figures_of_jesse_are_known_by_their_order(tmp_path: Path) -> None:
    imported = read_source(programs.write_jesse(tmp_path / "BTC-USDT.csv", header=False), Wish())
    assert imported.layout == "jesse"
    same(imported.frame, of("BTC"))
    assert any("symbol BTC, from the file's name" in word for word in imported.words)


def test_bare_figures_in_the_usual_order_are_no_jesse(tmp_path: Path) -> None:
    path = tmp_path / "BTCUSDT.csv"
    of("BTC").select(pl.col("ts").dt.epoch("ms"), *programs.FIGURES).write_csv(
        path, include_header=False
    )
    imported = read_source(path, Wish())
    assert imported.layout == "csv"
    same(imported.frame, of("BTC"))


def test_answers_of_hyperliquid_come_back(tmp_path: Path) -> None:
    imported = read_source(programs.write_hyperliquid(tmp_path / "candles.json"), Wish())
    assert (imported.layout, imported.contract) == ("hyperliquid", "candles")
    same(imported.frame, CANDLES)
    rates = read_source(programs.write_hyperliquid_funding(tmp_path / "funding.json"), Wish())
    assert rates.contract == "funding"
    same(rates.frame, FUNDING)


def recorded_answers() -> list[list[dict[str, Any]]]:
    """Bodies of answers to candleSnapshot and fundingHistory."""
    files = [
        json.loads(raw)
        for name, raw in all_recorded("hyperliquid").items()
        if re.search(r"cassettes/get_(candles|funding_history)", name)
    ]
    bodies = [one["response"]["body"] for file in files for one in file["interactions"]]
    return [body for body in bodies if isinstance(body, list) and {"t", "fundingRate"} & {*body[0]}]


def test_recorded_answers_of_hyperliquid_are_read(tmp_path: Path) -> None:
    contracts: set[str] = set()
    for answer in recorded_answers():
        path = tmp_path / "answer.json"
        path.write_text(json.dumps(answer), encoding="utf-8")
        imported = read_source(path, Wish())
        assert len(imported.frame) == len(answer)
        contracts.add(imported.contract)
    assert contracts == {"candles", "funding"}


def test_columns_of_a_csv_are_guessed_and_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    frame = CANDLES.select(
        pl.col("ts").dt.strftime("%Y-%m-%d %H:%M:%S").alias("Date"),
        (pl.col("symbol") + "/USDT:USDT").alias("Pair"), pl.col("open").alias("Open"),
        pl.col("high").alias("High"), pl.col("low").alias("Low"), pl.col("close").alias("Close"),
        pl.col("volume").alias("Volume BTC"), pl.lit(1.0).alias("Volume USDT"),
    )  # fmt: skip
    frame.write_csv(path)
    imported = read_source(path, Wish())
    same(imported.frame, CANDLES)
    assert "ts = Date" in imported.words[0]
    assert "volume = Volume BTC" in imported.words[0]


def test_columns_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    of("BTC").drop("symbol").rename({"ts": "when", "volume": "amount"}).write_csv(path)
    with pytest.raises(DataError, match="no column for ts, volume; it has when, open"):
        read_source(path, Wish())
    wish = Wish("BTC", {"ts": "when", "volume": "amount"})
    same(read_source(path, wish).frame, of("BTC"))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_local_times_are_brought_to_utc(zone: str, tmp_path: Path) -> None:
    path = tmp_path / "local.csv"
    local = pl.col("ts").dt.convert_time_zone(zone).dt.strftime("%d.%m.%Y %H:%M")
    CANDLES.with_columns(local).write_csv(path)
    same(read_source(path, Wish(time_zone=zone)).frame, CANDLES)


@pytest.mark.parametrize("descending", [False, True], ids=["forwards", "backwards"])
def test_the_hour_that_autumn_repeats_is_told_apart(tmp_path: Path, *, descending: bool) -> None:
    shift = pl.lit(CANDLES["ts"][0]) - pl.datetime(2023, 10, 28, time_zone="UTC")
    wanted = CANDLES.with_columns(pl.col("ts") - shift).sort("ts", descending=descending)
    path = tmp_path / "local.csv"
    local = pl.col("ts").dt.convert_time_zone("Europe/Berlin").dt.strftime("%Y-%m-%d %H:%M")
    wanted.with_columns(local).write_csv(path)
    same(read_source(path, Wish(time_zone="Europe/Berlin")).frame, wanted)


def test_an_hour_that_spring_leaves_out_is_no_time(tmp_path: Path) -> None:
    path = tmp_path / "BTC.csv"
    path.write_text("ts,open,high,low,close,volume\n2023-03-26 02:30,1,1,1,1,1\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"line 2: ts is '2023-03-26 02:30', no time \(in Europe/Berlin\)"
    ):
        read_source(path, Wish(time_zone="Europe/Berlin"))


def test_closes_a_millisecond_early_are_closes(tmp_path: Path) -> None:
    path = tmp_path / "closes.csv"
    CANDLES.with_columns(pl.col("ts").dt.offset_by("1h").dt.epoch("ms") - 1).write_csv(path)
    same(read_source(path, Wish(stamp="close")).frame, CANDLES)


def test_stamps_of_the_close_are_taken_back_to_the_open(tmp_path: Path) -> None:
    path = tmp_path / "closes.csv"
    CANDLES.with_columns(pl.col("ts").dt.offset_by("1h").dt.epoch("s")).write_csv(path)
    imported = read_source(path, Wish(stamp="close"))
    same(imported.frame, CANDLES)
    assert any("1:00:00 were taken off" in word for word in imported.words)


@pytest.mark.parametrize("unit", ["s", "ms", "us"])
def test_numbers_are_times_by_their_size(unit: str, tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    CANDLES.with_columns(pl.col("ts").dt.epoch(unit)).write_csv(path)  # type: ignore[arg-type]
    same(read_source(path, Wish()).frame, CANDLES)


@pytest.mark.parametrize(
    ("column", "value", "complaint"),
    [
        ("close", "12,5", r"line 5: close is '12,5', no number"),
        ("ts", "yesterday", r"line 5: ts is 'yesterday', no time"),
        ("ts", "", r"line 5: the time is empty"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_by_line(
    column: str, value: str, complaint: str, tmp_path: Path
) -> None:
    path = tmp_path / "BTC.csv"
    text = of("BTC").with_columns(
        pl.col("ts").dt.strftime("%Y-%m-%d %H:%M"), pl.col("close").cast(pl.String)
    )
    here = pl.when(pl.int_range(pl.len()) == 3).then(pl.lit(value)).otherwise(pl.col(column))
    text.with_columns(here.alias(column)).write_csv(path)
    with pytest.raises(DataError, match=complaint):
        read_source(path, Wish())


def test_an_entry_that_is_no_candle_is_told_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    entries = json.loads(programs.write_hyperliquid(path).read_text(encoding="utf-8"))[0]
    del entries[4]["c"]
    path.write_text(json.dumps(entries), encoding="utf-8")
    with pytest.raises(DataError, match=r"entry 5: no candle of Hyperliquid \(.*`c`"):
        read_source(path, Wish())


def test_equal_rows_are_taken_once(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    pl.concat([CANDLES, CANDLES.head(3)]).write_csv(path)
    imported = read_source(path, Wish())
    same(imported.frame, CANDLES)
    assert imported.words[-1].startswith("3 rows were there twice")


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("notes.md", "hello", "of no layout that is known"),
        ("x.json", "{}", "no JSON list"),
        ("BTC_USDT_USDT-1h-futures.feather", "not feather", "damaged"),
        ("x.csv", "a,b\n1,2\n", "no column for ts, open"),
        ("x.csv", "1,2,3\n", "columns without a header"),
        ("x.csv", "", "no CSV"),
    ],
)
def test_files_of_nothing_known_are_refused(
    name: str, content: str, complaint: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=complaint):
        read_source(path, Wish())


@pytest.mark.parametrize(
    "symbol",
    ["BTC", "BTC/USDT:USDT", "BTC-USDT", "BTC_USDT", "BTCUSDT", "BTC-PERP", "BTCUSD", "BTC/USD"],
)
def test_symbols_lose_their_quote(symbol: str) -> None:
    assert coin_of(symbol) == "BTC"


def test_a_zone_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "BTC.csv"
    of("BTC").write_csv(path)
    with pytest.raises(DataError, match="--time-zone Mars: no such zone"):
        read_source(path, Wish(time_zone="Mars"))
