"""The exchange as the bot knows it: neither placing an order nor asking for the account waits."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from trimtab.adapters.hyperliquid.account import Account
from trimtab.adapters.hyperliquid.exchange_core import ACCOUNT, EarlierLife, ExchangeCore
from trimtab.adapters.hyperliquid.exchange_settings import ExchangeSettings
from trimtab.adapters.hyperliquid.outbox import Outbox, Put
from trimtab.adapters.hyperliquid.signing import Signer
from trimtab.adapters.hyperliquid.told_account import ToldAccount
from trimtab.adapters.hyperliquid.venue_access import VenueThread
from trimtab.domain.decisions import OrderCancelIntended, OrderIntended
from trimtab.domain.observations import (
    AccountReported,
    FeedLost,
    OrderOutcomeUnknown,
)
from trimtab.domain.units import Micros
from trimtab.ports import Clock, Recorded

_START = 60.0
"""Seconds for the first look at the account."""


class HyperliquidExchange:
    """Keeps ports.Exchange, and is an audience: it hears which fills have reached the journal.

    The venue is talked to in a thread of its own. What becomes of orders is put as facts.
    """

    def __init__(
        self,
        settings: ExchangeSettings,
        venue: VenueThread,
        signer: Signer,
        put: Put,
        clock: Clock,
    ) -> None:
        """`put`: into the engine's inbox; called on a thread of its own, it may wait."""
        self._told = ToldAccount()
        self._outbox = Outbox(put, "hyperliquid account")
        self._loop = venue.loop
        self._core = ExchangeCore(
            settings, venue.access, signer, self._outbox.tell, clock, self._told
        )
        self._clock = clock
        self._running: Future[None] | None = None

    def start(self, life: EarlierLife | None = None) -> None:
        """Returns when all that happened in between was told. Raises VenueError, TimeoutError."""
        self._loop.wait(self._core.begin(life or EarlierLife()), _START)
        self._running = self._loop.start(self._core.run())
        self._running.add_done_callback(self._ended)

    def place(self, order: OrderIntended) -> None:
        """At most once, however often it comes; what becomes of it is told as facts."""
        placing = self._loop.start(self._core.place(order))
        placing.add_done_callback(lambda done: self._placed(order, done))

    def cancel(self, order: OrderCancelIntended) -> None:
        """It works until the venue says that it does not."""
        self._loop.start(self._core.cancel(order.order, order.coin))

    def account(self, at: Micros) -> AccountReported | None:
        """What it holds, as far as fills have reached the journal; None: not known at present."""
        return self._told.report(at)

    @property
    def margins(self) -> Account | None:
        """How near to liquidation the account was when the venue last reported it."""
        return self._core.latest

    def publish(self, records: Sequence[Recorded]) -> None:
        """What has become durable."""
        self._told.heard(one.fact for one in records)

    def cancel_all(self, *, keep_stops: bool = True, within: float = 10.0) -> int:
        """Waits, for emergencies; how many there were. Raises VenueError, TimeoutError."""
        return self._loop.wait(self._core.cancel_all(keep_stops=keep_stops), within)

    def flatten(self, because: str, within: float = 10.0) -> int:
        """Waits, for emergencies; how many positions are being closed. Raises as `cancel_all`."""
        return self._loop.wait(self._core.flatten(because), within)

    def arm_watchdog(self, seconds: float | None, within: float = 10.0) -> str:
        """Waits; why the venue does not cancel all orders by itself. Raises as `cancel_all`."""
        return self._loop.wait(self._core.arm_watchdog(seconds), within)

    def close(self) -> None:
        """Orders that rest stay at the venue. All that was told is put before it returns."""
        if self._running is not None:
            self._running.cancel()
        self._outbox.close()

    def _placed(self, order: OrderIntended, done: Future[None]) -> None:
        """A mistake of ours must not leave an order that nobody knows of."""
        error = None if done.cancelled() else done.exception()
        if error is not None:
            now = self._clock.now()
            reason = f"{type(error).__name__}: {error}"
            self._outbox.tell(OrderOutcomeUnknown(now, order.order, order.coin, reason))

    def _ended(self, running: Future[None]) -> None:
        error = None if running.cancelled() else running.exception()
        if error is not None:
            reason = f"it has ended, start the bot again: {type(error).__name__}: {error}"
            self._outbox.tell(FeedLost(self._clock.now(), ACCOUNT, reason))
