"""What happened in book 0, told as facts; sizes and prices become exact decimals here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.canonical import order_id
from trimtab.domain.configuration import Instrument, Topic
from trimtab.domain.decisions import OrderIntended, Purpose
from trimtab.domain.observations import OrderCancelled, OrderFilled
from trimtab.domain.records import Records
from trimtab.domain.units import Coin, Micros, OrderId, TopicName
from trimtab.trading.records import CANCELLED, ENTRY, EVENT, INTENDED
from trimtab.trading.strategy import Signals

PURPOSES: tuple[Purpose, ...] = (
    "entry", "horizon", "stop_loss", "take_profit", "trailing_stop", "liquidation", "reduce",
    "flatten", "protect", "excess",
)  # fmt: skip
"""In the order of the codes in `trading.records`."""

BECAUSE: dict[Purpose, str] = {
    "horizon": "the forecast's horizon is over",
    "stop_loss": "the stop-loss was touched",
    "take_profit": "the take-profit was touched",
    "trailing_stop": "the trailing stop was touched",
    "liquidation": "the margin no longer covers the position",
    "reduce": "the signal turned around",
    "flatten": "closed on command",
    "protect": "every position has a stop at the venue",
    "excess": "the venue holds more than the bot decided",
}
"""Why a position is closed or protected, in words."""

OrderFact = OrderIntended | OrderFilled | OrderCancelled


class Teller(Struct, frozen=True):
    """Tells a bot's order facts. Holds only what never changes while the bot runs."""

    bot: str
    coins: tuple[Coin, ...]
    units: tuple[Decimal, ...]
    """[coin] one lot."""
    topics: tuple[TopicName, ...]

    @staticmethod
    def of(bot: str, instruments: tuple[Instrument, ...], topics: tuple[Topic, ...]) -> Teller:
        units = tuple(Decimal(1).scaleb(-one.size_decimals) for one in instruments)
        coins = tuple(one.coin for one in instruments)
        return Teller(bot, coins, units, tuple(topic.name for topic in topics))

    def tell(
        self, happened: list[tuple[Any, ...]], signals: Signals | None = None
    ) -> list[OrderFact]:
        """One fact for each event of `Books.happened`; `signals` are what entries followed from."""
        return [_explained(self._fact(*event), event, signals) for event in happened]

    def entries(self, own: Records) -> frozenset[OrderId]:
        """Entries that work. `own` [coin]: the actual book's positions."""
        return self._working(own["entry_lots"], own["entry_at"], np.full(len(own), ENTRY))

    def exits(self, own: Records) -> frozenset[OrderId]:
        """Exits that work; protective ones are no orders before they are touched."""
        return self._working(own["exit_lots"], own["exit_at"], own["exit_purpose"])

    def _working(
        self, lots: NDArray[np.int64], since: NDArray[np.int64], purposes: NDArray[np.int64]
    ) -> frozenset[OrderId]:
        return frozenset(
            order_id(self.bot, self.coins[coin], Micros(int(since[coin])), int(purposes[coin]))
            for coin in np.flatnonzero(lots).tolist()
        )

    def _fact(
        self,
        kind: int,
        coin_index: int,
        purpose: int,
        lots: int,
        remaining: int,
        price: float,
        fee: float,
        profit: float,
        at: int,
        ordered_at: int,
        topic: int,
        maker: bool,
    ) -> OrderFact:
        coin = self.coins[coin_index]
        order = order_id(self.bot, coin, Micros(ordered_at), purpose)
        moment = Micros(at)
        if kind == CANCELLED:
            return OrderCancelled(moment, order, coin, "superseded or too late to fill")
        size = abs(lots) * self.units[coin_index]
        side: Literal["buy", "sell"] = "buy" if lots > 0 else "sell"
        if kind == INTENDED:
            return OrderIntended(
                moment, order, coin, side, size, PURPOSES[purpose], purpose != ENTRY,
                self.topics[topic], _because(purpose, self.topics[topic]),
            )  # fmt: skip
        return OrderFilled(
            moment, order, coin, side, size, _decimal(price), _decimal(fee), maker,
            abs(remaining) * self.units[coin_index],
            None if profit != profit else _decimal(profit),
        )  # fmt: skip


def _decimal(value: float) -> Decimal:
    """Ten significant digits: finer than any venue's tick, coarser than float noise."""
    return Decimal(f"{value:.10g}")


def _because(purpose: int, topic: str) -> str:
    name = PURPOSES[purpose]
    return f"{topic} gave the signal" if name == "entry" else BECAUSE[name]


def _explained(fact: OrderFact, event: tuple[Any, ...], signals: Signals | None) -> OrderFact:
    """An entry on a forecast says what the forecast was, and what it was thought to be worth."""
    if signals is None or signals.reverses:
        return fact
    if not isinstance(fact, OrderIntended) or fact.purpose != "entry":
        return fact
    place = (event[_TOPIC], event[_COIN])
    because = (
        f"{fact.topic} expects {signals.returns[place] * 1e4:+.0f} bp; "
        f"P(net edge > 0) {signals.probability[place]:.2f}, {signals.net_edge[place]:+.1f} bp net"
    )
    return replace(fact, because=because)


_TOPIC, _COIN = (EVENT.names or ()).index("topic"), (EVENT.names or ()).index("coin")
