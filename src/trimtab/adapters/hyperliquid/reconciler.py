"""What the venue has, against what was told: after every connection, and now and then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from trimtab.adapters.hyperliquid.account import Account, account_of, mode_of
from trimtab.adapters.hyperliquid.client_order_id import order_of
from trimtab.adapters.hyperliquid.info_client import InfoClient
from trimtab.adapters.hyperliquid.order_sender import Seen
from trimtab.adapters.hyperliquid.outcomes import Outcomes
from trimtab.adapters.hyperliquid.transfers import transfers
from trimtab.adapters.hyperliquid.working_orders import Known
from trimtab.domain.facts import Outside
from trimtab.domain.units import MINUTE, Micros, OrderId
from trimtab.ports import Clock

_OVERLAP = MINUTE // 1000
"""Milliseconds before the newest fill from which fills are asked for again."""

Look = Callable[[OrderId], Awaitable[Seen]]


class Reconciler:
    """Fills first, then orders, then the account: a position never comes before its fills.

    An order that is not listed is not thereby cancelled, and a position that is not listed is not
    thereby flat: the venue is asked for each.
    """

    def __init__(
        self,
        user: str,
        info: InfoClient,
        outcomes: Outcomes,
        tell: Callable[[Outside], object],
        clock: Clock,
    ) -> None:
        self._user = user
        self._info = info
        self._outcomes = outcomes
        self._tell = tell
        self._clock = clock
        self._moved_until = 0

    def go_on(self, since: Micros) -> None:
        """Money that moved before was told in an earlier life."""
        self._moved_until = since // 1000

    async def fills(self) -> None:
        """Those that the stream did not bring. Raises VenueError."""
        start = max(0, self._outcomes.fills.newest - _OVERLAP)
        self._outcomes.take(await self._info.fills(self._user, start))

    async def orders(self, look: Look) -> None:
        """What became of those that are no longer listed, one by one. Raises VenueError."""
        listed = {
            order_of(one.cloid): one
            for one in await self._info.open_orders(self._user)
            if one.cloid is not None
        }
        for known in self._outcomes.orders.all():
            if known.in_flight:
                continue  # its sender finds out
            if known.order.order in listed:
                self._outcomes.accepted(known.order.order)
            elif await look(known.order.order) == "never" and self._is_believed(known):
                text = "the venue has never seen the order"
                self._outcomes.rejected(known.order.order, "never_arrived", text)

    def _is_believed(self, known: Known) -> bool:
        """Whether one that the venue has never seen will never be: it cannot arrive any more."""
        return not known.accepted and self._clock.now() > known.arrives_until

    async def account(self) -> Account:
        """The account as it is now, once all that made it so was told. Raises VenueError."""
        mode = mode_of(await self._info.abstraction(self._user))
        spot = await self._info.spot(self._user)
        before = self._clock.now()
        perpetuals = await self._info.clearinghouse(self._user)
        moment = Micros(perpetuals.time * 1000) if perpetuals.time else before
        await self.fills()
        for moved in transfers(
            await self._info.ledger(self._user, self._moved_until + 1), self._user, mode
        ):
            self._moved_until = moved.at // 1000
            self._outcomes.account.moved(moved)
            self._tell(moved)
        account = account_of(mode, perpetuals, spot)
        self._outcomes.account.adopt(account, moment)
        return account
