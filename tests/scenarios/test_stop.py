"""Stop: nothing new, and on demand everything home."""

from __future__ import annotations

from tests.builders.running import of_kind
from tests.scenarios.given import ACTOR, COINS, Story
from trimtab.domain.commands import Resume, StopTrading
from trimtab.domain.decisions import ForecastsWeighed, OrderIntended, SafetyPaused
from trimtab.domain.observations import OrderCancelled, OrderFilled
from trimtab.domain.reasons import Reason

FLAT = (100.0, 50.0, 10.0)


def with_positions() -> Story:
    """Long BTC, short ETH, long SOL."""
    story = Story()
    story.an_hour_at(*FLAT)
    story.forecast(0.01, -0.01, 0.01)
    story.an_hour_at(*FLAT)
    return story


def test_a_stop_with_flatten_closes_everything_at_the_next_open() -> None:
    story = with_positions()
    facts = story.hear(StopTrading(story.now, ACTOR, "enough", flatten=True))
    assert facts[0] == SafetyPaused(story.now, ACTOR, "enough")
    intended = of_kind(facts, OrderIntended)
    assert [(order.coin, order.side, order.purpose) for order in intended] == [
        ("BTC", "sell", "flatten"), ("ETH", "buy", "flatten"), ("SOL", "sell", "flatten"),
    ]  # fmt: skip
    assert all(order.reduce_only for order in intended)

    fills = of_kind(story.an_hour_at(101.0, 50.0, 10.0), OrderFilled)
    assert [fill.order for fill in fills] == [order.order for order in intended]
    assert [fill.size for fill in fills] == [order.size for order in intended]
    assert all(fill.profit is not None for fill in fills)
    assert not story.mind.books.positions["lots"][0].any()
    assert story.mind.books.positions["lots"][1].all()


def test_after_a_stop_nothing_is_entered_until_resumed() -> None:
    story = with_positions()
    story.hear(StopTrading(story.now, ACTOR, "enough", flatten=True))
    story.an_hour_at(*FLAT)
    (weighed,) = of_kind(story.forecast(0.01, 0.01, 0.01), ForecastsWeighed)
    assert weighed.reasons == ((Reason.PAUSED,) * 3,)
    story.hear(Resume(story.now, ACTOR, "more"))
    assert len(of_kind(story.forecast(0.01, 0.01, 0.01), OrderIntended)) == 3


def test_a_stop_cancels_what_works_and_leaves_positions_to_their_exits() -> None:
    story = with_positions()
    story.an_hour_at(*FLAT)
    story.forecast(0.01, 0.01, 0.01)
    entries = of_kind(story.told, OrderIntended)[-len(COINS) :]
    facts = story.hear(StopTrading(story.now, ACTOR, "enough"))
    assert [fact.order for fact in of_kind(facts, OrderCancelled)] == [
        order.order for order in entries
    ]
    exits = of_kind(story.an_hour_at(*FLAT), OrderFilled)
    assert [(fill.coin, fill.side) for fill in exits] == [
        ("BTC", "sell"), ("ETH", "buy"), ("SOL", "sell"),
    ]  # fmt: skip
    assert not story.mind.books.positions["lots"][0].any()
