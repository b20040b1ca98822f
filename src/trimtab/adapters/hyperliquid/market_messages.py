"""What the venue says about its markets: rules, prices, candles, funding.

Wire models: amounts are Decimals from the wire's strings, times milliseconds (UTC). Fields that we do
not know are ignored, and those that older or sparse replies leave out have a default.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct, field

from trimtab.adapters.hyperliquid.amounts import check_finite


class Asset(Struct, frozen=True, rename="camel"):
    """A perpetual. Its place in the universe is its number in actions."""

    name: str
    sz_decimals: int
    max_leverage: int
    margin_table_id: int | None = None
    is_delisted: bool | None = None
    only_isolated: bool | None = None
    margin_mode: str | None = None
    """`strictIsolated`: margin cannot be taken out; `noCross`: only isolated."""

    @property
    def is_isolated_only(self) -> bool:
        return bool(self.only_isolated) or self.margin_mode in {"strictIsolated", "noCross"}


class MarginTier(Struct, frozen=True, rename="camel"):
    """From this notional (USD) on, this much leverage."""

    lower_bound: Decimal
    max_leverage: int


class MarginTable(Struct, frozen=True, rename="camel"):
    """Tiers in order of their bounds."""

    margin_tiers: tuple[MarginTier, ...]
    description: str = ""


class Meta(Struct, frozen=True, rename="camel"):
    """`meta`: all perpetuals of one exchange of the venue."""

    universe: tuple[Asset, ...]
    margin_tables: tuple[tuple[int, MarginTable], ...] = ()
    collateral_token: int | None = None


class AssetContext(Struct, frozen=True, rename="camel"):
    """The state of a perpetual's market now."""

    funding: Decimal
    open_interest: Decimal
    prev_day_px: Decimal
    day_ntl_vlm: Decimal
    oracle_px: Decimal
    mark_px: Decimal
    mid_px: Decimal | None = None
    premium: Decimal | None = None
    impact_pxs: tuple[Decimal, ...] | None = None
    day_base_vlm: Decimal | None = None


class MetaAndContexts(Struct, frozen=True, array_like=True):
    """`metaAndAssetCtxs`: the contexts are in the order of the universe."""

    meta: Meta
    contexts: tuple[AssetContext, ...]


Mids = dict[str, Decimal]
"""`allMids`: the middle between best bid and ask by coin."""


class Candle(Struct, frozen=True):
    """A bar, which may still be running."""

    opened: int = field(name="t")
    closes: int = field(name="T")
    coin: str = field(name="s")
    interval: str = field(name="i")
    open: Decimal = field(name="o")
    high: Decimal = field(name="h")
    low: Decimal = field(name="l")
    close: Decimal = field(name="c")
    volume: Decimal = field(name="v")
    """In the coin."""
    trades: int = field(name="n", default=0)


class Level(Struct, frozen=True):
    """One price of an order book."""

    price: Decimal = field(name="px")
    size: Decimal = field(name="sz")
    orders: int = field(name="n", default=0)


class Book(Struct, frozen=True):
    """`l2Book`: bids, then asks, the best first. Always the whole book."""

    coin: str
    time: int
    levels: tuple[tuple[Level, ...], tuple[Level, ...]]


class BookTop(Struct, frozen=True):
    """Best bid and ask; None where that side is empty."""

    coin: str
    time: int
    bbo: tuple[Level | None, Level | None]


class FundingRate(Struct, frozen=True, rename="camel"):
    """`fundingHistory`: paid at `time`, as a share of the notional at the oracle's price."""

    coin: str
    funding_rate: Decimal
    time: int
    premium: Decimal | None = None

    def __post_init__(self) -> None:
        check_finite(self.funding_rate)


class Trade(Struct, frozen=True):
    """A public trade."""

    coin: str
    side: str
    price: Decimal = field(name="px")
    size: Decimal = field(name="sz")
    time: int
    trade: int = field(name="tid")
    hash: str = ""
    users: tuple[str, ...] = ()


class ExchangeOfVenue(Struct, frozen=True, rename="camel"):
    """`perpDexs`: an exchange that somebody runs inside the venue; the venue's own one is null."""

    name: str
    full_name: str = ""
