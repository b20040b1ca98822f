"""What the venue says about an account: margin, balances, fees, agents, money that came and went."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from trimtab.adapters.hyperliquid.amounts import check_finite

NOTHING = Decimal(0)


class MarginSummary(Struct, frozen=True, rename="camel"):
    """USD."""

    account_value: Decimal
    total_ntl_pos: Decimal
    total_raw_usd: Decimal
    total_margin_used: Decimal

    def __post_init__(self) -> None:
        check_finite(self.account_value)


class PositionLeverage(Struct, frozen=True, rename="camel"):
    """How a position is margined."""

    type: Literal["cross", "isolated"]
    value: int
    raw_usd: Decimal | None = None


class CumulativeFunding(Struct, frozen=True, rename="camel"):
    """USD that were paid."""

    all_time: Decimal
    since_open: Decimal
    since_change: Decimal


class Position(Struct, frozen=True, rename="camel"):
    """A position at the venue."""

    coin: str
    size: Decimal = field(name="szi")
    """Signed, negative is short."""
    position_value: Decimal
    unrealized_pnl: Decimal
    margin_used: Decimal
    leverage: PositionLeverage
    entry_px: Decimal | None = None
    liquidation_px: Decimal | None = None
    return_on_equity: Decimal = NOTHING
    max_leverage: int | None = None
    cum_funding: CumulativeFunding | None = None

    def __post_init__(self) -> None:
        check_finite(self.size, self.position_value)


class AssetPosition(Struct, frozen=True):
    """The envelope of a position."""

    position: Position
    type: str = "oneWay"


class ClearinghouseState(Struct, frozen=True, rename="camel"):
    """`clearinghouseState`: the perpetuals' side. Unified accounts show nothing of their money here."""

    asset_positions: tuple[AssetPosition, ...]
    cross_margin_summary: MarginSummary
    withdrawable: Decimal
    margin_summary: MarginSummary | None = None
    cross_maintenance_margin_used: Decimal | None = None
    time: int | None = None


class Balance(Struct, frozen=True, rename="camel"):
    """A token's balance on the spot side."""

    coin: str
    token: int
    total: Decimal
    hold: Decimal
    """Of the total, what orders and margin lay claim to."""
    entry_ntl: Decimal = NOTHING

    def __post_init__(self) -> None:
        check_finite(self.total, self.hold)


class SpotClearinghouseState(Struct, frozen=True):
    """`spotClearinghouseState`."""

    balances: tuple[Balance, ...]


class FeeRates(Struct, frozen=True, rename="camel"):
    """`userFees`: what this account pays, as a share of the notional."""

    user_cross_rate: Decimal
    """Taker."""
    user_add_rate: Decimal
    """Maker."""


class RateLimit(Struct, frozen=True, rename="camel"):
    """`userRateLimit`: the address's quota of actions."""

    cum_vlm: Decimal
    n_requests_used: int
    n_requests_cap: int


class Agent(Struct, frozen=True, rename="camel"):
    """`extraAgents`: a key that may trade for the account."""

    name: str
    address: str
    valid_until: int


class Role(Struct, frozen=True):
    """`userRole`: `missing`, `user`, `agent`, `vault` or `subAccount`."""

    role: str


class LedgerDelta(Struct, frozen=True, rename="camel"):
    """Money that moved without a trade. Which fields there are depends on the type."""

    type: str
    usdc: Decimal | None = None
    to_perp: bool | None = None
    user: str | None = None
    """Who sent it."""
    destination: str | None = None
    fee: Decimal | None = None
    amount: Decimal | None = None
    usdc_value: Decimal | None = None

    def __post_init__(self) -> None:
        given = (self.usdc, self.fee, self.amount, self.usdc_value)
        check_finite(*(one for one in given if one is not None))


class LedgerUpdate(Struct, frozen=True):
    """`userNonFundingLedgerUpdates`."""

    time: int
    hash: str
    delta: LedgerDelta


class FundingDelta(Struct, frozen=True, rename="camel"):
    """Funding that the account paid (negative) or received, in USD."""

    coin: str
    usdc: Decimal
    size: Decimal = field(name="szi")
    funding_rate: Decimal


class FundingPayment(Struct, frozen=True):
    """`userFunding`."""

    time: int
    hash: str
    delta: FundingDelta


class ActiveAsset(Struct, frozen=True, rename="camel"):
    """`activeAssetData`: how the account would trade a coin."""

    user: str
    coin: str
    leverage: PositionLeverage
    mark_px: Decimal | None = None
