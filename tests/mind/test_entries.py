"""When forecasts are traded, and what is said of those that are not."""

from __future__ import annotations

import pytest

from tests.builders.market import prices
from tests.builders.operator import ACTOR, inject
from tests.builders.running import of_kind, reacted
from tests.mind.given import (
    BTC,
    ETH,
    FIRST_BARS,
    SOL,
    TOPIC,
    awake,
    bar,
    forecast,
    hour,
)
from trimtab.domain.commands import Pause, StopTrading
from trimtab.domain.decisions import (
    AdaptationRefused,
    ForecastsWeighed,
    OrderIntended,
    PredictionsSettled,
)
from trimtab.domain.facts import Outside
from trimtab.domain.observations import (
    FeedLost,
    FeedRestored,
    FundingPaid,
    OrderFilled,
    PredictionsIssued,
    TimePassed,
)
from trimtab.domain.reasons import Reason
from trimtab.domain.units import Coin, TopicName
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import encode
from trimtab.trading.records import TWIN

NOW = FIRST_BARS


def weighed(mind: Mind, count: int, *values: float | None) -> tuple[Mind, list[str], list[Coin]]:
    """The mind after a forecast, the reasons by coin, and the coins that got an order."""
    mind, facts = reacted(mind, forecast(count, *values))
    (told,) = of_kind(facts, ForecastsWeighed)
    reasons = [Reason(code).name for code in told.reasons[0]]
    return mind, reasons, [order.coin for order in of_kind(facts, OrderIntended)]


def test_a_forecast_becomes_an_order_and_the_next_open_fills_it() -> None:
    mind, reasons, ordered = weighed(awake(), NOW, 0.01, -0.01, None)
    assert (reasons, ordered) == (["TRADED", "TRADED", "NO_FORECAST"], [BTC, ETH])
    _, facts = reacted(mind, bar(NOW + 1))
    fills = of_kind(facts, OrderFilled)
    assert [(fill.coin, fill.side) for fill in fills] == [(BTC, "buy"), (ETH, "sell")]


@pytest.mark.parametrize(
    "silenced",
    [
        Pause(hour(NOW), ACTOR, "lunch"),
        StopTrading(hour(NOW), ACTOR, "enough"),
        FeedLost(hour(NOW), "candles", "silence"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_paused_stopped_or_blind_the_bot_enters_nothing_and_its_twin_trades_on(
    silenced: Outside,
) -> None:
    mind, _ = reacted(awake(), silenced)
    mind, reasons, ordered = weighed(mind, NOW)
    assert (reasons, ordered) == (["PAUSED"] * 3, [])
    assert (mind.books.positions["entry_lots"][TWIN] > 0).all()


def test_entries_come_back_only_when_the_last_lost_feed_is_back() -> None:
    mind, _ = reacted(
        awake(),
        FeedLost(hour(NOW), "candles", "silence"),
        FeedLost(hour(NOW), "forecasts", "silence"),
        FeedLost(hour(NOW), "candles", "silence"),
        FeedRestored(hour(NOW), "candles"),
    )
    assert weighed(mind, NOW)[1] == ["PAUSED"] * 3
    mind, _ = reacted(mind, FeedRestored(hour(NOW), "forecasts"))
    assert weighed(mind, NOW)[1] == ["TRADED"] * 3


def test_what_lies_before_the_start_teaches_and_neither_trades_nor_adapts() -> None:
    mind = awake(until=hour(NOW + 1))
    mind, reasons, ordered = weighed(mind, NOW, 0.01, None, 0.01)
    assert (reasons, ordered) == (["NOT_STARTED", "NO_FORECAST", "NOT_STARTED"], [])
    assert not mind.books.positions["entry_lots"].any()
    mind, facts = reacted(mind, bar(NOW + 1), bar(NOW + 2, 101.0, 50.0, 10.1))
    assert [fact.coins for fact in of_kind(facts, PredictionsSettled)] == [(BTC, SOL)]
    assert weighed(mind, NOW + 2)[1] == ["TRADED"] * 3


def test_before_the_start_a_simulated_event_changes_nothing() -> None:
    mind = awake(until=hour(NOW + 1))
    after, (refused,) = reacted(mind, inject(hour(NOW), "volatility_spike", SOL, 2.0))
    assert isinstance(refused, AdaptationRefused)
    assert refused.because == "the bot is still being taught: nothing is adapted yet"
    assert after.adaptation == mind.adaptation


def test_forecasts_for_topics_and_coins_that_nobody_knows_change_nothing() -> None:
    known = forecast(NOW, 0.01, None, -0.01)
    more = PredictionsIssued(
        hour(NOW),
        (TopicName("oracle"), TOPIC),
        (SOL, Coin("DOGE"), BTC),
        ((9.0, 9.0, 9.0), (-0.01, 9.0, 0.01)),
    )
    expected, actual = reacted(awake(), known), reacted(awake(), more)
    assert actual[1] == expected[1]
    assert encode(actual[0]) == encode(expected[0])


def test_a_coin_without_a_bar_waits_for_its_next_one() -> None:
    mind, _, _ = weighed(awake(), NOW)
    partly = prices((BTC, Coin("DOGE")), hour(NOW + 1), 100.0, 1.0)
    mind, facts = reacted(mind, partly)
    assert [fill.coin for fill in of_kind(facts, OrderFilled)] == [BTC]
    _, facts = reacted(mind, bar(NOW + 2))
    assert not {ETH, SOL}.isdisjoint(fill.coin for fill in of_kind(facts, OrderFilled))


def test_a_coin_that_never_had_a_price_is_not_traded() -> None:
    mind = Mind.of(awake().started)
    mind, _ = reacted(mind, prices((BTC,), hour(1), 100.0))
    assert weighed(mind, 1)[1] == ["TRADED", "NO_PRICE", "NO_PRICE"]


def test_funding_is_paid_by_longs_at_the_last_price() -> None:
    mind, _, _ = weighed(awake(), NOW, 0.01, -0.01, None)
    mind, _ = reacted(mind, bar(NOW + 1))
    before = mind.books.records["cash"].copy()
    paid = FundingPaid(hour(NOW + 1), (BTC, ETH), (0.001, 0.002))
    mind, facts = reacted(mind, paid)
    assert facts == []
    change = (mind.books.records["cash"] - before).tolist()
    # Longs of 2,000 dollars of BTC pay 0.1 %, shorts of as much ETH receive 0.2 %.
    assert change == pytest.approx([2.0, 2.0])


def test_time_that_passes_changes_nothing_but_the_moment() -> None:
    mind = awake()
    after, facts = reacted(mind, TimePassed(hour(NOW + 3)))
    assert facts == []
    assert encode(after.books) == encode(mind.books)
    assert after.instant == hour(NOW + 3)
