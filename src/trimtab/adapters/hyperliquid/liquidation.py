"""At which price the venue liquidates an isolated position, by its margin table."""

from __future__ import annotations

from decimal import Decimal

from trimtab.adapters.hyperliquid.market_messages import MarginTable, MarginTier

NOTHING = Decimal(0)


def maintenance_rate(tier: MarginTier) -> Decimal:
    """Half of the initial margin at the tier's maximum leverage, as a fraction of the notional."""
    return 1 / Decimal(2 * tier.max_leverage)


def maintenance_margin(table: MarginTable, notional: Decimal) -> Decimal:
    """USD. Each tier's rate counts for all of the notional, less what makes it continuous."""
    rate, deduction = _at(table, notional)
    return notional * rate - deduction


def liquidation_price(
    table: MarginTable, entry: Decimal, size: Decimal, margin: Decimal
) -> Decimal | None:
    """Of an isolated position of signed `size` that was given `margin` USD; None: at no price.

    The tier is that of the notional at entry.
    """
    side = 1 if size > 0 else -1
    units = abs(size)
    rate, deduction = _at(table, entry * units)
    spare = margin - (entry * units * rate - deduction)
    price = entry - side * spare / units / (1 - side * rate)
    return price if price > NOTHING else None


def _at(table: MarginTable, notional: Decimal) -> tuple[Decimal, Decimal]:
    """Rate and deduction of the tier of a notional."""
    rate, deduction = NOTHING, NOTHING
    for tier in table.margin_tiers:
        if rate and notional < tier.lower_bound:
            break
        new = maintenance_rate(tier)
        deduction += tier.lower_bound * (new - rate)
        rate = new
    return rate, deduction
