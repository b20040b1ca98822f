"""Everything that trades one account, in one event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from decimal import Decimal
from typing import NamedTuple

from trimtab.adapters.hyperliquid.account import Account
from trimtab.adapters.hyperliquid.client_order_id import is_own, order_of
from trimtab.adapters.hyperliquid.exchange_client import ExchangeClient
from trimtab.adapters.hyperliquid.exchange_replies import Refused
from trimtab.adapters.hyperliquid.exchange_settings import ExchangeSettings
from trimtab.adapters.hyperliquid.fill_teller import FillTeller
from trimtab.adapters.hyperliquid.freshness import subscription
from trimtab.adapters.hyperliquid.markets import Markets
from trimtab.adapters.hyperliquid.mid_prices import MidPrices
from trimtab.adapters.hyperliquid.order_messages import OrderUpdate
from trimtab.adapters.hyperliquid.order_preparing import rests
from trimtab.adapters.hyperliquid.order_sender import OrderSender
from trimtab.adapters.hyperliquid.outcomes import Outcomes
from trimtab.adapters.hyperliquid.reconciler import Reconciler
from trimtab.adapters.hyperliquid.signing import Signer
from trimtab.adapters.hyperliquid.stream import Stream, StreamEvents
from trimtab.adapters.hyperliquid.stream_messages import Frame, UserEvents, UserFills
from trimtab.adapters.hyperliquid.told_account import ToldAccount
from trimtab.adapters.hyperliquid.trading_rules import OrderSide
from trimtab.adapters.hyperliquid.venue_access import VenueAccess
from trimtab.adapters.hyperliquid.venue_errors import VenueError
from trimtab.adapters.hyperliquid.wire_actions import ScheduleCancel
from trimtab.adapters.hyperliquid.working_orders import WorkingOrders
from trimtab.domain.canonical import order_id
from trimtab.domain.decisions import OrderIntended
from trimtab.domain.facts import Outside
from trimtab.domain.observations import FeedLost, FeedRestored
from trimtab.domain.units import MINUTE, SECOND, Coin, Micros, OrderId
from trimtab.ports import Clock

ACCOUNT = "hyperliquid.account"
"""Name of the feed in facts."""

OVERLAP = MINUTE
"""Before the last fill that was told, in which another may have been missed."""

_EMERGENCY = 0xFFFFE
"""Purpose of orders that this adapter makes by itself, in their ids."""


class EarlierLife(NamedTuple):
    """What a bot that starts again knows of the venue."""

    orders: Sequence[OrderIntended] = ()
    """Whose end it has not heard of."""
    trades: Sequence[int] = ()
    """The venue's numbers of the newest fills that it was told."""
    since: Micros = Micros(0)
    """From when on fills may be missing; 0: it never traded, and starts now."""
    moved: Micros = Micros(0)
    """Up to when it was told of money that moved; 0: as `since`."""


