"""Acts on orders once they are durable; an entry that a pause has overtaken does not leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trimtab.domain.decisions import OrderCancelIntended, OrderIntended
from trimtab.domain.facts import Outside
from trimtab.domain.observations import OrderCancelled, OrderFilled, OrderRejected
from trimtab.ports import Clock, Exchange, Recorded

PAUSED = "paused"
"""The code of an order that was not sent."""

_BECAUSE = "the bot was paused or stopped before the order left: entries wait, exits go on"


class OrderDesk:
    """An audience: gives every durable order to the exchange, in their order.

    Pausing beats trading at every instruction: whether the bot may enter is asked again here,
    after the commit. What is not sent is told as a fact, so the books let go of it.
    """

    def __init__(
        self,
        exchange: Exchange,
        barred: Callable[[], bool],
        put: Callable[[Outside], object],
        clock: Clock,
    ) -> None:
        """`barred`: whether entries are out of the question now, a pause that only waits included.

        `put`: into the engine's inbox; called on the engine's thread, so it must not wait.
        """
        self._exchange = exchange
        self._barred = barred
        self._put = put
        self._clock = clock

    def publish(self, records: Sequence[Recorded]) -> None:
        self._place(records)
        for one in records:
            if isinstance(one.fact, OrderCancelIntended):
                self._exchange.cancel(one.fact)

    def _place(self, records: Sequence[Recorded]) -> None:
        orders = [one.fact for one in records if isinstance(one.fact, OrderIntended)]
        if not orders:
            return
        over = {
            one.fact.order for one in records if isinstance(one.fact, OrderFilled | OrderCancelled)
        }
        for order in orders:
            if order.reduce_only or order.order in over or not self._barred():
                self._exchange.place(order)
            else:
                self._put(
                    OrderRejected(self._clock.now(), order.order, order.coin, PAUSED, _BECAUSE)
                )
