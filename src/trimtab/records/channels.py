"""Channels: by which bot, fact type and symbol whoever listens chooses what to hear."""

from __future__ import annotations

from msgspec import Struct, json

from trimtab.domain.units import MARKET
from trimtab.records.journal_row import JournalRow

EVERYTHING = "*"
"""Stands for any type or any symbol in a channel."""

WHOLE_MARKET = "market"
"""The symbol of facts about no coin in particular, or about several."""


class Message(Struct, frozen=True):
    """A journal's row on its way, with what a channel asks about it."""

    bot: str
    symbol: str
    row: JournalRow


class Channel(Struct, frozen=True):
    """A bot's facts of one type and about one symbol; ``*`` is any."""

    bot: str
    type: str = EVERYTHING
    symbol: str = EVERYTHING

    def carries(self, message: Message) -> bool:
        """Whether a message belongs to this channel."""
        return (
            message.bot == self.bot
            and self.type in (EVERYTHING, message.row.type)
            and self.symbol in (EVERYTHING, message.symbol)
        )

    @property
    def subject(self) -> str:
        """``trimtab.BOT.TYPE.SYMBOL``, as NATS wants to hear it."""
        return f"trimtab.{self.bot}.{self.type}.{self.symbol}"


class _About(Struct, frozen=True):
    coin: str = MARKET


_about = json.Decoder(_About)


def message_of(bot: str, row: JournalRow) -> Message:
    """The row as a message; its symbol is the fact's `coin`."""
    coin = _about.decode(row.payload).coin
    return Message(bot, WHOLE_MARKET if coin == MARKET else coin, row)


def subject_of(message: Message) -> str:
    """Where a message is published."""
    return Channel(message.bot, message.row.type, message.symbol).subject
