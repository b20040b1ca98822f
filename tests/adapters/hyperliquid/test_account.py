"""What the account is worth, and how near to liquidation."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.builders.recorded_traffic import recorded
from trimtab.adapters.hyperliquid.account import account_of, mode_of
from trimtab.adapters.hyperliquid.account_messages import (
    ClearinghouseState,
    LedgerUpdate,
    SpotClearinghouseState,
)
from trimtab.adapters.hyperliquid.liquidation import liquidation_price, maintenance_margin
from trimtab.adapters.hyperliquid.market_messages import MarginTable, MarginTier
from trimtab.adapters.hyperliquid.transfers import transfers
from trimtab.domain.observations import FundsTransferred
from trimtab.domain.units import Micros

USER = "0x" + "a" * 40
OTHER = "0x" + "b" * 40

EMPTY: dict[str, Any] = {
    "assetPositions": [],
    "crossMarginSummary": {
        "accountValue": "0.0",
        "totalNtlPos": "0.0",
        "totalRawUsd": "0.0",
        "totalMarginUsed": "0.0",
    },
    "withdrawable": "0.0",
}


def perpetuals(**changed: Any) -> ClearinghouseState:
    return msgspec.convert({**EMPTY, **changed}, ClearinghouseState)


def spot(total: str, hold: str = "0.0") -> SpotClearinghouseState:
    usdc = {"coin": "USDC", "token": 0, "total": total, "hold": hold, "entryNtl": "0"}
    other = {"coin": "PURR", "token": 1, "total": "2000", "hold": "0", "entryNtl": "1"}
    return msgspec.convert({"balances": [other, usdc]}, SpotClearinghouseState)


def documented() -> ClearinghouseState:
    rows = json.loads(recorded("hyperliquid/info_documented.json"))["rows"]
    one = next(row for row in rows if row["request"]["type"] == "clearinghouseState")
    return msgspec.convert(one["response"], ClearinghouseState)


def test_a_unified_account_is_worth_what_its_spot_side_says_and_not_nothing() -> None:
    """hummingbot 8165, nautilus 4206, hyperliquid-python-sdk 261: the perpetuals' side shows 0."""
    account = account_of(mode_of("unifiedAccount"), perpetuals(), spot("512.25", "420.0"))

    assert account.equity == Decimal("512.25")
    assert account.free == Decimal("92.25")


def test_a_unified_account_is_not_counted_twice() -> None:
    """TraderAlice/OpenAlice 1447: both sides were added."""
    some = perpetuals(crossMarginSummary={**EMPTY["crossMarginSummary"], "accountValue": "210.5"})

    assert account_of("unified", some, spot("512.25")).equity == Decimal("512.25")


def test_the_spot_side_of_a_standard_account_is_no_collateral() -> None:
    account = account_of(mode_of("disabled"), documented(), spot("999999"))

    assert account.equity == Decimal("13109.482328")
    assert account.free == Decimal("13104.514502")


@pytest.mark.parametrize("name", ["default", "disabled", "dexAbstraction", "something new"])
def test_other_modes_count_as_standard(name: str) -> None:
    assert mode_of(name) == "standard"


def test_positions_tell_their_distance_from_liquidation() -> None:
    (position,) = account_of("standard", documented(), spot("0")).positions

    assert position.isolated
    assert position.leverage == 20
    assert position.distance is not None
    assert position.distance.quantize(Decimal("0.0001")) == Decimal("0.0401")


def test_a_short_is_liquidated_above_its_mark() -> None:
    (some,) = account_of("standard", documented(), spot("0")).positions
    short = replace(some, size=-some.size, mark=Decimal(3000), liquidation=Decimal(3300))

    assert short.distance == Decimal("0.1")
    assert replace(short, liquidation=Decimal(2999)).distance == 0
    assert replace(short, liquidation=None).distance is None


def test_the_margin_ratio_reaches_one_at_liquidation() -> None:
    some = perpetuals(
        crossMarginSummary={**EMPTY["crossMarginSummary"], "accountValue": "1000"},
        crossMaintenanceMarginUsed="250",
    )

    assert account_of("standard", some, spot("0")).margin_ratio == Decimal("0.25")
    assert account_of("unified", some, spot("-5")).margin_ratio == 1


@pytest.mark.parametrize(
    "row", json.loads(recorded("hyperliquid/liquidation_price_cases.json"))["rows"]
)
def test_liquidation_prices_are_those_that_the_venue_returned(row: dict[str, Any]) -> None:
    table = MarginTable((MarginTier(Decimal(0), row["max_leverage"]),))
    size = Decimal(str(row["size"])) * (1 if row["side"] == "long" else -1)

    price = liquidation_price(
        table, Decimal(str(row["entry_px"])), size, Decimal(str(row["isolated_margin"]))
    )

    wanted = Decimal(str(row["liquidation_px"]))
    assert price is not None
    assert abs(price / wanted - 1) < Decimal("0.0002")


@pytest.mark.parametrize(
    "row",
    [
        one
        for one in json.loads(recorded("hyperliquid/margin_tables.json"))["rows"]
        if "derived" in one
    ],
    ids=lambda row: row["id"],
)
def test_the_margin_is_continuous_where_tiers_meet(row: dict[str, Any]) -> None:
    table = msgspec.convert(row["table"], MarginTable)

    for tier, rate, deduction in zip(
        table.margin_tiers,
        row["derived"]["maintenance_rate"],
        row["derived"]["deduction_usd"],
        strict=True,
    ):
        above = tier.lower_bound + 1000
        expected = above * Decimal(rate) - Decimal(deduction)
        assert abs(maintenance_margin(table, above) - expected) < Decimal("0.01")


def ledger(time: int, **delta: Any) -> LedgerUpdate:
    return msgspec.convert({"time": time, "hash": "0x0", "delta": delta}, LedgerUpdate)


def test_money_that_comes_and_goes_is_told_as_such_and_never_as_a_gain() -> None:
    found = transfers(
        [
            ledger(3, type="internalTransfer", usdc="5", user=USER, destination=OTHER, fee="1"),
            ledger(1, type="deposit", usdc="100.5"),
            ledger(2, type="withdraw", usdc="20", fee="1", nonce=1),
            ledger(4, type="subAccountTransfer", usdc="7", user=OTHER, destination=USER.upper()),
            ledger(5, type="accountClassTransfer", usdc="12", toPerp=False),
            ledger(6, type="liquidation", accountValue="3"),
            ledger(7, type="vaultDeposit", vault=OTHER, usdc="8"),
        ],
        USER,
        "standard",
    )

    assert [one.amount for one in found] == [
        Decimal("100.5"),
        Decimal(-21),
        Decimal(-6),
        Decimal(7),
        Decimal(-12),
        Decimal(-8),
    ]
    assert found[0] == FundsTransferred(Micros(1_000), Decimal("100.5"))


def test_moving_money_between_the_sides_of_a_unified_account_changes_nothing() -> None:
    moved = [ledger(1, type="accountClassTransfer", usdc="12", toPerp=True)]

    assert transfers(moved, USER, "unified") == []


def test_recorded_movements_have_an_amount() -> None:
    name = "hyperliquid/cassettes/user_non_funding_ledger_updates_without_end_time.json"
    body = json.loads(recorded(name))["interactions"][0]["response"]["body"]
    updates = msgspec.convert(body, tuple[LedgerUpdate, ...])

    assert transfers(updates, USER, "standard")[0].amount == Decimal("2703997.4500000002")
