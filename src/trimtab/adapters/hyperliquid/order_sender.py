"""Sends orders and cancels, and finds out what became of those that nobody answered for."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Literal

from trimtab.adapters.hyperliquid.client_order_id import cloid_of
from trimtab.adapters.hyperliquid.exchange_client import ExchangeClient
from trimtab.adapters.hyperliquid.exchange_replies import Answer, Done, Filled, Refused, Resting
from trimtab.adapters.hyperliquid.exchange_settings import ExchangeSettings
from trimtab.adapters.hyperliquid.info_client import InfoClient
from trimtab.adapters.hyperliquid.markets import Markets
from trimtab.adapters.hyperliquid.mid_prices import MidPrices
from trimtab.adapters.hyperliquid.order_messages import OrderUpdate
from trimtab.adapters.hyperliquid.order_preparing import Unfit, prepared, rests
from trimtab.adapters.hyperliquid.order_statuses import standing_of
from trimtab.adapters.hyperliquid.outcomes import UNMATCHED, Outcomes
from trimtab.adapters.hyperliquid.signing import SignerRefusedError
from trimtab.adapters.hyperliquid.venue_errors import (
    NotSentError,
    NotUnderstoodError,
    RefusedRequestError,
    UnreachableError,
    VenueError,
)
from trimtab.adapters.hyperliquid.wire_actions import (
    Action,
    CancelByCloid,
    CancelledOrder,
    UpdateLeverage,
)
from trimtab.domain.decisions import OrderIntended
from trimtab.domain.units import SECOND, Coin, OrderId
from trimtab.ports import Clock

Seen = Literal["never", "told", "undecided"]

_NOT_EXECUTED = frozenset({"duplicate_nonce", "nonce_too_low", "expired"})
"""Refusals of the envelope: the order itself was not looked at."""


_AGAIN = 2
"""The number of a sending after one that may have left: what the venue refuses may be there."""


class OrderSender:
    """Every order ends in a fact, or is unknown until the venue says what it is."""

    def __init__(
        self,
        settings: ExchangeSettings,
        exchange: ExchangeClient,
        info: InfoClient,
        markets: Markets,
        mids: MidPrices,
        outcomes: Outcomes,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._exchange = exchange
        self._info = info
        self._markets = markets
        self._mids = mids
        self._outcomes = outcomes
        self._clock = clock
        self._levered: set[Coin] = set()
        self._given_up: dict[OrderId, Coin] = {}

    async def place(self, order: OrderIntended) -> None:
        """At most once, however often it is given."""
        if not self._outcomes.orders.begin(order):
            return
        action = await self._ready(order)
        if action is not None:
            await self._send(order, action, 1)

    async def protect_again(self, order: OrderIntended) -> None:
        """A stop of an earlier life that the venue has not seen is sent at once.

        Should the first one arrive after all, its name is taken already, and each only reduces: that
        is better than a position without a stop until nothing can arrive any more. Raises VenueError.
        """
        if await self.look(order.order) != "never":
            return
        action = await self._ready(order)
        if action is not None:
            self._outcomes.orders.change(order.order, in_flight=True)
            await self._send(order, action, _AGAIN)

    async def cancel(self, order: OrderId, coin: Coin) -> None:
        """Cancelling twice is cancelling once, so it is tried until it is clear that it is over."""
        rules = await self._markets.of(coin)
        if rules is None:
            return
        is_known = self._outcomes.orders.get(order) is not None
        action = CancelByCloid((CancelledOrder(rules.number, cloid_of(order)),))
        problem = ""
        for _ in range(self._settings.cancellings):
            problem = await self._cancelled(action)
            if not problem and await self._is_clear(order):
                if not is_known:
                    self._outcomes.gone(order, coin)
                return
            await asyncio.sleep(self._settings.again)
        self._outcomes.unknown(order, f"it could not be cancelled: {problem or 'it goes on'}")
        self._given_up[order] = coin

    async def cancel_again(self) -> None:
        """Those that could not be cancelled, once the venue answers again."""
        given_up, self._given_up = self._given_up, {}
        await asyncio.gather(*(self.cancel(order, coin) for order, coin in given_up.items()))

    async def look(self, order: OrderId) -> Seen:
        """Asks the venue once what became of an order, and tells it. Raises VenueError."""
        status = await self._info.order_status(self._settings.user, cloid_of(order))
        return "never" if status.order is None else self._conclude(order, status.order)

    async def find_out(self, order: OrderId) -> bool:
        """Asks the venue until it is clear. False: it has never seen the order."""
        while True:
            with suppress(VenueError):
                seen = await self.look(order)
                if seen != "undecided":
                    return seen == "told"
            await asyncio.sleep(self._settings.again)

    async def _cancelled(self, action: CancelByCloid) -> str:
        """Why it was not; empty: it was, or was not open any more."""
        try:
            (answer, *_) = await self._exchange.send(action, None, urgent=True)
        except (VenueError, SignerRefusedError) as error:
            return str(error)
        return answer.reason if isinstance(answer, Refused) and answer.code != "not_open" else ""

    async def _is_clear(self, order: OrderId) -> bool:
        """Whether it has ended: one that is still on its way may arrive after its cancel."""
        known = self._outcomes.orders.get(order)
        if known is None or known.ends_at is not None:
            return True
        if known.in_flight:
            return False
        with suppress(VenueError):
            seen = await self.look(order)
            known = self._outcomes.orders.get(order)
            return seen != "undecided" and (known is None or known.ends_at is not None)
        return False

    async def _ready(self, order: OrderIntended) -> Action | None:
        """None: it is refused, and that is told."""
        try:
            rules = await self._markets.of(order.coin)
            mid = order.trigger_price if rests(order) else await self._mids.of(order.coin)
        except VenueError as error:
            self._outcomes.rejected(order.order, "venue_away", str(error))
            return None
        if rules is None or mid is None:
            text = f"the venue has no market of {order.coin}, or has delisted it"
            self._outcomes.rejected(order.order, "no_market", text)
            return None
        action = prepared(order, rules, mid, self._settings.slippage)
        if isinstance(action, Unfit):
            self._outcomes.rejected(order.order, action.code, action.reason)
            return None
        if not order.reduce_only and not await self._has_leverage(order):
            return None
        return action

    async def _has_leverage(self, order: OrderIntended) -> bool:
        """Sets the coin's leverage once; False: it could not be, and the entry is refused."""
        rules = await self._markets.of(order.coin)
        wanted = self._settings.leverage
        if wanted is None or rules is None or order.coin in self._levered:
            return True
        cross = self._settings.cross and not rules.isolated_only
        action = UpdateLeverage(rules.number, cross, min(wanted, rules.maximum_leverage))
        try:
            (answer, *_) = await self._exchange.send(action, None)
        except (VenueError, SignerRefusedError) as error:
            self._outcomes.rejected(order.order, "leverage", str(error))
            return False
        if isinstance(answer, Refused):
            self._outcomes.rejected(order.order, answer.code, f"its leverage: {answer.reason}")
            return False
        self._levered.add(order.coin)
        return True

    async def _send(self, order: OrderIntended, action: Action, sending: int) -> None:
        expires = self._clock.now() // 1000 + int(self._settings.expiry * 1000)

        def leaves() -> None:
            if sending == 1:
                self._outcomes.sent(order)

        try:
            answers = await self._exchange.send(action, expires, leaves, urgent=order.reduce_only)
        except SignerRefusedError as error:
            self._outcomes.rejected(order.order, "signer", str(error))
        except NotSentError as error:
            self._outcomes.rejected(order.order, "not_sent", str(error))
        except RefusedRequestError as error:
            self._outcomes.rejected(order.order, "malformed", str(error))
        except (UnreachableError, NotUnderstoodError) as error:
            self._outcomes.unknown(order.order, str(error))
            await self._after_silence(order, action, expires, sending)
        else:
            await self._answered(order, action, answers[0], expires, sending)

    async def _answered(
        self, order: OrderIntended, action: Action, answer: Answer, expires: int, sending: int
    ) -> None:
        match answer:
            case Resting():
                self._outcomes.accepted(order.order)
            case Filled():
                whole = answer.size >= order.size
                self._outcomes.over(order.order, answer.size, "" if whole else UNMATCHED)
            case Refused() if sending > 1:  # perhaps as the first sending had arrived after all
                if not await self.find_out(order.order):
                    self._outcomes.rejected(order.order, answer.code, answer.reason)
            case Refused(code=code) if code in _NOT_EXECUTED and sending < self._settings.sendings:
                await self._send(order, action, sending + 1)
            case Refused():
                self._outcomes.rejected(order.order, answer.code, answer.reason)
            case Done():
                text = "the venue's answer does not tell what became of it"
                self._outcomes.unknown(order.order, text)
                await self._after_silence(order, action, expires, sending)

    async def _after_silence(
        self, order: OrderIntended, action: Action, expires: int, sending: int
    ) -> None:
        """Only when it cannot arrive any more can anybody know that it has not."""
        over = expires * 1000 - self._clock.now()
        await asyncio.sleep(max(0.0, over / SECOND) + self._settings.margin)
        if await self.find_out(order.order):
            return
        if order.reduce_only and sending < self._settings.sendings:
            await self._send(order, action, sending + 1)
        else:
            text = "the venue was silent, and has never seen the order"
            self._outcomes.rejected(order.order, "never_arrived", text)

    def _conclude(self, order: OrderId, update: OrderUpdate) -> Seen:
        known = self._outcomes.orders.get(order)
        if known is None:
            return "told"
        standing = standing_of(update.status)
        if standing == "unknown" or (standing == "open" and not rests(known.order)):
            return "undecided"  # an order that does not rest is about to be executed, or not
        self._outcomes.orders.change(order, in_flight=False)
        self._outcomes.update(update)
        return "told"
