"""What becomes of orders, as facts: each told once, in whatever order and however often it is heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from trimtab.adapters.hyperliquid.client_order_id import order_of
from trimtab.adapters.hyperliquid.fill_teller import FillTeller, told
from trimtab.adapters.hyperliquid.order_messages import Fill, OrderUpdate
from trimtab.adapters.hyperliquid.order_preparing import rests
from trimtab.adapters.hyperliquid.order_statuses import standing_of
from trimtab.adapters.hyperliquid.told_account import ToldAccount
from trimtab.adapters.hyperliquid.working_orders import Known, WorkingOrders
from trimtab.domain.decisions import OrderIntended
from trimtab.domain.facts import Outside
from trimtab.domain.observations import (
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderSent,
)
from trimtab.domain.units import Coin, OrderId
from trimtab.ports import Clock

FOLLOWED = "executed: it followed the size of its position"
UNMATCHED = "executed in part: nobody offered the rest within the allowed slippage"

NOTHING = Decimal(0)


class Outcomes:
    """Fills are told only as fills: what a reply says of them is a promise, and is waited for."""

    def __init__(
        self,
        orders: WorkingOrders,
        fills: FillTeller,
        account: ToldAccount,
        tell: Callable[[Outside], object],
        clock: Clock,
    ) -> None:
        self.orders = orders
        self.fills = fills
        self.account = account
        self._tell = tell
        self._clock = clock

    def sent(self, order: OrderIntended) -> None:
        self._tell(OrderSent(self._clock.now(), order.order, order.coin))

    def accepted(self, order: OrderId) -> None:
        """It works at the venue."""
        known = self.orders.get(order)
        self.orders.change(order, in_flight=False, accepted=True)
        if known is not None and not known.accepted:
            self._tell(OrderAccepted(self._clock.now(), order, known.order.coin))

    def rejected(self, order: OrderId, code: str, reason: str) -> None:
        known = self.orders.end(order)
        if known is not None:
            self._tell(OrderRejected(self._clock.now(), order, known.order.coin, code, reason))

    def unknown(self, order: OrderId, reason: str) -> None:
        known = self.orders.get(order)
        if known is not None:
            self._tell(OrderOutcomeUnknown(self._clock.now(), order, known.order.coin, reason))

    def gone(self, order: OrderId, coin: Coin) -> None:
        """One that we know nothing of does not work, or not any more."""
        text = "the venue has no such order any more"
        self._tell(OrderCancelled(self._clock.now(), order, coin, text))

    def over(self, order: OrderId, filled: Decimal, reason: str) -> None:
        """The venue says that it has ended with so much executed; fills may still be to come."""
        known = self.orders.change(order, in_flight=False, ends_at=filled, reason=reason)
        if known is not None:
            self._settle(known)

    def take(self, fills: Iterable[Fill]) -> None:
        """Fills, from wherever they come."""
        for order, fill in self.fills.fresh(fills):
            self._filled(order, fill)

    def update(self, update: OrderUpdate) -> None:
        """The state of an order, as the stream tells it. One that we do not know is not ours.

        While its sender waits for the reply an order that is not found yet is no news.
        """
        if update.order.cloid is None:
            return
        order = order_of(update.order.cloid)
        known = self.orders.get(order)
        if known is None:
            return
        match standing_of(update.status):
            case "open":
                if rests(known.order):
                    self.accepted(order)
            case "filled":
                self.over(order, update.order.filled or known.order.size, FOLLOWED)
            case "cancelled":
                self.over(order, update.order.filled, f"by the venue: {update.status}")
            case "rejected" if not known.in_flight:
                self._refused(known, update)
            case _:
                pass

    def _refused(self, known: Known, update: OrderUpdate) -> None:
        """What was executed before is not undone by a later refusal, as of a stop's trigger."""
        if known.filled or update.order.filled:
            self.over(known.order.order, update.order.filled, f"by the venue: {update.status}")
        else:
            text = f"the venue's state of it is {update.status}"
            self.rejected(known.order.order, update.status, text)

    def _filled(self, order: OrderId, fill: Fill) -> None:
        known = self.orders.get(order)
        filled = known.filled + fill.size if known else NOTHING
        known = self.orders.change(order, filled=filled)
        fact = told(order, fill, known.remaining if known else NOTHING)
        self.account.filled(fact)
        self._tell(fact)
        if known is not None:
            self._settle(known, fact)

    def _settle(self, known: Known, last: OrderFilled | None = None) -> None:
        """Ends what has ended; one that is not whole is told to be over."""
        whole = known.is_whole and not known.in_flight
        if not known.is_over and not whole:
            return
        self.orders.end(known.order.order)
        if known.filled < known.order.size and (last is None or last.remaining or known.reason):
            self._tell(
                OrderCancelled(self._clock.now(), known.order.order, known.order.coin, known.reason)
            )
