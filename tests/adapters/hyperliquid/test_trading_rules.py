"""Prices and sizes as the venue takes them."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.builders.recorded_traffic import recorded
from trimtab.adapters.hyperliquid.market_messages import Meta
from trimtab.adapters.hyperliquid.trading_rules import MarketRules, rules_of, wire
from trimtab.domain.configuration import Instrument
from trimtab.domain.units import Coin, Leverage

prices = some.decimals(
    "0.000001", "999999", allow_nan=False, allow_infinity=False, places=8
).filter(lambda price: price > 0)
sizes = some.decimals("0", "1000000", allow_nan=False, allow_infinity=False, places=9)
decimals = some.integers(0, 5)


def rules(size_decimals: int) -> MarketRules:
    return MarketRules(Coin("ANY"), 7, size_decimals, 20)


@given(prices, decimals)
def test_a_rounded_price_has_five_significant_figures_and_few_decimals_or_is_whole(
    price: Decimal, size_decimals: int
) -> None:
    rounded = rules(size_decimals).price(price).normalize()

    digits, exponent = rounded.as_tuple().digits, int(rounded.as_tuple().exponent)
    whole = exponent >= 0
    assert rounded > 0
    assert whole or len(digits) <= 5
    assert -exponent <= 6 - size_decimals
    assert rules(size_decimals).is_valid(rounded)


@given(prices, decimals)
def test_a_limit_is_never_worse_than_what_was_allowed(price: Decimal, size_decimals: int) -> None:
    market = rules(size_decimals)

    assert market.limit(price, "buy") <= max(price, market.tick(price))
    assert market.limit(price, "sell") >= price


@given(prices, decimals)
def test_a_valid_price_stays_as_it_is(price: Decimal, size_decimals: int) -> None:
    market = rules(size_decimals)
    valid = market.price(price)

    assert market.price(valid) == valid
    assert market.limit(valid, "buy") == market.limit(valid, "sell") == valid


@given(sizes, decimals)
def test_sizes_are_rounded_down_within_lot_and_never_up(size: Decimal, size_decimals: int) -> None:
    market = rules(size_decimals)

    rounded = market.size(size)

    assert rounded <= size < rounded + market.lot
    assert rounded % market.lot == 0


@given(sizes, prices, decimals, some.booleans())
def test_what_passes_the_rules_is_within_tick_lot_and_minimum(
    size: Decimal,
    price: Decimal,
    size_decimals: int,
    closes: bool,  # noqa: FBT001
) -> None:
    market = rules(size_decimals)
    size, price = market.size(size), market.price(price)

    if market.refusal(size, price, closes=closes) is None:
        assert size > 0
        assert closes or size * price >= 10
    else:
        assert not size or (not closes and size * price < 10)


@pytest.mark.parametrize(
    ("size_decimals", "price", "valid"),
    [
        (5, "97123", True),
        (5, "123456", True),  # whole numbers always are
        (5, "97123.5", False),  # six figures
        (1, "1234.5", True),
        (1, "1234.56", False),
        (0, "0.001234", True),
        (0, "0.0012345", False),  # seven decimals
        (1, "0.01234", True),
        (1, "0.012345", False),
    ],
)
def test_documented_examples_of_ticks(
    size_decimals: int,
    price: str,
    valid: bool,  # noqa: FBT001
) -> None:
    assert rules(size_decimals).is_valid(Decimal(price)) == valid


def test_an_order_below_ten_dollars_is_refused_unless_it_closes() -> None:
    market = rules(2)

    assert "less than $10" in (market.refusal(Decimal("0.09"), Decimal(100), closes=False) or "")
    assert market.refusal(Decimal("0.09"), Decimal(100), closes=True) is None


@given(some.decimals(-1000, 1000, allow_nan=False, places=8))
def test_amounts_on_the_wire_have_no_exponent_and_no_zeros_at_the_end(amount: Decimal) -> None:
    text = wire(amount)

    assert Decimal(text) == amount
    assert "E" not in text
    assert "." not in text or not text.endswith("0")
    assert text != "-0"


def test_delisted_coins_are_left_out_and_numbers_stay() -> None:
    documented = msgspec.json.decode(recorded("hyperliquid/info_documented.json"))["rows"][0]
    meta = msgspec.convert(documented["response"], Meta)

    coins = rules_of(meta)

    assert set(coins) == {"BTC", "ETH", "HPOS"}
    assert [one.number for one in coins.values()] == [0, 1, 2]
    assert coins[Coin("HPOS")].isolated_only
    assert not coins[Coin("BTC")].isolated_only
    assert coins[Coin("BTC")].instrument() == Instrument(Coin("BTC"), 5, 10.0, Leverage(50.0))
