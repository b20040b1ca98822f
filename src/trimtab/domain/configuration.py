"""What the bot trades and how much it risks: the thing that adaptations change."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from trimtab.domain.units import Bp, Coin, Leverage, Micros, TopicName

PredictionKind = Literal["log_return", "price", "volatility", "classification"]
"""Only ``log_return`` and ``price`` tell a direction; the others are scored, never traded."""

Stage = Literal["shadow", "limited", "full"]
"""How far adaptations may go: decide only, small steps, everything."""

Mode = Literal["demo", "paper", "testnet", "live", "backtest"]

Mix = dict[TopicName, tuple[Coin, ...]]
"""For each topic the coins that the bot trades on its forecasts."""


class Topic(Struct, frozen=True):
    """One entry of the catalogue of forecast topics."""

    name: TopicName
    kind: PredictionKind
    horizon: Micros
    threshold: float = 0.0
    """Forecasts whose absolute log return is not above this are not traded."""


class Instrument(Struct, frozen=True):
    """A perpetual's trading rules."""

    coin: Coin
    size_decimals: int = 4
    """Sizes are whole multiples of 10 to the minus this."""
    minimum_notional: float = 10.0
    maximum_leverage: Leverage = Leverage(20.0)


class Costs(Struct, frozen=True):
    """What trading costs. Taker fee: Hyperliquid's base tier is 4.5 bp, maker 1.5 bp."""

    taker_fee: Bp = Bp(4.5)
    maker_fee: Bp = Bp(1.5)
    half_spread: Bp = Bp(1.0)
    impact: Bp = Bp(100.0)
    """Slippage if an order were as large as its bar's whole volume; linear below (Kyle 1985)."""
    participation: float = 0.1
    """At most this share of a bar's volume is filled; the rest waits for the next bar."""
    maintenance_margin: float = 0.025
    """A position whose margin falls below this share of its notional is liquidated."""

    def round_trip(self) -> Bp:
        """Entry and exit as taker, without impact and funding."""
        return Bp(2.0 * (self.taker_fee + self.half_spread))


class Exits(Struct, frozen=True):
    """When a position is closed; distances are fractions of the entry price, None is off."""

    horizon: bool = True
    """Close when the forecast's horizon is over."""
    stop_loss: float | None = None
    take_profit: float | None = None
    trailing_stop: float | None = None
    hold_on: bool = True
    """At the horizon's end go on for another while the topic's newest forecast points the same way
    and is worth something before costs: that saves a round trip. Only with a gate."""
    stop_deviations: float | None = None
    """Another stop, at so many standard deviations of the log return over the forecast's horizon, by
    the volatility at entry; the nearer of the two holds."""


class Sizing(Struct, frozen=True):
    """How large a position is. The start is an equal share of the capital for every coin."""

    volatility_target: float | None = None
    """Standard deviation of one bar's return to which each share is scaled; None: not scaled."""
    maximum_scale: float = 1.0
    """Cap of the scaling by volatility."""
    compounding: bool = False
    """Shares of today's equity instead of the capital at the start."""
    kelly: float | None = 0.25
    """Fraction of Kelly's bet that a position may be, below its share; it also shrinks as the
    drawdown nears its limit. Only with a gate; None: shares, whatever the edge."""
    doubt: float = 0.0
    """By so many standard deviations of its belief the edge is taken to be less than expected."""
    correlation: float = 0.65
    """Of the coins' returns, as if all were held on one side: the mean of 15 perpetuals, 2021-2024."""


class Gate(Struct, frozen=True):
    """Trade a forecast only where P(net edge > 0 | context) is high. Hysteresis per topic and coin."""

    enter: float = 0.75
    leave: float = 0.60


class RiskLimits(Struct, frozen=True):
    """How much may be at stake."""

    leverage: Leverage = Leverage(1.0)
    """For every coin that `coin_leverage` does not name."""
    coin_leverage: dict[Coin, Leverage] = {}
    maximum_drawdown: float | None = 0.25
    """A larger fall of equity from its peak pauses trading; None: never."""
    slippage_guard: dict[Coin, Bp] = {}
    """What an entry's expected net edge has to exceed, where fills are in doubt; else nothing."""

    stop_scale: dict[Coin, float] = {}
    """By how much the stop by volatility of a new position is nearer or wider; else 1."""

    def of(self, coin: Coin) -> Leverage:
        return self.coin_leverage.get(coin, self.leverage)


class Adapting(Struct, frozen=True):
    """What the bot may stake on its own adaptations, and whether it goes on learning from them."""

    reserve: float = 0.1
    """Share of the capital that changes may lose before they have earned anything."""
    learn_until: Micros | None = None
    """What is settled or judged later teaches nothing more; None: learning never ends."""
    without: tuple[str, ...] = ()
    """Rules that answer nothing, by their names."""
    contexts: bool = True
    """False: forecasts are weighed as if all markets were alike."""


class HardLimits(Struct, frozen=True, omit_defaults=True):
    """What no decision may pass, whoever made it. None is off.

    The bot pauses where one is passed, and stays so until a person re-arms it; exposure and
    leverage refuse the order or the change instead.
    """

    exposure: float | None = None
    """Gross notional over equity, working entries included."""
    leverage: Leverage | None = None
    """Of any coin."""
    daily_loss: float | None = None
    """Fall of equity since the UTC day opened, as a fraction."""
    weekly_loss: float | None = None
    """Fall of equity since the UTC week (Monday) opened, as a fraction."""
    orders_an_hour: int | None = None
    """Entries in one UTC hour."""
    silence: Micros | None = None
    """Since the last bar closed."""
    clock_error: Micros | None = None
    """How far a bar may lie ahead of the bot's own clock, or that clock go back."""


class Configuration(Struct, frozen=True):
    """The whole configuration in force. Two are the same when their hashes are."""

    topics: tuple[Topic, ...]
    mix: Mix
    risk: RiskLimits = RiskLimits()
    gate: Gate | None = Gate()
    """None trades every forecast above its topic's threshold."""
    exits: Exits = Exits()
    sizing: Sizing = Sizing()
    costs: Costs = Costs()
    capital: float = 10_000.0
    limits: HardLimits = HardLimits()
    adapting: Adapting = Adapting()


class Change(Struct, frozen=True, omit_defaults=True):
    """A change of configuration. What it does not name stays as it is."""

    mix: dict[TopicName, tuple[Coin, ...] | None] = {}
    """None takes the topic away."""
    coin_leverage: dict[Coin, Leverage | None] = {}
    """None takes the coin's own limit away, so that the general one holds again."""
    slippage_guard: dict[Coin, Bp | None] = {}
    """None takes the coin's guard away."""
    stop_scale: dict[Coin, float | None] = {}
    """None takes the coin's scale away."""


class Effect(Struct, frozen=True):
    """What an adaptation is expected to do, against the configuration before it."""

    net_edge: Bp
    """Mean gain per bar, in bp of equity."""
    low: Bp
    high: Bp
    """90 % interval."""
    win_rate: float
    deadline: Micros
    """When it is judged at the latest (UTC)."""
