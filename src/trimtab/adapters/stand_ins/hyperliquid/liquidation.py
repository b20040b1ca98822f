"""Which positions the venue closes by force, and how much of each."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from trimtab.adapters.stand_ins.hyperliquid.account import Account

LARGE = Decimal(100_000)
"""USD; above it a fifth goes first."""
FIRST = Decimal("0.2")
COOLDOWN = 30_000
"""Milliseconds after a part, in which the rest goes as a whole."""
BACKSTOP = Decimal(2) / 3
"""Of maintenance; below it everything goes at once."""

Prices = dict[str, Decimal]
Most = dict[str, int]


def doomed(account: Account, prices: Prices, most: Most) -> dict[str, bool]:
    """Coins whose position has too little margin, and whether the backstop takes them whole."""
    found: dict[str, bool] = {}
    for coin in account.positions:
        left, needed = account.backing(coin, prices, most)
        if left < needed:
            found[coin] = left < needed * BACKSTOP
    return found


def part(size: Decimal, price: Decimal, lot: Decimal, *, whole: bool) -> Decimal:
    """How much of a position goes now, in whole lots."""
    if whole or size * price <= LARGE:
        return size
    return min(size, (size * FIRST / lot).to_integral_value(ROUND_CEILING) * lot)
