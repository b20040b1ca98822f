"""Orders that an operator gives to a running bot, and feeds that come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trimtab.domain.commands import (
    AddCrypto,
    InjectEvent,
    OverrideContext,
    OverrideRisk,
    Pause,
    RemoveCrypto,
    Resume,
    RollBack,
    SetStage,
    StopTrading,
)
from trimtab.domain.configuration import RiskLimits
from trimtab.domain.facts import Outside
from trimtab.domain.observations import FeedLost, FeedRestored
from trimtab.domain.units import HOUR, AdaptationId, Coin, Micros, TopicName

ACTOR = "ada"
SOL, ETH, BTC = Coin("SOL"), Coin("ETH"), Coin("BTC")
TREND = TopicName("trend-8h")

Order = Callable[[Micros], Outside]

ORDERS: tuple[Order, ...] = (
    lambda at: Pause(at, ACTOR, "lunch"),
    lambda at: Resume(at, ACTOR, "back"),
    lambda at: inject(at, "volatility_spike", SOL, 2.0),
    lambda at: RemoveCrypto(at, ACTOR, "delisted", ETH),
    lambda at: inject(at, "volatility_spike", BTC, 3.0),
    lambda at: FeedLost(at, "forecasts", "silence"),
    lambda at: FeedRestored(at, "forecasts"),
    lambda at: RollBack(at, ACTOR, "a try", AdaptationId("none")),
    lambda at: inject(at, "bear"),
    lambda at: AddCrypto(at, ACTOR, "listed again", ETH, (TREND,)),
    lambda at: SetStage(at, ACTOR, "careful", "limited"),
    lambda at: OverrideRisk(at, ACTOR, "fear", RiskLimits(), Micros(at + HOUR)),
    lambda at: OverrideContext(at, ACTOR, "a feeling", "bear", Micros(at + HOUR)),
    lambda at: StopTrading(at, ACTOR, "enough", flatten=True),
    lambda at: Resume(at, ACTOR, "more"),
)
"""Every command there is."""


def inject(at: Micros, event: str, coin: Coin = BTC, strength: float = 1.0) -> InjectEvent:
    """A simulated market event."""
    return InjectEvent(at, ACTOR, "an exercise", event, coin, strength)


def with_orders(facts: Sequence[Outside], orders: Sequence[Order] = ORDERS) -> list[Outside]:
    """The facts with an order, half an hour later, after each of as many facts far apart."""
    step = len(facts) // (len(orders) + 1)
    told = list(facts)
    for number, order in reversed(list(enumerate(orders, 1))):
        place = number * step
        told.insert(place + 1, order(Micros(facts[place].at + HOUR // 2)))
    return told
