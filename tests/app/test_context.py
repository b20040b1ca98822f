"""trimtab context: what was known of the market when each bar closed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import polars as pl
import pytest

from tests.builders.commands import Answer, trimtab
from tests.builders.files import Files
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES

COLUMNS = [
    "ts", "symbol", "phase", "confidence", "p_bull", "p_bear", "p_sideways", "p_volatile",
    "volatility", "volatility_regime", "mean_correlation", "volume_z",
    "volatility_forecast", "jump_share", "illiquidity",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("context")


@pytest.fixture(scope="module")
def answer(recorded: Files, folder: Path) -> Answer:
    files = ("--out", folder / "context.parquet", "--events", folder / "events.jsonl")
    return trimtab("context", "--candles", recorded.candles, *files)


@pytest.fixture(scope="module")
def table(answer: Answer, folder: Path) -> pl.DataFrame:
    assert answer.code == 0
    return pl.read_parquet(folder / "context.parquet")


def test_there_is_a_row_a_bar_for_every_coin_and_for_the_market(table: pl.DataFrame) -> None:
    assert table.columns == COLUMNS
    assert table["ts"].dtype == pl.Datetime("us", "UTC")
    assert len(table) == 480 * 5
    assert table["symbol"].head(5).to_list()[-1] == "*"


def test_phases_and_regimes_are_words(table: pl.DataFrame) -> None:
    assert set(table["phase"]) <= set(PHASES)
    assert set(table["volatility_regime"]) <= set(VOLATILITY_REGIMES)


def test_the_files_are_named(answer: Answer, folder: Path) -> None:
    assert f"2,400 rows to {folder / 'context.parquet'}" in answer.err
    assert answer.out == ""


def test_events_are_one_a_line_in_the_order_of_time(answer: Answer, folder: Path) -> None:
    lines = (folder / "events.jsonl").read_bytes().splitlines()
    events = [msgspec.json.decode(line, type=MarketEvent) for line in lines]
    assert events
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert f"{len(lines)} market events to " in answer.err


def test_what_was_known_does_not_change_when_more_bars_come(
    recorded: Files, folder: Path, table: pl.DataFrame
) -> None:
    shorter = folder / "shorter.parquet"
    options = ("--candles", recorded.candles, "--out", shorter, "--to", "2024-01-14")
    assert trimtab("context", *options).code == 0
    assert pl.read_parquet(shorter).equals(table.head(13 * 24 * 5))
