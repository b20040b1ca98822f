"""What the venue says about orders and fills."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from trimtab.adapters.hyperliquid.amounts import check_finite

Side = Literal["A", "B"]
"""A sells (ask), B buys (bid)."""

NOTHING = Decimal(0)


class OpenOrder(Struct, frozen=True, rename="camel"):
    """`openOrders`, `frontendOpenOrders` and the order inside `orderStatus` and `orderUpdates`."""

    coin: str
    side: Side
    limit_px: Decimal
    size: Decimal = field(name="sz")
    """What is left of it."""
    oid: int
    timestamp: int
    original_size: Decimal | None = field(name="origSz", default=None)
    cloid: str | None = None
    reduce_only: bool = False
    is_trigger: bool = False
    trigger_px: Decimal = NOTHING
    trigger_condition: str = ""
    is_position_tpsl: bool = False
    order_type: str = ""
    tif: str | None = None

    def __post_init__(self) -> None:
        check_finite(self.size, self.original_size or NOTHING)

    @property
    def filled(self) -> Decimal:
        """How much of it was executed; 0 where the venue does not tell."""
        return self.original_size - self.size if self.original_size is not None else NOTHING


class OrderUpdate(Struct, frozen=True, rename="camel"):
    """An order and what has become of it: channel `orderUpdates`, and `historicalOrders`."""

    order: OpenOrder
    status: str
    status_timestamp: int


class OrderStatus(Struct, frozen=True):
    """`orderStatus`: `order` with the order, or `unknownOid`: the venue has never seen it, as yet."""

    status: str
    order: OrderUpdate | None = None


class Liquidation(Struct, frozen=True, rename="camel"):
    """A fill that was part of one: ours, if we are the user."""

    liquidated_user: str | None = None
    mark_px: Decimal | None = None
    method: str = ""


class Fill(Struct, frozen=True, rename="camel"):
    """A trade of the account."""

    coin: str
    price: Decimal = field(name="px")
    size: Decimal = field(name="sz")
    side: Side
    time: int
    oid: int
    fee: Decimal
    """Of the quote token, builder's fee included; negative is a rebate."""
    start_position: Decimal = NOTHING
    dir: str = ""
    closed_pnl: Decimal = NOTHING
    """Without the fee."""
    hash: str = ""
    crossed: bool = True
    """We took what rested."""
    trade: int = field(name="tid", default=0)
    """Unique; 0 in fills of early 2023."""
    cloid: str | None = None
    fee_token: str = "USDC"  # noqa: S105 - a coin
    liquidation: Liquidation | None = None

    def __post_init__(self) -> None:
        check_finite(self.price, self.size, self.fee)
