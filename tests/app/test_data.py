"""trimtab data: what it says, what it draws, and how it ends."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest

from tests.builders.commands import trimtab
from tests.builders.files import Files, write_world


@pytest.fixture
def broken(recorded: Files, tmp_path: Path) -> Path:
    """Candles with a duplicate and a price of zero."""
    frame = pl.read_parquet(recorded.candles)
    zero = pl.when(pl.int_range(pl.len()) == 10).then(0.0).otherwise(pl.col("close"))
    path = tmp_path / "broken.parquet"
    pl.concat([frame.with_columns(zero.alias("close")), frame.tail(1)]).write_parquet(path)
    return path


def test_a_good_file_ends_with_0(recorded: Files) -> None:
    answer = trimtab("data", "check", recorded.candles, "--json", "-")
    assert answer.code == 0, answer.err
    assert (answer.json["contract"], answer.json["errors"]) == ("candles", 0)
    assert answer.json["interval_s"] == 3_600.0
    assert {one["name"] for one in answer.json["series"]} >= {"BTC", "ETH"}
    assert "the file can be used" in answer.err


def test_all_errors_of_a_bad_file_are_told_and_end_with_1(broken: Path) -> None:
    answer = trimtab("data", "check", broken, "--json", "-")
    assert answer.code == 1
    errors = {one["check"]: one for one in answer.json["findings"] if one["severity"] == "error"}
    assert set(errors) == {"duplicate", "figure"}
    assert (errors["figure"]["field"], errors["figure"]["value"]) == ("close", "0")
    assert errors["figure"]["mend"] == "correct or remove the bar"
    assert "(row 11)" in answer.err


def test_forecasts_are_held_against_candles(recorded: Files) -> None:
    answer = trimtab(
        "data", "check", recorded.predictions, "--candles", recorded.candles, "--synthetic", "--json", "-"
    )  # fmt: skip
    assert answer.code == 0, answer.err
    topics = {one["topic"] for one in answer.json["skills"]}
    assert topics == {"trend-8h", "price-4h"}
    assert "trend-8h: right" in answer.err


@pytest.mark.parametrize("name", ["picture.svg", "picture.html"])
def test_the_picture_needs_nothing_else_and_shows_the_trouble(
    name: str, broken: Path, tmp_path: Path
) -> None:
    drawn = tmp_path / name
    assert trimtab("data", "check", broken, "--picture", drawn).code == 1
    text = drawn.read_text(encoding="utf-8")
    svg = text[text.index("<svg") : text.index("</svg>") + len("</svg>")]
    root = ET.fromstring(svg)  # noqa: S314 - our own
    titles = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}title")]
    assert any(title.startswith("duplicate: ") for title in titles)
    assert any(title.startswith("BTC: ") for title in titles)
    assert "prefers-color-scheme:dark" in svg
    assert re.findall(r"(?:src|href)=|@import|url\(", text) == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("check", "none.parquet"), "none.parquet: no such file"),
        (("check", "README.md"), "not a Parquet file: make one of it by `trimtab data import"),
        (("check", "none.parquet", "--picture", "drawn.png"), "end it in .svg or .html"),
        (("import", "none", "--out", "x.parquet"), "none: no such file or folder"),
        (("import", "README.md", "--out", "x.parquet", "--column", "ts"), "write OURS=THEIRS"),
    ],
    ids=str,
)
def test_what_cannot_be_read_ends_with_2(words: tuple[str, ...], complaint: str) -> None:
    answer = trimtab("data", *words)
    assert answer.code == 2
    assert complaint in answer.err
    assert not Path("x.parquet").exists()


def test_an_import_is_checked_and_kept(recorded: Files, tmp_path: Path) -> None:
    source, out = tmp_path / "mine.csv", tmp_path / "mine.parquet"
    pl.read_parquet(recorded.candles).write_csv(source)
    answer = trimtab("data", "import", source, "--out", out, "--json", "-")
    assert answer.code == 0, answer.err
    assert answer.json["contract"] == "candles"
    assert "layout csv" in answer.err
    before = out.read_bytes()
    again = trimtab("data", "import", source, "--out", out)
    assert (again.code, out.read_bytes()) == (2, before)
    assert "give --overwrite" in again.err
    assert trimtab("data", "import", source, "--out", out, "--overwrite").code == 0


def test_what_is_imported_with_errors_ends_with_1(broken: Path, tmp_path: Path) -> None:
    source = tmp_path / "broken.csv"
    pl.read_parquet(broken).write_csv(source)
    answer = trimtab("data", "import", source, "--out", tmp_path / "out.parquet")
    assert answer.code == 1
    assert "close: is no number above 0" in answer.err


def test_from_candles_to_a_checked_file_of_forecasts(tmp_path: Path) -> None:
    market = write_world(tmp_path, rows=24 * 70)
    out = tmp_path / "own.parquet"
    words = ("--models", "reversal,momentum", "--horizons", "8")
    assert trimtab("lab", "forecast", "--candles", market.candles, "--out", out, *words).code == 0
    answer = trimtab("data", "check", out, "--candles", market.candles, "--json", "-")
    assert answer.code == 0, answer.err
    assert {one["check"] for one in answer.json["findings"]} <= {"gap", "outside"}
