"""What each of the 58 topics that were live on 5 September 2026 forecasts."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple, cast

import msgspec
import pytest

from tests.builders.recorded_traffic import recorded
from trimtab.adapters.allora.catalogue import TopicEntry, crossed, entry_of
from trimtab.adapters.allora.streams import followed, length, streams
from trimtab.adapters.allora.topic_names import meaning
from trimtab.domain.configuration import PredictionKind, Topic
from trimtab.domain.units import DAY, HOUR, MINUTE, SECOND, Coin, Micros, TopicName

PLAYGROUND = "a playground, where anybody may submit anything"
UNDIRECTED = "a volatility tells no direction"
SCORED = "a classification is scored, not traded"
BLOCK = Micros(5_600_000)


class Expected(NamedTuple):
    """Of one topic: by hand, from its name."""

    kind: PredictionKind
    asset: str
    horizon: Micros
    not_traded: str = ""


def of(kind: PredictionKind, asset: str, count: int, unit: Micros, why: str = "") -> Expected:
    return Expected(kind, asset, Micros(count * unit), why)


TESTNET = {
    1: of("price", "ETH", 10, MINUTE), 2: of("price", "ETH", 24, HOUR),
    3: of("price", "BTC", 10, MINUTE), 8: of("price", "BNB", 20, MINUTE),
    9: of("price", "ARB", 20, MINUTE), 13: of("price", "ETH", 5, MINUTE),
    14: of("price", "BTC", 5, MINUTE), 18: of("price", "BTC", 8, HOUR),
    37: of("price", "SOL", 5, MINUTE), 38: of("price", "SOL", 8, HOUR),
    39: of("volatility", "SOL", 5, MINUTE, UNDIRECTED),
    41: of("price", "ETH", 8, HOUR), 42: of("price", "BTC", 8, HOUR),
    56: of("log_return", "BERA", 1, HOUR), 58: of("log_return", "SOL", 8, HOUR),
    60: of("log_return", "XAU", 24, HOUR), 61: of("log_return", "BTC", 1, DAY),
    62: of("log_return", "SOL", 1, DAY), 63: of("log_return", "ETH", 1, DAY),
    64: of("log_return", "BTC", 8, HOUR), 65: of("log_return", "BTC", 8, HOUR),
    66: of("log_return", "SOL", 7, DAY), 67: of("log_return", "BTC", 7, DAY),
    68: of("log_return", "ETH", 7, DAY), 69: of("price", "BTC", 1, DAY, PLAYGROUND),
    70: of("log_return", "NEAR", 7, DAY), 71: of("log_return", "NEAR", 8, HOUR),
    72: of("log_return", "BTC", 1, HOUR), 73: of("log_return", "ETH", 1, HOUR),
    74: of("log_return", "BTC", 15, MINUTE), 75: of("log_return", "ETH", 15, MINUTE),
    76: of("log_return", "SOL", 15, MINUTE), 77: of("price", "BTC", 5, MINUTE, PLAYGROUND),
    79: of("volatility", "BTC", 15, MINUTE, UNDIRECTED),
    80: of("volatility", "ETH", 15, MINUTE, UNDIRECTED),
    81: of("volatility", "XRP", 15, MINUTE, UNDIRECTED),
    82: of("volatility", "SOL", 15, MINUTE, UNDIRECTED),
    83: of("log_return", "BTC", 8, HOUR), 84: of("log_return", "ETH", 8, HOUR),
    85: of("volatility", "ETH", 4, HOUR, UNDIRECTED),
    87: of("classification", "xyz:GOLD", 24, HOUR, SCORED),
    88: of("classification", "XAG", 24, HOUR, SCORED),
    89: of("classification", "WTI", 24, HOUR, SCORED),
}  # fmt: skip
MAINNET = {
    1: of("log_return", "BTC", 8, HOUR), 2: of("log_return", "ETH", 8, HOUR),
    3: of("log_return", "SOL", 8, HOUR), 9: of("price", "ETH", 8, HOUR),
    10: of("price", "SOL", 8, HOUR), 14: of("price", "BTC", 8, HOUR),
    15: of("log_return", "BTC", 24, HOUR), 16: of("log_return", "ETH", 24, HOUR),
    17: of("log_return", "SOL", 24, HOUR), 18: of("log_return", "BTC", 20, MINUTE),
    19: of("log_return", "NEAR", 8, HOUR),
    20: of("volatility", "BTC", 15, MINUTE, UNDIRECTED),
    21: of("volatility", "ETH", 15, MINUTE, UNDIRECTED),
    22: of("volatility", "XRP", 15, MINUTE, UNDIRECTED),
    23: of("volatility", "SOL", 15, MINUTE, UNDIRECTED),
}  # fmt: skip


def live() -> list[TopicEntry]:
    told = cast("dict[str, Any]", msgspec.json.decode(recorded("allora/topics.json")))
    return [
        entry_of(
            one["network"], one["id"], (one["metadata"], one["loss_method"]),
            one["epoch_length"], BLOCK, active=True,
        )
        for one in told["topics"]
    ]  # fmt: skip


LIVE = live()


def on(network: str) -> list[TopicEntry]:
    return [one for one in LIVE if one.network == network]


@pytest.mark.parametrize("entry", LIVE, ids=lambda one: f"{one.network}-{one.topic_id}")
def test_a_live_topic_means_what_its_name_says(entry: TopicEntry) -> None:
    expected = (TESTNET if entry.network == "testnet" else MAINNET)[entry.topic_id]
    assert (entry.kind, entry.asset, entry.horizon, entry.not_traded) == expected


def test_the_table_has_every_live_topic_and_no_other() -> None:
    assert {one.topic_id for one in on("testnet")} == set(TESTNET)
    assert {one.topic_id for one in on("mainnet")} == set(MAINNET)
    assert Counter(one.network for one in LIVE) == {"testnet": 43, "mainnet": 15}


def test_a_cadence_is_the_epoch_at_the_measured_pace() -> None:
    assert on("mainnet")[0].cadence == 75 * BLOCK == 420 * SECOND


@pytest.mark.parametrize(
    ("name", "loss", "kind"),
    [
        ("BTC direction", "mse", None),
        ("BTC 8h Prediction", "czar", None),
        ("something of BTC/USD over 8h", "focal", "classification"),
        ("8h BTC/USD Classification of Log-Returns", "czar", "classification"),
        ("BTC/USD - log returns - 8h", "mse", "log_return"),
    ],
)
def test_what_the_words_leave_open_stays_open(
    name: str, loss: str, kind: PredictionKind | None
) -> None:
    assert meaning(name, loss).kind == kind


@pytest.mark.parametrize(
    ("name", "loss", "why"),
    [
        ("BTC/USD - Price Prediction - 8h", "czar", "named a price, but scored by czar"),
        ("BTC/USD - Log Returns - 8h", "focal", "named a log return, but scored by focal"),
        ("BTC/USD - Log Returns", "czar", "does not say over which horizon"),
        ("8h or 24h BTC/USD Log-Return", "czar", "does not say over which horizon"),
        ("8h log-return of bitcoin", "czar", "does not say of which coin"),
        ("who knows", "mse", "does not say what it forecasts"),
    ],
)
def test_a_doubtful_topic_is_listed_with_the_reason_and_not_traded(
    name: str, loss: str, why: str
) -> None:
    entry = entry_of("mainnet", 1, (name, loss), 60, BLOCK, active=True)
    assert why in entry.not_traded
    assert followed([entry], (Coin("BTC"),)) == ()


def test_an_inactive_topic_is_not_traded() -> None:
    name = ("BTC/USD - Log Returns - 8h", "czar")
    assert entry_of("mainnet", 1, name, 60, BLOCK, active=False).not_traded == "inactive"


def test_forecasts_are_crossed_with_markets() -> None:
    markets = [Coin(name) for name in ("BTC", "ETH", "SOL", "DOGE")]
    told = crossed(on("mainnet"), markets)
    assert told.both == ("BTC", "ETH", "SOL")
    assert told.only_forecast == ("NEAR",)
    assert told.only_market == ("DOGE",)


def test_topics_of_one_kind_and_horizon_are_one_stream() -> None:
    coins = tuple(Coin(name) for name in ("BTC", "ETH", "SOL", "NEAR"))
    chosen = followed(on("mainnet"), coins)
    assert {one.entry.topic_id for one in chosen if one.stream == "log-return-8h"} == {1, 2, 3, 19}
    assert Topic(TopicName("price-8h"), "price", Micros(8 * HOUR)) in streams(chosen)
    assert [one.name for one in streams(chosen)] == [
        "log-return-8h", "price-8h", "log-return-24h", "log-return-20m",
    ]  # fmt: skip


def test_a_second_topic_of_the_same_coin_has_a_stream_of_its_own_that_never_moves() -> None:
    coins = (Coin("BTC"),)
    named = {one.entry.topic_id: one.stream for one in followed(on("testnet"), coins)}
    assert named[64] == "log-return-8h"
    assert (named[65], named[83]) == ("log-return-8h-topic-65", "log-return-8h-topic-83")
    without = [one for one in on("testnet") if one.topic_id != 64]
    kept = followed(without, coins, {65: named[65], 83: named[83]})
    assert {one.entry.topic_id: one.stream for one in kept if one.entry.topic_id in {65, 83}} == {
        65: named[65], 83: named[83],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("time", "words"), [(20 * MINUTE, "20m"), (8 * HOUR, "8h"), (DAY, "24h"), (7 * DAY, "7d")]
)
def test_a_horizon_is_told_as_topics_tell_it(time: int, words: str) -> None:
    assert length(Micros(time)) == words
