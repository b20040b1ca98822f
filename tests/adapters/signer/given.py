"""A venue that knows two coins, an agent's key, and orders to be signed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from tests.adapters.hyperliquid.venue_server import VenueServer, venue_server
from trimtab.adapters.hyperliquid.wire_actions import (
    CancelByCloid,
    CancelledOrder,
    Limit,
    OrderKind,
    PlacedOrder,
    PlaceOrders,
    Trigger,
)
from trimtab.adapters.signer.crypto_key_manager import CryptoKeyManager
from trimtab.adapters.signer.keystore import Argon2
from trimtab.adapters.signer.limits import SignerLimits
from trimtab.adapters.signer.server import SignerSettings

QUICK = Argon2(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "of an agent that never was"  # noqa: S105 - of a key that is made and thrown away
USER = "0x" + "ab" * 20
BTC, ETH = 0, 1
LIMITS = SignerLimits(
    symbols=("BTC", "ETH"), order_notional=Decimal(1_000), hourly_notional=Decimal(5_000),
    orders_a_minute=10, leverage=3,
)  # fmt: skip


@asynccontextmanager
async def venue(role: str = "agent") -> AsyncGenerator[VenueServer]:
    """It says this of every address."""
    async with venue_server() as server:
        asset = {"szDecimals": 4, "maxLeverage": 20, "marginTableId": 20}
        server.info["meta"] = lambda _: {
            "universe": [{"name": name, **asset} for name in ("BTC", "ETH", "DOGE")],
            "marginTables": [],
        }
        server.info["userRole"] = lambda _: {"role": role}
        yield server


def key_in(folder: Path) -> CryptoKeyManager:
    """A new agent key."""
    manager = CryptoKeyManager(folder / "agent.key", QUICK)
    manager.create(PASSPHRASE)
    return manager


def settings(folder: Path, url: str, limits: SignerLimits = LIMITS) -> SignerSettings:
    place = folder / "signer"
    return SignerSettings(
        str(folder / "agent.key"), str(place / "s.sock"), url, USER, mainnet=False, limits=limits
    )


def order(
    price: str = "100", size: str = "1", *, asset: int = BTC, reduces: bool = False,
    trigger: bool = False,
) -> PlaceOrders:  # fmt: skip
    is_buy = True
    kind = (
        OrderKind(trigger=Trigger(is_market=True, trigger_px="90", tpsl="sl"))
        if trigger
        else OrderKind(limit=Limit("Ioc"))
    )
    return PlaceOrders((PlacedOrder(asset, is_buy, price, size, reduces, kind, "0x" + "0" * 32),))


def cancel() -> CancelByCloid:
    return CancelByCloid((CancelledOrder(BTC, "0x" + "0" * 32),))
