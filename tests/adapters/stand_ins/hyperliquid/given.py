"""A venue without sockets whose price a test sets, and orders as they are on the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import Struct

from trimtab.adapters.stand_ins.hyperliquid.account import Account
from trimtab.adapters.stand_ins.hyperliquid.noise_market import Coin, NoiseMarket
from trimtab.adapters.stand_ins.hyperliquid.venue import Venue

NOON = 1_700_006_400_000
ADDRESS = "0x" + "ab" * 20
STILL = NoiseMarket(
    coins=(
        Coin("BTC", 50_000.0, 5, 40, 0.0), Coin("ETH", 2_000.0, 4, 25, 0.0),
        Coin("ISO", 2.0, 0, 3, 0.0, only_isolated=True), Coin("OLD", 1.0, 0, 3, 0.0, delisted=True),
    )
)  # fmt: skip
"""Prices do not move by themselves."""
BTC, ETH = 0, 1


class Floor(Struct):
    """A venue, an account with 10,000 USDC, and all that was told."""

    venue: Venue
    account: Account
    told: list[tuple[str, dict[str, Any]]]
    at: int = NOON

    def place(self, *wires: dict[str, Any], grouping: str = "na") -> list[Any]:
        self.at += 1
        return self.venue.place(self.account, list(wires), grouping, self.at)

    def error(self, *wires: dict[str, Any], grouping: str = "na") -> str | None:
        """Of the last order; None where it was taken."""
        status = self.place(*wires, grouping=grouping)[-1]
        return None if isinstance(status, str) else status.get("error")

    def moves(self, coin: str, by: str) -> None:
        """To so many times its first price; then the venue looks."""
        self.venue.jumps[coin] = Decimal(by)
        self.at += 1
        self.venue.tick(self.at)

    def statuses(self, oid: int) -> list[str]:
        return [
            said["status"]
            for kind, said in self.told
            if kind == "order" and said["order"]["oid"] == oid
        ]


def floor(cash: int = 10_000) -> Floor:
    told: list[tuple[str, dict[str, Any]]] = []
    venue = Venue(STILL, lambda kind, _account, said: told.append((kind, said)))
    account = Account(ADDRESS, Decimal(cash), {}, {}, {}, {}, {}, [], [])
    venue.accounts[ADDRESS] = account
    return Floor(venue, account, told)


def order(
    price: str, size: str, *, buys: bool = True, tif: str = "Ioc", reduces: bool = False,
    asset: int = BTC, cloid: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    wire: dict[str, Any] = {
        "a": asset, "b": buys, "p": price, "s": size, "r": reduces, "t": {"limit": {"tif": tif}},
    }  # fmt: skip
    return wire if cloid is None else {**wire, "c": cloid}


def trigger(
    at: str, size: str, kind: str = "sl", *, buys: bool = False, asset: int = BTC
) -> dict[str, Any]:
    """Market, reduce-only."""
    stop = {"isMarket": True, "triggerPx": at, "tpsl": kind}
    return {"a": asset, "b": buys, "p": at, "s": size, "r": True, "t": {"trigger": stop}}
