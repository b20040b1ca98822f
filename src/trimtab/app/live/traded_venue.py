"""Where a bot trades for real: the exchange, who gives it orders, and who asks for its account."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from decimal import Decimal

from trimtab.adapters.hyperliquid.exchange import HyperliquidExchange
from trimtab.adapters.hyperliquid.exchange_core import EarlierLife
from trimtab.adapters.hyperliquid.exchange_settings import ExchangeSettings
from trimtab.adapters.hyperliquid.order_preparing import Slippage
from trimtab.adapters.hyperliquid.venue_access import VenueThread
from trimtab.adapters.hyperliquid.venue_errors import VenueError
from trimtab.adapters.signer.client import SignerClient
from trimtab.adapters.signer.errors import KeyStoreError
from trimtab.adapters.signer.spawning import spawned
from trimtab.app.errors import UserError
from trimtab.app.live.signing import signer_settings, signer_socket
from trimtab.app.settings import Settings
from trimtab.domain.units import HOUR, Micros
from trimtab.mind.mind import Mind
from trimtab.ports import Audience, Clock
from trimtab.runtime.heartbeat import LOOK, Heartbeat
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.order_desk import OrderDesk
from trimtab.runtime.reactive_bot import ReactiveBot

_CLOSING = 5.0
"""Seconds."""


class TradedVenue:
    """One bot's. `serve` comes before the first order, and tells all that happened meanwhile."""

    def __init__(self, settings: Settings, venue: VenueThread, inbox: Inbox, clock: Clock) -> None:
        self._inbox = inbox
        self._clock = clock
        self._bot: ReactiveBot | None = None
        self._venue = venue
        self._signer = SignerClient(signer_socket(settings))
        self.exchange = HyperliquidExchange(
            _exchange_settings(settings), venue, self._signer, inbox.put, clock
        )  # fmt: skip
        desk = OrderDesk(self.exchange, self._bars_entries, inbox.put, clock)
        self.audiences: tuple[Audience, ...] = (self.exchange, desk)
        """In their order: a fill is in the journal before the next order is placed."""

    def serve(self, bot: ReactiveBot) -> None:
        """From what the journal knows of the venue. Raises UserError."""
        self._bot = bot
        try:
            self.exchange.start(earlier_life(bot.mind))
        except (VenueError, TimeoutError) as error:
            raise UserError(f"the venue cannot be asked for the account: {error}") from error

    def heartbeat(self, look: float = LOOK) -> Heartbeat:
        """Tells the bot of its account."""
        return Heartbeat(self._clock, self.exchange, look)

    def close(self) -> None:
        """Stops talking to the venue; what rests there stays."""
        self.exchange.close()
        self._venue.loop.wait(self._signer.close(), _CLOSING)

    def _bars_entries(self) -> bool:
        """By what the bot knows, or by a word that it has not heard yet."""
        return self._inbox.pauses or (self._bot is not None and self._bot.mind.reduces_only)


def earlier_life(mind: Mind) -> EarlierLife:
    """What the journal knows of orders and fills; a bot that never traded begins now.

    A fill may be older than the newest fact: it is asked for again from an hour before on, and
    what comes twice is known by its number.
    """
    book, begun = mind.venue, mind.started.reported_from or mind.started.at
    if book is None or not (book.trades or book.working):
        return EarlierLife()
    orders = tuple(one.order for one in book.working.values())
    since = max(begun, Micros(mind.instant - HOUR))
    return EarlierLife(orders, book.trades, since, max(begun, book.transferred))


@contextmanager
def signer_of(settings: Settings, passphrase: str) -> Generator[None]:
    """A signer beside the bot, where none is named that runs by itself. Raises UserError."""
    if settings.signer.socket:
        yield
        return
    try:
        with spawned(signer_settings(settings), passphrase):
            yield
    except KeyStoreError as error:
        raise UserError(str(error)) from error


def _exchange_settings(settings: Settings) -> ExchangeSettings:
    place = settings.hyperliquid
    slippage = Slippage(entry=Decimal(str(place.slippage)) / 10_000)
    leverage = max(1, round(settings.risk.leverage))
    return ExchangeSettings(
        settings.bot, place.account.lower(), slippage=slippage, leverage=leverage
    )
