"""Margin tiers, maintenance and liquidation prices, as the venue documents them. Pure figures."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

NOTHING = Decimal(0)


class Tier(NamedTuple):
    """From this notional (USD) on, no more than this leverage."""

    lower_bound: Decimal
    most_leverage: int


class Table(NamedTuple):
    """A margin table of `meta`."""

    number: int
    description: str
    tiers: tuple[Tier, ...]


_TIERED = {
    40: Table(56, "tiered 40x", (Tier(NOTHING, 40), Tier(Decimal(150_000_000), 20))),
    25: Table(55, "tiered 25x", (Tier(NOTHING, 25), Tier(Decimal(100_000_000), 15))),
}


def table_of(most_leverage: int) -> Table:
    """Below 50 a table without tiers has the number of its leverage."""
    plain = Table(most_leverage, "", (Tier(NOTHING, most_leverage),))
    return _TIERED.get(most_leverage, plain)


def rate(tier: Tier) -> Decimal:
    """Of maintenance: half of the initial margin at the tier's most leverage."""
    return 1 / Decimal(2 * tier.most_leverage)


def deductions(tiers: tuple[Tier, ...]) -> list[Decimal]:
    """USD by tier, so that maintenance does not jump where a tier begins."""
    found = [NOTHING]
    for below, tier in pairwise(tiers):
        found.append(found[-1] + tier.lower_bound * (rate(tier) - rate(below)))
    return found


def place_in(tiers: tuple[Tier, ...], notional: Decimal) -> int:
    """Which tier a position of this notional is in."""
    return sum(tier.lower_bound < notional for tier in tiers[1:])


def maintenance(notional: Decimal, most_leverage: int) -> Decimal:
    """USD that have to be left."""
    tiers = table_of(most_leverage).tiers
    place = place_in(tiers, notional)
    return notional * rate(tiers[place]) - deductions(tiers)[place]


def leverage_allowed(notional: Decimal, most_leverage: int) -> int:
    """The most at this notional."""
    tiers = table_of(most_leverage).tiers
    return tiers[place_in(tiers, notional)].most_leverage


def liquidation_price(
    mark: Decimal, size: Decimal, free: Decimal, most_leverage: int
) -> Decimal | None:
    """`size` is signed; `free`: USD beyond maintenance at the mark. None: no price is low enough."""
    side = 1 if size > 0 else -1
    tiers = table_of(most_leverage).tiers
    share = rate(tiers[place_in(tiers, abs(size) * mark)])
    price = mark - side * free / abs(size) / (1 - share * side)
    return price if price > 0 else None
