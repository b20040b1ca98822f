"""The recorded feed: facts in the order of the world, bars in blocks between the others."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.adapters.parquet.recorded import at, hourly
from trimtab.adapters.parquet.feed import RecordedFeed
from trimtab.adapters.parquet.funding import Funding
from trimtab.adapters.parquet.predictions import Predictions
from trimtab.domain import canonical
from trimtab.domain.configuration import Topic
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed, FundingPaid, PredictionsIssued
from trimtab.domain.units import HOUR, Coin, Micros, TopicName

BTC, ETH, ALPHA = Coin("BTC"), Coin("ETH"), TopicName("alpha")
RANK: dict[type, int] = {FundingPaid: 0, BarsClosed: 1, PredictionsIssued: 2}


def forecasts(*hours: float) -> Predictions:
    values = np.full((len(hours), 1, 2), np.nan)
    values[:, 0, 0] = 0.01
    issued_at = np.array([at(hour) for hour in hours], np.int64)
    topic = Topic(ALPHA, "log_return", Micros(8 * HOUR))
    return Predictions((topic,), (BTC, ETH), issued_at, values, None, values + 1.0, 0)


def settlements(*hours: float) -> Funding:
    rates = np.tile([0.0001, np.nan], (len(hours), 1))
    settled_at = np.array([at(hour) for hour in hours], np.int64)
    return Funding((BTC, ETH), settled_at, rates, np.tile([True, False], (len(hours), 1)))


def told(facts: list[Outside]) -> list[tuple[str, float]]:
    return [(type(fact).__name__, (fact.at - at(0)) / HOUR) for fact in facts]


def test_at_the_same_moment_funding_comes_first_then_bars_then_forecasts() -> None:
    feed = RecordedFeed(hourly(["BTC", "ETH"], 10), forecasts(4, 6.5), settlements(4))
    facts = list(feed.facts())
    assert told(facts) == [
        ("BarsClosed", 3),
        ("FundingPaid", 4),
        ("BarsClosed", 4),
        ("PredictionsIssued", 4),
        ("BarsClosed", 6),
        ("PredictionsIssued", 6.5),
        ("BarsClosed", 10),
    ]
    assert [len(fact.bars) for fact in facts if isinstance(fact, BarsClosed)] == [3, 1, 2, 4]


def test_candles_alone_are_one_block_that_cannot_be_changed() -> None:
    candles = hourly(["BTC", "ETH"], 10)
    (block,) = RecordedFeed(candles).facts()
    assert isinstance(block, BarsClosed)
    assert block.bars.shape == (10, 5, 2)
    with pytest.raises(ValueError, match="read-only"):
        block.bars[0, 0, 0] = 1.0


def test_missing_forecasts_are_none_and_facts_survive_the_journal() -> None:
    feed = RecordedFeed(hourly(["BTC", "ETH"], 2), forecasts(1))
    issued = PredictionsIssued(at(1), (ALPHA,), (BTC, ETH), ((0.01, None),), None, ((1.01, None),))
    fact = next(fact for fact in feed.facts() if isinstance(fact, PredictionsIssued))
    assert fact == issued
    assert canonical.decode(canonical.encode(fact)) == issued


def test_funding_names_who_settled_and_what_was_assumed() -> None:
    feed = RecordedFeed(hourly(["BTC", "ETH"], 2), funding=settlements(1))
    assert next(feed.facts()) == FundingPaid(at(1), (BTC,), (0.0001,), (BTC,))


hours = some.sets(some.integers(1, 120)).map(lambda halves: sorted(half / 2 for half in halves))


@given(hours, hours, some.integers(1, 50))
@settings(max_examples=60)
def test_every_bar_comes_once_in_order_and_nothing_comes_before_its_time(
    forecast_hours: list[float], funding_hours: list[float], rows: int
) -> None:
    candles = hourly(["BTC", "ETH"], rows)
    feed = RecordedFeed(candles, forecasts(*forecast_hours), settlements(*funding_hours))
    facts = list(feed.facts())
    places = [(fact.at, RANK[type(fact)]) for fact in facts]
    assert all(before < after for before, after in pairwise(places))
    blocks = [fact.bars for fact in facts if isinstance(fact, BarsClosed)]
    np.testing.assert_array_equal(np.concatenate(blocks), candles.bars)
    assert len(facts) - len(blocks) == len(forecast_hours) + len(funding_hours)
    assert told(list(feed.facts())) == told(facts)
