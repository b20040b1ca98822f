"""What the signer signs at most, whoever asks: it trusts neither the engine nor the page."""

from __future__ import annotations

from collections import deque
from decimal import Decimal, InvalidOperation
from typing import assert_never

from msgspec import Struct

from trimtab.adapters.hyperliquid.wire_actions import (
    Action,
    CancelByCloid,
    PlacedOrder,
    PlaceOrders,
    ScheduleCancel,
    UpdateLeverage,
)

MINUTE, HOUR = 60_000, 3_600_000
LONGEST_LIFE = 60_000
"""Milliseconds after which the venue must refuse an order at the latest."""


class SignerLimits(Struct, frozen=True, forbid_unknown_fields=True):
    """Of the signer's own configuration; nobody can change them while it runs."""

    symbols: tuple[str, ...] = ()
    """Coins that may be traded; none named: all."""
    order_notional: Decimal = Decimal(1_000)
    """USD of one order that opens or adds."""
    hourly_notional: Decimal = Decimal(10_000)
    """USD of all such orders within an hour."""
    orders_a_minute: int = 60
    """Orders that open or add."""
    leverage: int = 5
    reduce_only: bool = False
    """Nothing that opens or adds is signed."""


class Refusal(Struct, frozen=True):
    """Why something is not signed."""

    code: str
    reason: str


class Guard:
    """Keeps its own account of what was signed. Cancels and what reduces are never held up."""

    def __init__(self, limits: SignerLimits, assets: dict[int, str]) -> None:
        """`assets`: names by the venue's numbers, as the signer itself has asked for them."""
        self._limits = limits
        self._assets = assets
        self._signed: deque[tuple[int, Decimal]] = deque()
        """Milliseconds and USD of what was signed within the hour."""

    def refusal(self, action: Action, expires_after: int | None, now: int) -> Refusal | None:
        """None: it may be signed, and counts from now on. `now`: milliseconds (UTC)."""
        match action:
            case PlaceOrders():
                return self._orders(action.orders, expires_after, now)
            case UpdateLeverage():
                return self._leverage(action)
            case CancelByCloid() | ScheduleCancel():
                return None
            case _:
                assert_never(action)

    def _orders(
        self, orders: tuple[PlacedOrder, ...], expires_after: int | None, now: int
    ) -> Refusal | None:
        if expires_after is None or not now < expires_after <= now + LONGEST_LIFE:
            return Refusal("expiry", f"an order has to end within {LONGEST_LIFE // 1000} s")
        entries = [one for one in orders if not one.reduce_only]
        sizes: list[Decimal] = []
        for one in orders:
            size = _notional(one)
            if refusal := self._order(one, size):
                return refusal
            if size is not None and not one.reduce_only:
                sizes.append(size)
        if not entries:
            return None
        return self._rate(sizes, now)

    def _order(self, order: PlacedOrder, notional: Decimal | None) -> Refusal | None:
        limits = self._limits
        name = self._assets.get(order.asset)
        if name is None or (limits.symbols and name not in limits.symbols):
            return Refusal("symbol", f"{name or order.asset} is not among the symbols")
        if notional is None:
            return Refusal("figures", f"price {order.price!r} or size {order.size!r} is none")
        if order.reduce_only:
            return None
        if order.kind.trigger is not None:
            return Refusal("trigger", "a trigger order has to reduce only")
        if limits.reduce_only:
            return Refusal("reduce_only", "only what reduces is signed")
        if notional > limits.order_notional:
            return Refusal(
                "order_notional",
                f"{notional:f} USD is above the limit of {limits.order_notional:f}",
            )
        return None

    def _rate(self, sizes: list[Decimal], now: int) -> Refusal | None:
        limits = self._limits
        while self._signed and self._signed[0][0] <= now - HOUR:
            self._signed.popleft()
        lately = sum(1 for at, _ in self._signed if at > now - MINUTE)
        if lately + len(sizes) > limits.orders_a_minute:
            return Refusal("order_rate", f"more than {limits.orders_a_minute} orders a minute")
        hourly = sum((size for _, size in self._signed), Decimal(0)) + sum(sizes, Decimal(0))
        if hourly > limits.hourly_notional:
            return Refusal(
                "hourly_notional",
                f"{hourly:f} USD within an hour is above the limit of {limits.hourly_notional:f}",
            )
        self._signed.extend((now, size) for size in sizes)
        return None

    def _leverage(self, action: UpdateLeverage) -> Refusal | None:
        if 1 <= action.leverage <= self._limits.leverage:
            return None
        return Refusal(
            "leverage", f"{action.leverage}x is above the limit of {self._limits.leverage}x"
        )


def _notional(order: PlacedOrder) -> Decimal | None:
    """USD at the order's own limit; None where a figure is none."""
    try:
        price, size = Decimal(order.price), Decimal(order.size)
    except InvalidOperation:
        return None
    good = price.is_finite() and size.is_finite() and price > 0 and size > 0
    return price * size if good else None
