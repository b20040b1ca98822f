"""From the network to an order: the fold does with Allora's forecasts what their kind says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.adapters.allora.given import venue
from tests.adapters.allora.test_feed import Fed, fed
from tests.scenarios.given import WRITTEN, Story
from trimtab.adapters.allora.streams import streams
from trimtab.adapters.stand_ins.allora.catalogue import StandInTopic
from trimtab.domain.configuration import Configuration, Mix
from trimtab.domain.decisions import OrderIntended
from trimtab.domain.units import Micros

PRICES = {"BTC": 100.0, "ETH": 200.0, "SOL": 50.0}


def moving(share: float) -> dict[str, Decimal]:
    """What a log return and a price say when the coin is to move by this share."""
    return {"log_return": Decimal(repr(share)), "price": Decimal(repr(1.0 + share))}


def trading(told: Fed) -> Configuration:
    """Every topic that is followed, on its own coins, without a gate."""
    mix: Mix = {
        stream: tuple(one.asset for one in told.feed.topics if one.stream == stream)
        for stream in {one.stream for one in told.feed.topics}
    }
    return replace(WRITTEN, topics=streams(told.feed.topics), mix=mix)


@pytest.mark.parametrize(("share", "side"), [(0.03, "buy"), (-0.03, "sell")])
@pytest.mark.parametrize(("topic_id", "coin"), [(1, "BTC"), (9, "ETH"), (10, "SOL")])
async def test_a_log_return_and_a_price_become_orders_on_the_right_side(
    topic_id: int, coin: str, share: float, side: str
) -> None:
    def value(topic: StandInTopic, _: Micros) -> Decimal:
        price = Decimal(repr(PRICES[topic.asset])) if topic.kind == "price" else Decimal(1)
        return moving(share).get(topic.kind, Decimal(0)) * price

    async with venue(value=value) as here:
        told = await fed(here, topic_id)
        story = Story(trading(told))
        for _ in range(30):
            story.an_hour_at(*PRICES.values())
        here.clock.set(story.now)
        await told.feed.poll()
        orders = [one for one in story.hear(*told.facts) if isinstance(one, OrderIntended)]
        assert [(one.coin, one.side) for one in orders] == [(coin, side)]


async def test_a_topic_without_direction_is_neither_followed_nor_traded() -> None:
    async with venue(value=lambda _, __: Decimal("0.03")) as here:
        told = await fed(here)
        assert {one.kind for one in told.feed.topics} == {"log_return", "price"}
        assert {20, 21} & {one.entry.topic_id for one in told.feed.topics} == set()
