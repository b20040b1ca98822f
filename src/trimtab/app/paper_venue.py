"""Where a bot on paper trades: the exchange, who gives it orders, and who asks for its account."""

from __future__ import annotations

from trimtab.adapters.paper.exchange import PaperExchange
from trimtab.ports import Audience, Clock
from trimtab.runtime.heartbeat import LOOK, Heartbeat
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.order_desk import OrderDesk
from trimtab.runtime.reactive_bot import ReactiveBot


class PaperVenue:
    """One bot's. `serve` comes before the first order."""

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        """`clock`: the market's."""
        self.exchange = PaperExchange()
        self._inbox = inbox
        self._clock = clock
        self._bot: ReactiveBot | None = None
        desk = OrderDesk(self.exchange, self._bars_entries, inbox.put, clock)
        self.audiences: tuple[Audience, ...] = (desk, self.exchange)
        """In their order: an order is placed before its fill is heard of."""

    def serve(self, bot: ReactiveBot) -> None:
        """From where its books are."""
        self._bot = bot
        self.exchange.go_on(bot.mind)

    def heartbeat(self, look: float = LOOK) -> Heartbeat:
        """Made when the clock stands where the bot is."""
        return Heartbeat(self._clock, self.exchange, look)

    def _bars_entries(self) -> bool:
        """By what the bot knows, or by a word that it has not heard yet."""
        return self._inbox.pauses or (self._bot is not None and self._bot.mind.reduces_only)
