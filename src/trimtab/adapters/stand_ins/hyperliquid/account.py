"""An account of the venue: money, positions, orders, and what is told of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from trimtab.adapters.stand_ins.hyperliquid import margin

NOTHING = Decimal(0)
TAKER, MAKER = Decimal("0.00045"), Decimal("0.00015")


class Position(Struct):
    """Isolated or cross, always one way."""

    size: Decimal = NOTHING
    """Signed."""
    entry: Decimal = NOTHING
    funding: Decimal = NOTHING
    """Paid since it was opened."""


class Order(Struct):
    """An order at the venue."""

    oid: int
    coin: str
    is_buy: bool
    price: Decimal
    size: Decimal
    left: Decimal
    reduce_only: bool
    tif: str | None
    cloid: str | None
    at: int
    trigger: Decimal | None = None
    kind: Literal["tp", "sl"] | None = None
    follows_position: bool = False
    parent: int | None = None
    """Which has to be filled first."""
    siblings: tuple[int, ...] = ()
    """Cancelled when this one is executed."""
    status: str = "open"

    @property
    def side(self) -> str:
        return "B" if self.is_buy else "A"

    @property
    def waits(self) -> bool:
        """For its trigger, or for its parent."""
        return self.trigger is not None


class Account(Struct):
    """Of one address."""

    address: str
    cash: Decimal = Decimal(10_000)
    """USDC, without what positions have gained."""
    positions: dict[str, Position] = {}
    leverage: dict[str, tuple[int, bool]] = {}
    """By coin: how much, and whether cross."""
    agents: dict[str, str] = {}
    """Address to name."""
    orders: dict[int, Order] = {}
    """Those that work."""
    past: dict[int, Order] = {}
    """All that ever were."""
    fills: list[dict[str, object]] = []
    ledger: list[dict[str, object]] = []
    volume: Decimal = NOTHING
    requests: int = 0
    unified: bool = False
    cancel_at: int | None = None
    scheduled: tuple[int, int] = (0, 0)
    """The day, and how often the schedule has triggered on it."""
    quota_at: int = 0
    """When the last request beyond the quota was let through (ms)."""
    liquidated_at: dict[str, int] = {}
    """By coin: when a part was closed by force (ms)."""

    def position(self, coin: str) -> Position:
        return self.positions.setdefault(coin, Position())

    def held(self, coin: str) -> Decimal:
        known = self.positions.get(coin)
        return known.size if known else NOTHING

    def by_cloid(self, cloid: str) -> Order | None:
        """The newest that had it."""
        return next((one for one in reversed(self.past.values()) if one.cloid == cloid), None)

    def gains(self, prices: dict[str, Decimal]) -> Decimal:
        """Of all positions, unrealised."""
        return sum(
            (one.size * (prices[coin] - one.entry) for coin, one in self.positions.items()), NOTHING
        )

    def equity(self, prices: dict[str, Decimal]) -> Decimal:
        return self.cash + self.gains(prices)

    def margin_used(self, prices: dict[str, Decimal], most: dict[str, int]) -> Decimal:
        """At each coin's leverage."""
        return sum(
            (
                abs(one.size) * prices[coin] / self.leverage.get(coin, (most[coin], True))[0]
                for coin, one in self.positions.items()
            ),
            NOTHING,
        )

    def maintenance(self, prices: dict[str, Decimal], most: dict[str, int]) -> Decimal:
        """Of all positions, by the tiers of their coins."""
        return sum(
            (
                margin.maintenance(abs(one.size) * prices[coin], most[coin])
                for coin, one in self.positions.items()
            ),
            NOTHING,
        )

    def is_cross(self, coin: str) -> bool:
        return self.leverage.get(coin, (1, True))[1]

    def set_aside(self, coin: str, prices: dict[str, Decimal], most: dict[str, int]) -> Decimal:
        """What an isolated position is worth: its margin at entry, and its gain."""
        one = self.positions[coin]
        levered = self.leverage.get(coin, (most[coin], True))[0]
        return abs(one.size) * one.entry / levered + one.size * (prices[coin] - one.entry)

    def backing(
        self, coin: str, prices: dict[str, Decimal], most: dict[str, int]
    ) -> tuple[Decimal, Decimal]:
        """What stands behind a position, and what is needed: its own margin, or all that is shared."""
        needed = {
            each: margin.maintenance(abs(one.size) * prices[each], most[each])
            for each, one in self.positions.items()
        }
        if not self.is_cross(coin):
            return self.set_aside(coin, prices, most), needed[coin]
        apart = [each for each in self.positions if not self.is_cross(each)]
        left = self.equity(prices) - sum(
            (self.set_aside(each, prices, most) for each in apart), NOTHING
        )
        return left, sum((one for each, one in needed.items() if each not in apart), NOTHING)


def traded(account: Account, coin: str, bought: Decimal, price: Decimal, fee: Decimal) -> Decimal:
    """Moves a position; what was realised, without the fee."""
    position = account.position(coin)
    before, after = position.size, position.size + bought
    closed = min(abs(before), abs(bought)) if before * bought < 0 else NOTHING
    realised = closed * (price - position.entry) * (1 if before > 0 else -1)
    if before * after <= 0:
        position.entry, position.funding = price, NOTHING
    elif abs(after) > abs(before):
        grown = abs(after) - abs(before)
        position.entry = (position.entry * abs(before) + price * grown) / abs(after)
    position.size = after
    if not after:
        del account.positions[coin]
    account.cash += realised - fee
    account.volume += abs(bought) * price
    return realised
