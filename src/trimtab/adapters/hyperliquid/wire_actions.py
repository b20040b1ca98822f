"""Actions as the venue reads them. The order of the fields is part of what is signed."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

TimeInForce = Literal["Gtc", "Ioc", "Alo"]
Grouping = Literal["na", "normalTpsl", "positionTpsl"]


class Limit(Struct, frozen=True):
    """Executed at this price or a better one."""

    tif: TimeInForce


class Trigger(Struct, frozen=True, rename="camel"):
    """Waits for the mark: a stop or a profit to take."""

    is_market: bool
    trigger_px: str
    tpsl: Literal["tp", "sl"]


class OrderKind(Struct, frozen=True, omit_defaults=True):
    """One of the two."""

    limit: Limit | None = None
    trigger: Trigger | None = None


class PlacedOrder(Struct, frozen=True):
    """Prices and sizes as strings without zeros at the end."""

    asset: int = field(name="a")
    is_buy: bool = field(name="b")
    price: str = field(name="p")
    size: str = field(name="s")
    reduce_only: bool = field(name="r")
    kind: OrderKind = field(name="t")
    cloid: str = field(name="c")


class PlaceOrders(Struct, frozen=True, tag_field="type", tag="order"):
    """Each of the orders has an answer of its own."""

    orders: tuple[PlacedOrder, ...]
    grouping: Grouping = "na"


class CancelledOrder(Struct, frozen=True):
    """By the client order id: the venue's number may not be known yet."""

    asset: int
    cloid: str


class CancelByCloid(Struct, frozen=True, tag_field="type", tag="cancelByCloid"):
    """Each of the cancels has an answer of its own."""

    cancels: tuple[CancelledOrder, ...]


class UpdateLeverage(Struct, frozen=True, tag_field="type", tag="updateLeverage", rename="camel"):
    """Of a coin, for what is open and what will be."""

    asset: int
    is_cross: bool
    leverage: int


class ScheduleCancel(
    Struct, frozen=True, tag_field="type", tag="scheduleCancel", omit_defaults=True
):
    """Without a time the schedule is taken back."""

    time: int | None = None
    """Milliseconds (UTC), at least five seconds ahead."""


Action = PlaceOrders | CancelByCloid | UpdateLeverage | ScheduleCancel
