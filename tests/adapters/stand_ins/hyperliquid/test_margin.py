"""Margin against what the venue recorded: tiers, liquidation prices, and what is closed by force."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from tests.adapters.stand_ins.hyperliquid.given import floor, order
from tests.builders.recorded_traffic import recorded
from trimtab.adapters.stand_ins.hyperliquid import margin
from trimtab.adapters.stand_ins.hyperliquid.liquidation import part

CASES = msgspec.json.decode(recorded("hyperliquid/liquidation_price_cases.json"))["rows"]
TABLES = msgspec.json.decode(recorded("hyperliquid/margin_tables.json"))["rows"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['coin']}-{case['side']}")
def test_liquidation_prices_are_those_that_the_venue_gave(case: dict[str, object]) -> None:
    entry, size = Decimal(str(case["entry_px"])), Decimal(str(case["size"]))
    most = int(str(case["max_leverage"]))
    signed = size if case["side"] == "long" else -size
    free = Decimal(str(case["isolated_margin"])) - margin.maintenance(size * entry, most)
    found = margin.liquidation_price(entry, signed, free, most)
    assert found is not None
    assert float(found) == pytest.approx(float(str(case["liquidation_px"])), rel=2e-4)


def test_tiers_have_the_recorded_rates_and_deductions() -> None:
    for row in TABLES:
        if "derived" in row:
            tiers = tuple(
                margin.Tier(Decimal(one["lowerBound"]), one["maxLeverage"])
                for one in row["table"]["marginTiers"]
            )
            rates = [Decimal(one) for one in row["derived"]["maintenance_rate"]]
            taken = [Decimal(one) for one in row["derived"]["deduction_usd"]]
            assert [margin.rate(one) for one in tiers] == rates
            assert margin.deductions(tiers) == taken


def test_bitcoins_table_is_the_recorded_one() -> None:
    row = next(one for one in TABLES if one["id"] == 56)
    table = margin.table_of(40)
    assert (table.number, table.description) == (56, row["table"]["description"])
    assert [(f"{one.lower_bound:.1f}", one.most_leverage) for one in table.tiers] == [
        (one["lowerBound"], one["maxLeverage"]) for one in row["table"]["marginTiers"]
    ]


def test_maintenance_does_not_jump_where_a_tier_begins() -> None:
    edge = Decimal(150_000_000)
    assert margin.maintenance(edge + 1, 40) - margin.maintenance(edge, 40) == Decimal("0.025")


def test_a_position_beyond_its_tier_is_refused_at_that_leverage() -> None:
    given = floor(1_000_000_000)
    assert given.error(order("51000", "3100")) == (
        "Order would cause position to exceed margin tier limit at current leverage"
    )
    given.account.leverage["BTC"] = (20, True)
    assert given.error(order("51000", "3100")) is None


def test_of_a_large_position_a_fifth_goes_first_and_the_rest_after_the_pause() -> None:
    given = floor(10_000)
    given.place(order("51000", "4"))
    held = given.account.held("BTC")
    given.moves("BTC", "0.9615")
    assert given.account.held("BTC") == held - part(
        held, Decimal(50_000), Decimal("0.00001"), whole=False
    )
    given.moves("BTC", "0.9605")
    assert given.account.held("BTC") > 0
    given.at += 30_000
    given.moves("BTC", "0.957")
    assert given.account.held("BTC") == 0


def test_an_isolated_position_falls_alone() -> None:
    given = floor(100_000)
    given.account.leverage["BTC"] = (20, False)
    given.place(order("51000", "0.1"), order("2100", "1", asset=1))
    given.moves("BTC", "0.95")
    assert given.account.held("BTC") == 0
    assert given.account.held("ETH") == 1
