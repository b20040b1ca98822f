"""Whatever is wrong with a file or an option is told in one line, before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.files import Files

Spoil = Callable[[pl.DataFrame], pl.DataFrame]


def complaint(answer: Answer) -> str:
    """The last line of a refusal; notes on gaps may stand before it."""
    assert answer.code == 2
    assert answer.out == ""
    assert "Traceback" not in answer.err
    *notes, line = answer.err.splitlines()
    assert all(note.startswith("note ") for note in notes)
    return line.removeprefix("trimtab: ")


def spoilt(files: Files, which: str, folder: Path, spoil: Spoil) -> Files:
    """The same files with one of them spoilt."""
    path = folder / f"{which}.parquet"
    spoil(pl.read_parquet(getattr(files, which))).write_parquet(path)
    return files._replace(**{which: path})


def with_cell(row: int, **values: object) -> Spoil:
    """Changes one row."""

    def spoil(frame: pl.DataFrame) -> pl.DataFrame:
        here = pl.int_range(pl.len()) == row
        return frame.with_columns(
            pl.when(here).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
            for name, value in values.items()
        )

    return spoil


def swapped(frame: pl.DataFrame) -> pl.DataFrame:
    """The first hour after the second."""
    hours = frame.partition_by("ts", maintain_order=True)
    return pl.concat([hours[1], hours[0], *hours[2:]])


def repeated(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame.head(1), frame])


def looking_ahead(frame: pl.DataFrame) -> pl.DataFrame:
    until = pl.col("issued_at") + pl.duration(hours=1)
    return frame.with_columns(data_until=until)


CANDLES: dict[str, tuple[Spoil, str]] = {
    "a missing column": (
        lambda frame: frame.drop("volume"),
        "column volume missing; the file has ts, symbol, open, high, low, close: rename or add it",
    ),
    "a column of the wrong type": (
        lambda frame: frame.with_columns(pl.col("close").cast(pl.String)),
        "column close is String; it must be a number: convert it",
    ),
    "rows out of order": (
        swapped,
        "BTC has 2024-01-01 00:00 UTC after 2024-01-01 01:00 UTC: sort the file by time",
    ),
    "a row twice": (repeated, "BTC has two rows at 2024-01-01 00:00 UTC: remove one"),
    "not a number": (
        with_cell(0, close=float("nan")),
        (
            "BTC at 2024-01-01 00:00 UTC: close is nan; it must be a number above 0: "
            "correct or remove the bar"
        ),
    ),
    "a negative price": (
        with_cell(1, open=-3.0),
        (
            "ETH at 2024-01-01 00:00 UTC: open is -3; it must be a number above 0: "
            "correct or remove the bar"
        ),
    ),
    "a high below its low": (
        with_cell(0, high=1.0, low=2.0),
        "BTC at 2024-01-01 00:00 UTC: high 1 is below low 2: correct or remove the bar",
    ),
    "no rows": (
        lambda frame: frame.head(0),
        "no bars for BTC, ETH, SOL, NEAR: leave out, or add the candles",
    ),
    "a coin without bars": (
        lambda frame: frame.filter(pl.col("symbol") != "SOL"),
        "no bars for SOL: leave out, or add the candles",
    ),
}

PREDICTIONS: dict[str, tuple[Spoil, str]] = {
    "a forecast that looks ahead": (
        looking_ahead,
        (
            "trend-8h on BTC at 2024-01-04 01:00 UTC looks ahead: its data_until is "
            "2024-01-04 02:00 UTC: issue it when its last bar has closed"
        ),
    ),
    "not a number": (
        with_cell(0, value=float("nan")),
        (
            "trend-8h on BTC at 2024-01-04 01:00 UTC: value is nan; it must be a finite number: "
            "correct or remove the forecast"
        ),
    ),
    "an unknown kind": (
        lambda frame: frame.with_columns(kind=pl.lit("guess")),
        "topic trend-8h has kind guess: use one of log_return, price, volatility, classification",
    ),
    "a horizon between bars": (
        lambda frame: frame.with_columns(horizon_s=pl.lit(5_000)),
        "topic trend-8h has horizon_s 5000: it must be a positive multiple of the bar, 1:00:00",
    ),
    "two horizons": (
        with_cell(0, horizon_s=3_600),
        "topic trend-8h has several kinds or horizons: give each a topic of its own",
    ),
}

FUNDING: dict[str, tuple[Spoil, str]] = {
    "an impossible rate": (
        with_cell(0, rate=2.0),
        (
            "BTC at 2024-01-01 08:00 UTC: rate is 2; it must be a fraction of the notional: "
            "correct or remove it"
        ),
    ),
    "other coins": (
        lambda frame: frame.with_columns(symbol=pl.lit("XYZ")),
        "no funding for any coin of the candles: check the symbols",
    ),
}


@pytest.mark.parametrize(
    ("which", "spoil", "words"),
    [
        pytest.param(which, spoil, words, id=f"{which}: {what}")
        for which, cases in (
            ("candles", CANDLES),
            ("predictions", PREDICTIONS),
            ("funding", FUNDING),
        )
        for what, (spoil, words) in cases.items()
    ],
)
def test_a_bad_file_is_refused_with_file_place_value_and_mend(
    recorded: Files, tmp_path: Path, which: str, spoil: Spoil, words: str
) -> None:
    files = spoilt(recorded, which, tmp_path, spoil)
    answer = trimtab("backtest", *files.options())
    assert complaint(answer) == f"{getattr(files, which)}: {words}"


def test_what_is_not_parquet_is_refused(recorded: Files, tmp_path: Path) -> None:
    text = tmp_path / "candles.parquet"
    text.write_text("ts,symbol\n", encoding="utf-8")
    answer = trimtab("backtest", *recorded._replace(candles=text).options())
    assert complaint(answer) == f"{text}: not a Parquet file: convert it to Parquet first"


@pytest.mark.parametrize("which", ["candles", "predictions", "funding"])
def test_a_file_that_is_not_there_is_named(recorded: Files, tmp_path: Path, which: str) -> None:
    files = recorded._replace(**{which: tmp_path / "none.parquet"})
    answer = trimtab("backtest", *files.options())
    assert complaint(answer) == f"{tmp_path / 'none.parquet'}: no such file: check the path"


OPTIONS = {
    "an unknown topic": (
        ("--topics", "trend-9h"),
        "{predictions}: no topic trend-9h: choose from trend-8h, price-4h",
    ),
    "an unknown coin": (
        ("--symbols", "BTC,DOGE"),
        "{candles}: no bars for DOGE: leave out, or add the candles",
    ),
    "a date that is none": (
        ("--from", "first of May"),
        "--from 'first of May': not a date; write it as 2022-07-01",
    ),
    "a month that is none": (
        ("--to", "2024-13-01"),
        "--to '2024-13-01': not a date; write it as 2022-07-01",
    ),
    "a beginning after the end": (
        ("--from", "2030-01-01"),
        "--from 2030-01-01: the candles end at 2024-01-21 00:00 UTC: choose an earlier moment",
    ),
    "an end before the beginning": (
        ("--from", "2024-01-10", "--to", "2024-01-05"),
        "--from 2024-01-10: the candles end at 2024-01-05 00:00 UTC: choose an earlier moment",
    ),
    "an end before the data": (
        ("--to", "2020-01-01"),
        "{candles}: no bars before 2020-01-01 00:00 UTC: choose a later end, or check the file",
    ),
    "a configuration that is not there": (
        ("--config", "none.toml"),
        "none.toml: no such file: `trimtab init` writes one",
    ),
    "figures for a folder that is not there": (
        ("--json", "none/out.json"),
        "none/out.json: the folder none does not exist: make it first",
    ),
    "a report in place of a folder": (("--report", "."), ".: is a folder: name a file in it"),
    "a journal in a folder that is not there": (
        ("--journal", "none/run.db"),
        "none/run.db: the folder does not exist: make it first",
    ),
}


@pytest.mark.parametrize(("more", "words"), OPTIONS.values(), ids=OPTIONS)
def test_a_bad_option_is_refused_with_its_value_and_the_mend(
    recorded: Files, more: tuple[str, ...], words: str
) -> None:
    answer = trimtab("backtest", *recorded.options(), *more)
    assert complaint(answer) == words.format(**recorded._asdict())


def test_topics_without_forecasts_are_refused(recorded: Files) -> None:
    answer = trimtab("backtest", "--candles", recorded.candles, "--topics", "trend-8h")
    assert complaint(answer) == "--topics trend-8h: add --predictions, the file of the forecasts"


@pytest.mark.parametrize("command", ["backtest", "compare"])
def test_a_bad_configuration_is_refused(recorded: Files, tmp_path: Path, command: str) -> None:
    config = tmp_path / "trimtab.toml"
    config.write_text('[thresholds]\n"trend-9h" = 0.1\n', encoding="utf-8")
    answer = trimtab(command, *recorded.options(), "--config", config)
    assert complaint(answer) == (
        f"{config}: thresholds.trend-9h is 0.1, but no such topic is read (trend-8h, price-4h): "
        "correct or remove it"
    )


@pytest.mark.parametrize(
    ("command", "option"),
    [("context", "--out"), ("context", "--events"), ("accuracy", "--out"), ("accuracy", "--json"),
     ("compare", "--report"), ("compare", "--json"), ("demo", "--json"), ("replay", "--json")],
)  # fmt: skip
def test_where_nothing_can_be_written_nothing_is_begun(command: str, option: str) -> None:
    inputs = {"replay": ("run.db",), "demo": ()}.get(command, ("--candles", "none.parquet"))
    answer = trimtab(command, *inputs, option, "none/file")
    assert complaint(answer) == "none/file: the folder none does not exist: make it first"


def test_gaps_are_no_error_but_told(recorded: Files) -> None:
    answer = trimtab("backtest", "--candles", recorded.candles, "--symbols", "BTC")
    assert answer.code == 0
    assert answer.err.startswith("note ")
    assert " bars are missing and count as no trade: BTC " in answer.err.splitlines()[0]
