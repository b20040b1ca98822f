"""Channels: by which bot, fact type and symbol whoever listens chooses what to hear."""

from __future__ import annotations

from urllib.parse import quote, unquote

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
        """``trimtab.BOT.TYPE.SYMBOL``, as NATS wants to hear it; each part is one `token`."""
        parts = (self.bot, self.type, self.symbol)
        return ".".join(("trimtab", *(p if p == EVERYTHING else token(p) for p in parts)))


def token(name: str) -> str:
    """The name as one word that no broker takes for anything else; `PURR/USDC` is PURR=2FUSDC."""
    word = quote(name, safe="").replace(".", "%2E").replace("~", "%7E")
    return word.replace("%", "=") or "="  # a percent sign is a mark to NATS, in a consumer's name


class _About(Struct, frozen=True):
    coin: str = MARKET


_about = json.Decoder(_About)
_row = json.Decoder(JournalRow)


def message_of(bot: str, row: JournalRow) -> Message:
    """The row as a message; its symbol is the fact's `coin`."""
    coin = _about.decode(row.payload).coin
    return Message(bot, WHOLE_MARKET if coin == MARKET else coin, row)


def subject_of(message: Message) -> str:
    """Where a message is published."""
    return ".".join(("trimtab", *map(token, (message.bot, message.row.type, message.symbol))))


def encode(message: Message) -> bytes:
    """What travels: the journal's row as JSON, all columns. Bot and symbol are in the subject."""
    return json.encode(message.row)


def decode(subject: str, data: bytes) -> Message:
    """Raises ValueError for what is not one of our messages."""
    try:
        _, bot, _, symbol = subject.split(".")
        return Message(_name(bot), _name(symbol), _row.decode(data))
    except ValueError as error:
        raise ValueError(f"{subject}: not a message of trimtab: {error}") from error


def _name(word: str) -> str:
    return "" if word == "=" else unquote(word.replace("=", "%"))
