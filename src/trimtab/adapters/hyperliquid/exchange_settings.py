"""How an account is traded."""

from __future__ import annotations

from msgspec import Struct

from trimtab.adapters.hyperliquid.order_preparing import Slippage


class ExchangeSettings(Struct, frozen=True):
    """Seconds, where it is about time."""

    bot: str
    user: str
    """The master's or sub-account's address: an agent's own address has no account."""
    slippage: Slippage = Slippage()
    leverage: int | None = None
    """Set at the venue before a coin's first entry, as far as the coin allows; None: left alone."""
    cross: bool = False
    """Margin of all positions together; False: each position has its own."""
    expiry: float = 10.0
    """After which the venue refuses an order that arrives late."""
    margin: float = 2.0
    """By which our clock may differ from the venue's."""
    fills_within: float = 2.0
    """After which fills that a reply promised are asked for."""
    refresh: float = 30.0
    """Between looks at the account and at what works."""
    again: float = 1.0
    """Before a question that nobody answered is put again."""
    sendings: int = 2
    """How often an order that reduces is sent, if the venue has never seen it."""
    cancellings: int = 20
    """How often a cancel is tried."""
