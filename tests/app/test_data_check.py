"""trimtab data check: every way in which a file can be wrong is found, and a good one passes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.files import Files, candles, funding, predictions, write_world
from tests.builders.market import world

Spoil = Callable[[pl.DataFrame], pl.DataFrame]
CLEAN = world(5, 1_200, forecast_every=2, gaps=False)


def check(frame: pl.DataFrame, folder: Path, *words: object) -> Answer:
    path = folder / "data.parquet"
    frame.write_parquet(path)
    return trimtab("data", "check", path, "--json", "-", *words)


def found(answer: Answer, severity: str = "error") -> list[str]:
    return [one["check"] for one in answer.json["findings"] if one["severity"] == severity]


def at_row(column: str, value: object, row: int = 700) -> Spoil:
    """One cell replaced."""

    def spoil(frame: pl.DataFrame) -> pl.DataFrame:
        here = pl.int_range(pl.len()) == row
        return frame.with_columns(pl.when(here).then(pl.lit(value)).otherwise(column).alias(column))

    return spoil


def of_coin(change: Callable[[pl.Expr], pl.Expr], column: str = "ts") -> Spoil:
    """A column of the first coin changed throughout."""

    def spoil(frame: pl.DataFrame) -> pl.DataFrame:
        mine = pl.col("symbol") == frame["symbol"][0]
        return frame.with_columns(
            pl.when(mine).then(change(pl.col(column))).otherwise(column).alias(column)
        )

    return spoil


def scaled(frame: pl.DataFrame) -> pl.DataFrame:
    """From the middle on the first coin is told in thousands."""
    later = (pl.col("symbol") == frame["symbol"][0]) & (pl.col("ts") > frame["ts"].median())
    prices = ("open", "high", "low", "close")
    return frame.with_columns(
        pl.when(later).then(pl.col(each) * 1e3).otherwise(each).alias(each) for each in prices
    )


def in_milliseconds(frame: pl.DataFrame) -> pl.DataFrame:
    """Milliseconds that were read as microseconds."""
    wrong = (pl.col("ts").dt.epoch("us") // 1000).cast(pl.Datetime("us", "UTC"))
    return frame.with_columns(wrong.alias("ts"))


def frozen(frame: pl.DataFrame) -> pl.DataFrame:
    """The first coin stands still for two days."""
    mine = frame.filter(pl.col("symbol") == frame["symbol"][0])[300:348]
    still = (pl.col("symbol") == frame["symbol"][0]) & pl.col("ts").is_in(mine["ts"].to_list())
    price: float = mine["close"][0]
    prices = ("open", "high", "low", "close")
    return frame.with_columns(
        pl.when(still).then(price).otherwise(each).alias(each) for each in prices
    )


@pytest.mark.parametrize("make", [candles, predictions, funding], ids=lambda each: each.__name__)
def test_a_clean_file_passes(make: Callable[..., pl.DataFrame], tmp_path: Path) -> None:
    answer = check(make(CLEAN), tmp_path)
    assert answer.code == 0
    assert found(answer) == []
    assert answer.json["kind"] == make.__name__


UNUSABLE: list[tuple[Spoil, str]] = [
    (lambda frame: pl.concat([frame, frame[5:6]]).sort("ts"), "duplicates"),
    (lambda frame: pl.concat([frame[100:], frame[:100]]), "order"),
    (of_coin(lambda ts: ts + pl.duration(minutes=7)), "clock"),
    (of_coin(lambda ts: ts + pl.duration(hours=5)), "clock"),
    (in_milliseconds, "clock"),
    (at_row("close", float("nan")), "figures"),
    (at_row("open", -1.0), "figures"),
    (at_row("volume", -1.0), "figures"),
    (at_row("high", 1e-9), "figures"),
    (scaled, "scale"),
]


@pytest.mark.parametrize(
    ("spoil", "name"),
    UNUSABLE,
    ids=["twice", "unsorted", "off the grid", "another zone", "milliseconds", "nan", "negative",
         "volume", "high below low", "another unit"],
)  # fmt: skip
def test_bars_that_cannot_be_used_are_errors(spoil: Spoil, name: str, tmp_path: Path) -> None:
    answer = check(spoil(candles(CLEAN)), tmp_path)
    assert answer.code == 1
    assert name in found(answer)


DOUBTFUL: list[tuple[Spoil, str | None]] = [
    (lambda frame: frame.filter(pl.int_range(pl.len()) % 400 > 40), "gaps"),
    (at_row("high", 1e7), "outliers"),
    (of_coin(lambda close: close * (1.0 + 1e-9), "close"), None),
    (frozen, "frozen"),
]


@pytest.mark.parametrize(
    ("spoil", "name"),
    DOUBTFUL,
    ids=["holes", "a wick", "nothing", "frozen"],
)
def test_bars_that_are_hard_to_believe_are_warnings(
    spoil: Spoil, name: str | None, tmp_path: Path
) -> None:
    answer = check(spoil(candles(CLEAN)), tmp_path)
    assert answer.code == 0
    assert (name in found(answer, "warning")) if name else not found(answer)


def test_a_planted_look_ahead_is_refused(tmp_path: Path) -> None:
    # given forecasts that say what data they rest on, one of them a bar too late
    until = predictions(CLEAN).with_columns(data_until=pl.col("issued_at"))
    assert check(until, tmp_path).code == 0
    late = until.with_columns(
        data_until=pl.when(pl.int_range(pl.len()) == 77)
        .then(pl.col("issued_at") + pl.duration(hours=1))
        .otherwise("data_until")
    )
    # when they are checked, then the file is refused, and the first place is told
    answer = check(late, tmp_path)
    assert answer.code == 1
    (finding,) = [one for one in answer.json["findings"] if one["check"] == "look_ahead"]
    assert finding["count"] == 1
    assert len(finding["at"]) == 1
    assert "up to 1 h after their issue" in finding["words"]


def knowing(files: Files, noise: float) -> pl.DataFrame:
    """Forecasts made of the future itself, and nothing said about their data."""
    market, views = CLEAN.market, predictions(CLEAN)
    closes = {
        (at, coin): market.bars[row, 3, place]
        for row, at in enumerate(market.closes_at.tolist())
        for place, coin in enumerate(market.coins)
    }
    random = np.random.default_rng(1)
    values = [
        np.log(closes[at + hours * 3_600_000_000, coin] / closes[at, coin]) + random.normal(0.0, noise)
        if (at + hours * 3_600_000_000, coin) in closes
        else 0.0
        for at, coin, hours in zip(
            views["issued_at"].dt.epoch("us"), views["symbol"], views["horizon_s"] // 3600, strict=True
        )
    ]  # fmt: skip
    assert files.candles.exists()
    return views.with_columns(value=pl.Series(values), kind=pl.lit("log_return"))


@pytest.fixture
def files(tmp_path: Path) -> Files:
    folder = tmp_path / "world"
    folder.mkdir()
    made = write_world(folder)
    candles(CLEAN).write_parquet(made.candles)
    return made


def test_a_hit_rate_that_nobody_has_is_a_warning_unless_it_is_meant(
    files: Files, tmp_path: Path
) -> None:
    frame = knowing(files, 0.002)
    answer = check(frame, tmp_path, "--candles", files.candles)
    assert (answer.code, "too_good" in found(answer, "warning")) == (0, True)
    meant = check(frame, tmp_path, "--candles", files.candles, "--synthetic")
    assert found(meant, "warning") == []
    assert all(one["hit_rate"] > 0.75 for one in meant.json["scored"])


def test_rates_of_an_honest_file_are_told_with_their_interval(files: Files, tmp_path: Path) -> None:
    answer = check(predictions(CLEAN), tmp_path, "--candles", files.candles)
    assert found(answer, "warning") == []
    told = [one for one in answer.json["scored"] if one["hit_rate"] is not None]
    assert told
    for one in told:
        assert one["low"] < one["hit_rate"] < one["high"]
        assert one["apart"] <= one["outcomes"]


IMPOSSIBLE: list[tuple[Spoil, str]] = [
    (lambda frame: frame.with_columns(symbol=pl.lit("NOBODY")), "overlap"),
    (of_coin(lambda at: at - pl.duration(days=900), "issued_at"), "overlap"),
    (
        lambda frame: frame.with_columns(value=100.0 + pl.col("value"), kind=pl.lit("log_return")),
        "kind",
    ),
    (lambda frame: frame.with_columns(value=pl.lit(0.01), kind=pl.lit("price")), "kind"),
    (
        lambda frame: frame.with_columns(lower=pl.col("value"), upper=pl.col("value") - 1.0),
        "figures",
    ),
    (at_row("value", float("inf")), "figures"),
]


@pytest.mark.parametrize(
    ("spoil", "name"),
    IMPOSSIBLE,
    ids=["no candles", "another time", "prices as returns", "returns as prices", "crossed", "infinite"],
)  # fmt: skip
def test_forecasts_that_cannot_be_used_are_errors(
    spoil: Spoil, name: str, files: Files, tmp_path: Path
) -> None:
    answer = check(spoil(predictions(CLEAN)), tmp_path, "--candles", files.candles)
    assert answer.code == 1
    assert name in found(answer)


def test_too_few_outcomes_give_no_rate(files: Files, tmp_path: Path) -> None:
    answer = check(predictions(CLEAN)[:400], tmp_path, "--candles", files.candles)
    assert "outcomes" in found(answer, "note")
    assert [one["hit_rate"] for one in answer.json["scored"]] == [None] * len(answer.json["scored"])


def test_percent_taken_for_fractions_is_an_error_in_funding(tmp_path: Path) -> None:
    answer = check(funding(CLEAN).with_columns(rate=pl.col("rate") * 1e5), tmp_path)
    assert (answer.code, set(found(answer))) == (1, {"figures"})


UNREADABLE: list[tuple[Callable[[Path], object], str]] = [
    (lambda path: path.write_text("ts,close"), "not a Parquet file"),
    (lambda path: pl.DataFrame({"date": [1]}).write_parquet(path), "neither candles"),
    (candles(CLEAN)[:0].write_parquet, "holds no rows"),
]


@pytest.mark.parametrize(
    ("write", "complaint"),
    UNREADABLE,
    ids=["text", "other columns", "empty"],
)
def test_a_file_that_cannot_be_read_ends_with_code_2(
    write: Callable[[Path], object], complaint: str, tmp_path: Path
) -> None:
    path = tmp_path / "data.parquet"
    write(path)
    answer = trimtab("data", "check", path)
    assert answer.code == 2
    assert complaint in answer.err


def test_a_file_that_is_not_there_ends_with_code_2(tmp_path: Path) -> None:
    answer = trimtab("data", "check", tmp_path / "nowhere.parquet")
    assert (answer.code, "no such file" in answer.err) == (2, True)


def test_candles_go_with_forecasts_only(files: Files) -> None:
    answer = trimtab("data", "check", files.funding, "--candles", files.candles)
    assert answer.code == 2
    assert "goes with predictions" in answer.err


def test_the_picture_opens_anywhere_and_marks_what_was_found(tmp_path: Path) -> None:
    picture = tmp_path / "data.svg"
    check(at_row("high", 1e7)(candles(CLEAN)), tmp_path, "--picture", picture)
    drawn = picture.read_text(encoding="utf-8")
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert drawn.count("<polygon") == 3  # two in the legend, and the wick
    assert not re.search(r"(?:src|href)=", drawn)
