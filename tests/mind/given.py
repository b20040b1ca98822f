"""A mind that has seen a few flat bars, and what it may be told next."""

from __future__ import annotations

from msgspec.structs import replace

from tests.builders.market import prices, started
from tests.builders.running import reacted
from trimtab.domain.configuration import Configuration, Costs, Instrument, Mode, RiskLimits, Topic
from trimtab.domain.observations import BarsClosed, PredictionsIssued, VenuePolicy
from trimtab.domain.units import HOUR, Bp, Coin, Leverage, Micros, TopicName
from trimtab.mind.mind import Mind

BTC, ETH, SOL = Coin("BTC"), Coin("ETH"), Coin("SOL")
COINS = (BTC, ETH, SOL)
TOPIC = TopicName("quick-2h")
PRICES = (100.0, 50.0, 10.0)
WRITTEN = Configuration(
    topics=(Topic(TOPIC, "log_return", Micros(2 * HOUR)),),
    mix={TOPIC: COINS},
    risk=RiskLimits(Leverage(2.0)),
    gate=None,
    costs=Costs(impact=Bp(0.0)),
    capital=3_000.0,
)
FIRST_BARS = 5


def hour(count: float) -> Micros:
    """The close of a bar: so many hours after the test began."""
    return Micros(1_704_067_200_000_000 + int(count * HOUR))


def awake(
    configuration: Configuration = WRITTEN,
    *,
    mode: Mode = "paper",
    until: Micros | None = None,
    venue: VenuePolicy | None = None,
) -> Mind:
    """It has seen five bars at the same prices; `until`: it is only taught before."""
    coins = tuple({coin: None for mix in configuration.mix.values() for coin in mix})
    traded = tuple(Instrument(coin) for coin in coins)
    start = started(hour(0), configuration, mode=mode, traded=traded, reported_from=until)
    start = replace(start, venue=venue)
    fixed = (PRICES * len(coins))[: len(coins)]
    bars = [prices(coins, hour(number), *fixed) for number in range(1, FIRST_BARS + 1)]
    return reacted(Mind.of(start), *bars)[0]


def bar(count: int, *closes: float) -> BarsClosed:
    """Flat at these prices, or as before."""
    return prices(COINS, hour(count), *(closes or PRICES))


def forecast(count: float, *values: float | None) -> PredictionsIssued:
    """Log returns over two hours; without any: up for all coins."""
    return PredictionsIssued(hour(count), (TOPIC,), COINS, (values or (0.01, 0.01, 0.01),))


def many_coins(count: int) -> Configuration:
    """As written, for other coins."""
    coins = tuple(Coin(f"C{number}") for number in range(count))
    return replace(WRITTEN, mix={TOPIC: coins})
