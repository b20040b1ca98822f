"""Candles and phase bands."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dashboard.story_parts import COINS, HOUR, context_at
from tests.records.overview_words import BTC, closes, hour, seen
from trimtab.domain.decisions import MarketContextUpdate
from trimtab.domain.facts import Fact
from trimtab.domain.market_context import Phase
from trimtab.domain.observations import BarsClosed, FeedLost, FeedRestored
from trimtab.domain.units import Coin, Micros
from trimtab.records.overview_market import CANDLES


def context(number: int, phase: Phase) -> MarketContextUpdate:
    told = context_at(hour(number), phase, 0.8, np.random.default_rng(1))
    return MarketContextUpdate(hour(number), told, 0.8)


def test_a_candle_carries_the_time_its_bar_opened() -> None:
    assert seen([closes(1, 100.0)]).candles[BTC][0].time == hour(0) // 1_000_000


def test_a_block_of_bars_gives_the_same_candles_as_its_rows_one_by_one() -> None:
    rows = [closes(number, 100.0 + number) for number in range(1, 6)]
    block = BarsClosed(hour(5), Micros(HOUR), (BTC,), np.concatenate([row.bars for row in rows]))
    assert seen([block]).candles == seen(rows).candles


@pytest.mark.parametrize("price", [float("nan"), 0.0])
def test_a_coin_without_a_bar_gets_no_candle(price: float) -> None:
    both = (BTC, Coin("ETH"))
    assert seen([closes(1, 100.0, price, coins=both)]).candles[Coin("ETH")] == ()


def test_a_bar_that_comes_twice_is_one_candle() -> None:
    assert len(seen([closes(1, 100.0), closes(1, 100.0)]).candles[BTC]) == 1


def test_only_the_latest_candles_are_kept() -> None:
    assert len(seen(closes(each, 1.0) for each in range(1, CANDLES + 50)).candles[BTC]) == CANDLES


def test_a_band_begins_where_the_phase_changes_and_not_before() -> None:
    bands = seen([context(1, "bull"), context(2, "bull"), context(3, "bear")]).bands
    assert [(band.at, band.phase) for band in bands] == [(hour(1), "bull"), (hour(3), "bear")]


def test_while_a_feed_is_lost_the_phase_is_unknown() -> None:
    facts: list[Fact] = [context(1, "bull"), FeedLost(hour(2), "hyperliquid", "silent for 60 s")]
    lost = seen(facts)
    back = seen([*facts, FeedRestored(hour(4), "hyperliquid")])
    assert lost.feeds_lost == {"hyperliquid": "silent for 60 s"}
    assert [band.phase for band in lost.bands] == ["bull", "unknown"]
    assert [band.phase for band in back.bands] == ["bull", "unknown", "bull"]
    assert back.feeds_lost == {}


def test_a_topic_that_is_silent_says_nothing_of_the_phase() -> None:
    feed = "forecasts/allora/mainnet/1"
    facts: list[Fact] = [context(1, "bull"), FeedLost(hour(2), feed, "quiet")]
    assert [band.phase for band in seen(facts).bands] == ["bull"]
    assert seen(facts).feeds_lost == {feed: "quiet"}


def test_the_context_is_the_last_one_told() -> None:
    update = context(1, "volatile")
    assert seen([update]).context == update.context
    assert len(update.context.coins) == len(COINS)
