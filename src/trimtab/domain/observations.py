"""Facts from outside: what markets, forecasters, venues and time told us."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from trimtab.domain.configuration import Configuration, Instrument, Mode, Stage
from trimtab.domain.units import Coin, Micros, OrderId, TopicName

SCHEMA = 2
"""Of the facts' stored form: counted up, with an upcaster, when a stored field changes."""

OPEN, HIGH, LOW, CLOSE, VOLUME = range(5)
"""The fields of ``bars[row, field, coin]``."""

Bars = NDArray[np.float64]
"""C-ordered, read-only ``bars[row, field, coin]``; a coin without a bar has NaN."""


StrangersPolicy = Literal["pause", "ignore", "adopt", "close"]
"""What is done with positions that the bot did not open: stop and ask, leave them alone, protect and
keep them, or close them."""


class VenuePolicy(Struct, frozen=True):
    """How a bot trades where fills come from a venue."""

    stop: float = 0.1
    """Every position has a stop at the venue this far from its entry, as a fraction of the price."""
    strangers: StrangersPolicy = "pause"


class EngineStarted(Struct, frozen=True, tag="engine_started"):
    """The first fact of every start: with what code and configuration the bot runs."""

    at: Micros
    bot: str
    mode: Mode
    stage: Stage
    interval: Micros
    """Length of a bar."""
    configuration: Configuration
    configuration_hash: str
    instruments: tuple[Instrument, ...]
    """In the order of the coins; may name coins that are not traded."""
    twin: Configuration
    """What the static twin trades: the configuration as written, never adapted."""
    strategy: str = "allora_mind"
    versions: dict[str, str] = {}
    seed: int | None = None
    reported_from: Micros | None = None
    """Rows before this moment teach; books start to trade here."""
    standby: bool = False
    """At the first start: observe and decide, but trade only once a person has resumed."""
    schema: int = SCHEMA
    """In which form this fact and those up to the next start are stored."""
    supervised: bool = False
    """Whether the stages of adaptation are climbed, because something is at stake."""
    venue: VenuePolicy | None = None
    """None: the fill model is the exchange."""


class BarsClosed(Struct, frozen=True, tag="bars_closed", eq=False):
    """One row, or a block of rows, of bars that closed; only coins that closed are named."""

    at: Micros
    """Close of the last row."""
    interval: Micros
    coins: tuple[Coin, ...]
    bars: Bars
    """One row per `interval`, the last one closing at `at`."""


class PredictionsIssued(Struct, frozen=True, tag="predictions_issued", omit_defaults=True):
    """All forecasts of one instant, as a table of topics by coins. None: no forecast."""

    at: Micros
    topics: tuple[TopicName, ...]
    coins: tuple[Coin, ...]
    values: tuple[tuple[float | None, ...], ...]
    """By topic, then coin; a log return or a price, as the topic's kind says."""
    lower: tuple[tuple[float | None, ...], ...] | None = None
    upper: tuple[tuple[float | None, ...], ...] | None = None


class FundingPaid(Struct, frozen=True, tag="funding_paid"):
    """Funding settled: longs pay `rates` of their notional, shorts receive it."""

    at: Micros
    coins: tuple[Coin, ...]
    rates: tuple[float, ...]
    assumed: tuple[Coin, ...] = ()
    """Coins of unknown rate, which were given the mean of the known ones."""


Row = tuple[float, float, float, float, float]
"""Open, high, low, close, volume."""


class CoinListed(Struct, frozen=True, tag="coin_listed", omit_defaults=True):
    """The trading rules and the last bars of a coin that a running bot asked for."""

    at: Micros
    instrument: Instrument
    interval: Micros
    closed: Micros
    """Close of the last row of `history`."""
    history: tuple[Row | None, ...] = ()
    """One row a bar, the newest last; None where there was none."""


class CoinUnavailable(Struct, frozen=True, tag="coin_unavailable"):
    """A coin that a running bot asked for has no market, or its history cannot be had."""

    at: Micros
    coin: Coin
    reason: str


class BookTopMoved(Struct, frozen=True, tag="book_top_moved"):
    """Best bid and ask of one coin."""

    at: Micros
    coin: Coin
    bid: Decimal
    bid_size: Decimal
    ask: Decimal
    ask_size: Decimal


class AccountReported(Struct, frozen=True, tag="account_reported"):
    """What the venue says the account holds. A coin that is missing is not thereby flat."""

    at: Micros
    equity: Decimal
    positions: dict[Coin, Decimal]


class FundsTransferred(Struct, frozen=True, tag="funds_transferred"):
    """Money was paid into the account, or withdrawn: no gain and no loss."""

    at: Micros
    amount: Decimal
    """USD; negative: withdrawn."""


FORECASTS = "forecasts/"
"""How the names of feeds begin that tell one topic's forecasts: without them the topic is silent,
and nothing else is the worse for it."""


class FeedLost(Struct, frozen=True, tag="feed_lost"):
    """A feed is silent or broken."""

    at: Micros
    feed: str
    reason: str


class FeedRestored(Struct, frozen=True, tag="feed_restored"):
    """A feed is back, and what was missed has been filled in."""

    at: Micros
    feed: str


class TimePassed(Struct, frozen=True, tag="time_passed"):
    """Nothing happened, but time went on."""

    at: Micros


class OrderSent(Struct, frozen=True, tag="order_sent"):
    """An order has left for the venue: from now on it may be executed, whatever is heard of it."""

    at: Micros
    order: OrderId
    coin: Coin


class OrderAccepted(Struct, frozen=True, tag="order_accepted"):
    """An order rests at the exchange."""

    at: Micros
    order: OrderId
    coin: Coin


class OrderRejected(Struct, frozen=True, tag="order_rejected"):
    """The exchange refused an order."""

    at: Micros
    order: OrderId
    coin: Coin
    code: str
    reason: str


class OrderFilled(Struct, frozen=True, tag="order_filled", omit_defaults=True):
    """An order, or a part of it, was executed. `size` is unsigned; `side` tells the direction."""

    at: Micros
    order: OrderId
    coin: Coin
    side: Literal["buy", "sell"]
    size: Decimal
    price: Decimal
    fee: Decimal
    maker: bool = False
    remaining: Decimal = field(default_factory=Decimal)
    profit: Decimal | None = None
    """Net of fees and funding, once the position is closed by this fill."""
    trade: int = 0
    """The venue's own number of the fill, by which it is known when it is told again; 0 on paper."""


class OrderCancelled(Struct, frozen=True, tag="order_cancelled"):
    """An order no longer rests at the exchange."""

    at: Micros
    order: OrderId
    coin: Coin
    reason: str


class OrderOutcomeUnknown(Struct, frozen=True, tag="order_outcome_unknown"):
    """The exchange did not answer: the order may or may not have been executed."""

    at: Micros
    order: OrderId
    coin: Coin
    reason: str


Observation = (
    EngineStarted
    | BarsClosed
    | PredictionsIssued
    | FundingPaid
    | CoinListed
    | CoinUnavailable
    | BookTopMoved
    | AccountReported
    | FundsTransferred
    | FeedLost
    | FeedRestored
    | TimePassed
    | OrderSent
    | OrderAccepted
    | OrderRejected
    | OrderFilled
    | OrderCancelled
    | OrderOutcomeUnknown
)