class ExchangeCore:
    """Belongs to one event loop; `run` goes on until it is cancelled."""

    def __init__(
        self,
        settings: ExchangeSettings,
        venue: VenueAccess,
        signer: Signer,
        tell: Callable[[Outside], object],
        clock: Clock,
        told: ToldAccount,
    ) -> None:
        """`tell` must not wait."""
        self._settings = settings
        self._tell = tell
        self._clock = clock
        self._told = told
        self._info = venue.info
        self._exchange = ExchangeClient(venue.transport, signer, venue.throttle)
        self._markets = Markets(self._info)
        self._mids = MidPrices(self._info)
        fills = FillTeller(settings.user, self._is_own)
        self._outcomes = Outcomes(WorkingOrders(), fills, told, tell, clock)
        self._sender = OrderSender(
            settings,
            self._exchange,
            self._info,
            self._markets,
            self._mids,
            self._outcomes,
            clock,
        )
        self._reconciler = Reconciler(settings.user, self._info, self._outcomes, tell, clock)
        events = StreamEvents(self._take, self._connected, self._lost)
        self._stream = Stream(venue.connecting, events)
        self._background: set[asyncio.Task[None]] = set()
        self.latest: Account | None = None
        """The account with its margins, as the venue last reported it."""
        self._stops: list[OrderIntended] = []
        """Of an earlier life, whose end it has not heard of."""
        self._one_at_a_time = asyncio.Lock()
        self._out = False

    async def begin(self, life: EarlierLife) -> Account:
        """What happened while nobody listened is told. Raises VenueError."""
        since = Micros(life.since - OVERLAP) if life.since else self._clock.now()
        late = (self._settings.expiry + self._settings.margin) * SECOND
        self._outcomes.orders.go_on(life.orders, Micros(self._clock.now() + int(late)))
        self._stops = [one for one in life.orders if rests(one)]
        self._outcomes.fills.go_on(life.trades, since // 1000)
        self._reconciler.go_on(life.moved or life.since or since)
        await self._markets.load()
        return await self.reconcile()

    async def run(self) -> None:
        for stop in self._stops:
            self._start(self._quietly(self._sender.protect_again(stop)))
        self._start(self._look_once_more())
        user = self._settings.user
        await self._stream.subscribe(
            [
                subscription("allMids"),
                *(
                    subscription(kind, user=user)
                    for kind in ("orderUpdates", "userFills", "userEvents")
                ),
            ]
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._stream.run())
                tasks.create_task(self._look_after_fills())
                tasks.create_task(self._refresh())
        finally:
            for task in self._background:
                task.cancel()

    async def place(self, order: OrderIntended) -> None:
        await self._sender.place(order)

    async def cancel(self, order: OrderId, coin: Coin) -> None:
        await self._sender.cancel(order, coin)

    async def cancel_all(self, *, keep_stops: bool = True) -> int:
        """All open orders of this bot; how many. Raises VenueError."""
        own = [
            (order_of(one.cloid), Coin(one.coin))
            for one in await self._info.open_orders(self._settings.user)
            if one.cloid is not None and not (keep_stops and one.is_trigger)
        ]
        cancels = [self.cancel(order, coin) for order, coin in own if self._is_own(coin, order)]
        await asyncio.gather(*cancels)
        return len(cancels)

    async def flatten(self, because: str) -> int:
        """Closes all positions of the account, each by an order that only reduces; how many.

        Raises VenueError. For emergencies: the bot closes what it holds by orders of its own.
        """
        state = await self._info.clearinghouse(self._settings.user)
        held = [(Coin(one.position.coin), one.position.size) for one in state.asset_positions]
        orders = [self._closing(coin, size, because) for coin, size in held if size]
        await asyncio.gather(*map(self.place, orders))
        return len(orders)

    async def arm_watchdog(self, seconds: float | None) -> str:
        """The venue cancels all orders, stops too, unless this is called again; None: it does not.

        Why it is not armed, such as too little volume; empty: it is. Raises VenueError.
        """
        time = self._clock.now() // 1000 + int(seconds * 1000) if seconds is not None else None
        (answer, *_) = await self._exchange.send(ScheduleCancel(time), None)
        return f"{answer.code}: {answer.reason}" if isinstance(answer, Refused) else ""

    @property
    def newest_fill(self) -> int:
        """Milliseconds (UTC) of the newest fill of the account that was heard of."""
        return self._outcomes.fills.newest

    def _closing(self, coin: Coin, size: Decimal, because: str) -> OrderIntended:
        now = self._clock.now()
        order = order_id(self._settings.bot, coin, now, _EMERGENCY)
        side: OrderSide = "sell" if size > 0 else "buy"
        return OrderIntended(now, order, coin, side, abs(size), "flatten", True, None, because)  # noqa: FBT003

    def _is_own(self, coin: Coin, order: OrderId) -> bool:
        return is_own(self._settings.bot, coin, order)

    def _take(self, frame: Frame) -> None:
        match frame.data:
            case dict() as mids:
                self._mids.take(mids)
            case UserFills(fills=fills) | UserEvents(fills=fills):
                self._outcomes.take(fills)
            case tuple() as updates:
                for update in updates:
                    if isinstance(update, OrderUpdate):
                        self._outcomes.update(update)
            case _:
                pass

    def _connected(self) -> None:
        self._start(self._make_up())

    def _lost(self, reason: str) -> None:
        self._told.lost()
        if not self._out:
            self._out = True
            self._tell(FeedLost(self._clock.now(), ACCOUNT, reason))

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _make_up(self) -> None:
        """Nothing is sent again by itself after a connection was lost."""
        while True:
            try:
                await self.reconcile()
            except VenueError as error:
                self._lost(str(error))
                await asyncio.sleep(self._settings.again)
                continue
            if self._out and self._stream.is_connected:
                self._out = False
                self._tell(FeedRestored(self._clock.now(), ACCOUNT))
            self._start(self._sender.cancel_again())
            return

    async def reconcile(self) -> Account:
        """What the venue has, against what was told. Raises VenueError."""
        async with self._one_at_a_time:
            await self._reconciler.fills()
            await self._reconciler.orders(self._sender.look)
            limit = await self._info.rate_limit(self._settings.user)
            self._exchange.quota = self._exchange.quota.told(limit)
            self.latest = await self._reconciler.account()
            return self.latest

    async def _look_after_fills(self) -> None:
        """Fills that a reply promised and the stream did not bring are asked for."""
        pause = self._settings.fills_within
        while True:
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._settings.refresh)
            if any(one.ends_at is not None for one in self._outcomes.orders.all()):
                await self._quietly(self._reconciler.fills())
            else:
                pause = self._settings.fills_within

    async def _look_once_more(self) -> None:
        """When nothing of an earlier life can arrive any more it is clear what never did."""
        await asyncio.sleep(self._settings.expiry + self._settings.margin)
        if any(not one.in_flight for one in self._outcomes.orders.all()):
            await self._make_up()

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(self._settings.refresh)
            await self._make_up()

    async def _quietly(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except VenueError as error:
            self._lost(str(error))
