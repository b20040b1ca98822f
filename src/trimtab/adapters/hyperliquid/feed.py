"""The market as the bot knows it: facts that come by themselves, and coins that are looked up."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future

from trimtab.adapters.hyperliquid.bar_gatherer import interval_of
from trimtab.adapters.hyperliquid.coin_lookup import looked_up
from trimtab.adapters.hyperliquid.market_feed import CANDLES, MarketFeed, Watched
from trimtab.adapters.hyperliquid.outbox import Outbox, Put
from trimtab.adapters.hyperliquid.trading_rules import rules_of
from trimtab.adapters.hyperliquid.venue_access import VenueThread
from trimtab.domain.configuration import Instrument
from trimtab.domain.observations import CoinListed, CoinUnavailable, FeedLost
from trimtab.domain.units import Coin, Micros
from trimtab.ports import Clock

_PATIENCE = 60.0
"""Seconds for what somebody waits for."""


class HyperliquidFeed:
    """Bars, funding and what is missing of them, put as facts until it is closed."""

    def __init__(self, venue: VenueThread, watched: Watched, put: Put, clock: Clock) -> None:
        """`put`: into the engine's inbox; called on a thread of its own, it may wait."""
        self._outbox = Outbox(put, "hyperliquid market")
        self._loop = venue.loop
        self._clock = clock
        self._feed = MarketFeed(
            venue.access.info, venue.access.connecting, watched, self._outbox.tell, clock
        )
        self._running: Future[None] | None = None

    def start(self) -> None:
        """Returns at once; the first facts are what closed since the last bar that is known."""
        self._running = self._loop.start(self._feed.run())
        self._running.add_done_callback(self._ended)

    def watch(self, coins: Iterable[Coin]) -> None:
        """From now on these as well; their history is looked up by who wants it."""
        self._loop.start(self._feed.watch(tuple(coins)))

    def close(self) -> None:
        """All that was told is put before it returns."""
        if self._running is not None:
            self._running.cancel()
        self._outbox.close()

    def _ended(self, running: Future[None]) -> None:
        error = None if running.cancelled() else running.exception()
        if error is not None:
            reason = f"it has ended, start the bot again: {type(error).__name__}: {error}"
            self._outbox.tell(FeedLost(self._clock.now(), CANDLES, reason))


class HyperliquidCoins:
    """Keeps ports.CoinSource. Its caller waits."""

    def __init__(self, venue: VenueThread, interval: Micros) -> None:
        """Raises ValueError where the venue has no bars of that length."""
        interval_of(interval)
        self._venue = venue
        self._interval = interval

    def look_up(self, coin: Coin, at: Micros) -> CoinListed | CoinUnavailable:
        """Its rules and its last bars; or why it cannot be had."""
        work = looked_up(self._venue.access.info, coin, at, self._interval)
        try:
            return self._venue.loop.wait(work, _PATIENCE)
        except TimeoutError:
            return CoinUnavailable(at, coin, f"the venue did not answer in {_PATIENCE:.0f} s")

    def instruments(self) -> tuple[Instrument, ...]:
        """Of all perpetuals that are traded. Raises VenueError, TimeoutError."""
        meta = self._venue.loop.wait(self._venue.access.info.meta(), _PATIENCE)
        return tuple(rules.instrument() for rules in rules_of(meta).values())
