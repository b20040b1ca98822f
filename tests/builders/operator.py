"""Orders that an operator gives to a running bot, and feeds that come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from trimtab.domain.commands import (
    AddCrypto,
    EndOverride,
    InjectEvent,
    OverrideAdaptation,
    OverrideContext,
    OverrideCrypto,
    OverrideRisk,
    Pause,
    RemoveCrypto,
    Resume,
    RollBack,
    SetStage,
    StopTrading,
)
from trimtab.domain.configuration import Instrument, RiskLimits
from trimtab.domain.facts import Outside
from trimtab.domain.observations import CoinListed, FeedLost, FeedRestored
from trimtab.domain.units import HOUR, AdaptationId, Coin, Micros, OverrideId, TopicName

ACTOR = "ada"
SOL, ETH, BTC, DOGE = Coin("SOL"), Coin("ETH"), Coin("BTC"), Coin("DOGE")
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
    lambda at: OverrideRisk(at, ACTOR, "fear", RiskLimits(), Micros(at + 40 * HOUR)),
    lambda at: AddCrypto(at, ACTOR, "new", DOGE, (TREND,)),
    lambda at: OverrideContext(at, ACTOR, "a feeling", "bear", Micros(at + 30 * HOUR)),
    lambda at: listed(at, DOGE),
    lambda at: OverrideCrypto(at, ACTOR, "a favourite", BTC, "pin", Micros(at + 50 * HOUR)),
    lambda at: OverrideAdaptation(at, ACTOR, "calm", "forbid", Micros(at + HOUR), "tighten_risk"),
    lambda at: EndOverride(at, ACTOR, "enough", OverrideId("none")),
    lambda at: RemoveCrypto(at, ACTOR, "a mistake", DOGE, "reduce_only", Micros(at + 9 * HOUR)),
    lambda at: StopTrading(at, ACTOR, "enough", flatten=True),
    lambda at: Resume(at, ACTOR, "more"),
)
"""Every command there is."""


def listed(at: Micros, coin: Coin, hours: int = 200, price: float = 20.0) -> CoinListed:
    """The rules and the last hours of a coin that moves a little; `at`: when they have come."""
    closed = Micros(at - at % HOUR)
    prices = [price * (1.0 + 0.01 * (number * number % 7 - 3)) for number in range(hours + 1)]
    rows = tuple(
        (opened, max(opened, close), min(opened, close), close, 1e7)
        for opened, close in pairwise(prices)
    )
    return CoinListed(at, Instrument(coin, 2), HOUR, closed, rows)


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
