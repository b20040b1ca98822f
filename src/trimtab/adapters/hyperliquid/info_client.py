"""Questions to the venue. They change nothing, so they are asked again when nobody answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import msgspec
import stamina
from msgspec import Struct

from trimtab.adapters.hyperliquid import account_messages as account
from trimtab.adapters.hyperliquid import market_messages as market
from trimtab.adapters.hyperliquid import order_messages as orders
from trimtab.adapters.hyperliquid.http_transport import HttpTransport
from trimtab.adapters.hyperliquid.throttle import Throttle
from trimtab.adapters.hyperliquid.venue_errors import (
    NotUnderstoodError,
    TooMuchError,
    UnreachableError,
)

T = TypeVar("T")

LIGHT = 2.0
USUAL = 20.0
ROLE = 60.0
"""Weights of questions."""

_FILLS_A_PAGE = 2_000
_FUNDINGS_A_PAGE = 500


Page = Callable[[int], Awaitable[tuple[T, ...]]]
"""A question for what there is from a moment on."""


class Patience(Struct, frozen=True):
    """How often, and in what steps, a question is asked again."""

    attempts: int = 5
    first_pause: float = 0.2
    """Seconds; then twice as long each time."""
    longest_pause: float = 5.0
    jitter: float = 0.5
    total: float = 45.0


class InfoClient:
    """`POST /info`. All calls raise VenueError; times are milliseconds (UTC)."""

    def __init__(
        self,
        transport: HttpTransport,
        throttle: Throttle | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._transport = transport
        self._throttle = throttle or Throttle()
        self._patience = patience or Patience()

    async def meta(self) -> market.Meta:
        return await self._ask({"type": "meta"}, market.Meta)

    async def meta_and_contexts(self) -> market.MetaAndContexts:
        return await self._ask({"type": "metaAndAssetCtxs"}, market.MetaAndContexts)

    async def mids(self, *, urgent: bool = False) -> market.Mids:
        return await self._ask({"type": "allMids"}, market.Mids, LIGHT, urgent=urgent)

    async def candles(
        self, coin: str, interval: str, start: int, end: int
    ) -> tuple[market.Candle, ...]:
        """Only the newest 5,000 or so are kept; the last may still be running."""
        span = {"coin": coin, "interval": interval, "startTime": start, "endTime": end}
        bars = await self._ask({"type": "candleSnapshot", "req": span}, tuple[market.Candle, ...])
        self._throttle.add(len(bars) / 60)
        return bars

    async def book(self, coin: str) -> market.Book:
        return await self._ask({"type": "l2Book", "coin": coin}, market.Book, LIGHT)

    async def funding_history(self, coin: str, start: int) -> tuple[market.FundingRate, ...]:
        """From `start` on, oldest first, whatever number of pages it takes."""

        async def page(since: int) -> tuple[market.FundingRate, ...]:
            question = {"type": "fundingHistory", "coin": coin, "startTime": since}
            return await self._ask(question, tuple[market.FundingRate, ...])

        return await self._paged(page, start, _FUNDINGS_A_PAGE, lambda one: one.time)

    async def clearinghouse(self, user: str) -> account.ClearinghouseState:
        return await self._ask(
            {"type": "clearinghouseState", "user": user}, account.ClearinghouseState, LIGHT
        )

    async def spot(self, user: str) -> account.SpotClearinghouseState:
        return await self._ask(
            {"type": "spotClearinghouseState", "user": user}, account.SpotClearinghouseState, LIGHT
        )

    async def abstraction(self, user: str) -> str:
        """The account's mode: `unifiedAccount`, `portfolioMargin`, `disabled`, `default`, ..."""
        mode = await self._ask({"type": "userAbstraction", "user": user}, object)
        return mode if isinstance(mode, str) else "default"

    async def fees(self, user: str) -> account.FeeRates:
        return await self._ask({"type": "userFees", "user": user}, account.FeeRates)

    async def rate_limit(self, user: str) -> account.RateLimit:
        return await self._ask({"type": "userRateLimit", "user": user}, account.RateLimit)

    async def agents(self, user: str) -> tuple[account.Agent, ...]:
        return await self._ask({"type": "extraAgents", "user": user}, tuple[account.Agent, ...])

    async def role(self, user: str) -> str:
        answer = await self._ask({"type": "userRole", "user": user}, account.Role, ROLE)
        return answer.role

    async def ledger(self, user: str, start: int) -> tuple[account.LedgerUpdate, ...]:
        """Money that moved without a trade."""
        question = {"type": "userNonFundingLedgerUpdates", "user": user, "startTime": start}
        return await self._ask(question, tuple[account.LedgerUpdate, ...])

    async def open_orders(self, user: str) -> tuple[orders.OpenOrder, ...]:
        """Triggers included."""
        return await self._ask(
            {"type": "frontendOpenOrders", "user": user},
            tuple[orders.OpenOrder, ...],
            urgent=True,
        )

    async def order_status(self, user: str, oid: int | str) -> orders.OrderStatus:
        """Of an order by the venue's number or by its client order id."""
        question = {"type": "orderStatus", "user": user, "oid": oid}
        return await self._ask(question, orders.OrderStatus, LIGHT, urgent=True)

    async def fills(self, user: str, start: int) -> tuple[orders.Fill, ...]:
        """From `start` on, oldest first, each once."""

        async def page(since: int) -> tuple[orders.Fill, ...]:
            question = {"type": "userFillsByTime", "user": user, "startTime": since}
            return await self._ask(question, tuple[orders.Fill, ...], urgent=True)

        found = await self._paged(page, start, _FILLS_A_PAGE, lambda one: one.time)
        return tuple(sorted(found, key=lambda one: one.time))

    async def _paged(
        self, page: Page[T], start: int, size: int, time_of: Callable[[T], int]
    ) -> tuple[T, ...]:
        """A page begins in the moment of the last one's end, in which there may be more."""
        found: dict[T, None] = {}
        since = start
        while True:
            new = await page(since)
            self._throttle.add(len(new) / 20)
            found |= dict.fromkeys(new)
            last = max(map(time_of, new), default=since)
            if len(new) < size or last <= since:
                return tuple(found)
            since = last

    async def _ask(
        self,
        question: Mapping[str, object],
        kind: type[T],
        weight: float = USUAL,
        *,
        urgent: bool = False,
    ) -> T:
        body = msgspec.json.encode(question)
        patience = self._patience
        async for attempt in stamina.retry_context(
            on=UnreachableError,
            attempts=patience.attempts,
            timeout=patience.total,
            wait_initial=patience.first_pause,
            wait_max=patience.longest_pause,
            wait_jitter=patience.jitter,
        ):
            with attempt:
                content = await self._sent(body, weight, urgent=urgent)
                return _read(question, content, kind)
        raise AssertionError  # the last attempt raises

    async def _sent(self, body: bytes, weight: float, *, urgent: bool) -> bytes:
        await self._throttle.take(weight, urgent=urgent)
        try:
            return await self._transport.post("/info", body)
        except TooMuchError:
            self._throttle.exhausted()
            raise


def _read(question: Mapping[str, object], content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise NotUnderstoodError(
            f"the venue's answer to {question['type']} is not understood: {error}"
        ) from error
