"""An account of the venue: money, positions, orders, and what is told of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

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
    scheduled: int = 0
    """Triggers of the schedule today."""

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
        """Half of the initial margin at the coin's most leverage."""
        return sum(
            (
                abs(one.size) * prices[coin] / (2 * most[coin])
                for coin, one in self.positions.items()
            ),
            NOTHING,
        )


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
