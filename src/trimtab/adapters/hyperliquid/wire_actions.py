"""Actions as the venue reads them. The order of the fields is part of what is signed."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

TimeInForce = Literal["Gtc", "Ioc", "Alo"]
Grouping = Literal["na", "normalTpsl", "positionTpsl"]


class Limit(Struct, frozen=True):
    tif: TimeInForce


class Trigger(Struct, frozen=True, rename="camel"):
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
    orders: tuple[PlacedOrder, ...]
    grouping: Grouping = "na"


class CancelledOrder(Struct, frozen=True):
    asset: int
    cloid: str


class CancelByCloid(Struct, frozen=True, tag_field="type", tag="cancelByCloid"):
    cancels: tuple[CancelledOrder, ...]


class UpdateLeverage(Struct, frozen=True, tag_field="type", tag="updateLeverage", rename="camel"):
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
