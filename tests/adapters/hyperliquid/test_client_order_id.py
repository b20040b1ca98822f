"""Orders and their client ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from trimtab.adapters.hyperliquid.client_order_id import cloid_of, is_own, order_of
from trimtab.domain.canonical import order_id
from trimtab.domain.units import Coin, Micros, OrderId

moments = some.integers(0, 2**50).map(Micros)


@given(moments, some.integers(0, 9))
def test_an_id_comes_back_from_the_venue_as_it_went(at: Micros, purpose: int) -> None:
    order = order_id("bot", Coin("BTC"), at, purpose)

    assert order_of(cloid_of(order)) == order
    assert len(cloid_of(order)) == 34


@given(moments, some.integers(0, 9))
def test_a_bot_that_forgot_everything_knows_its_own_orders(at: Micros, purpose: int) -> None:
    order = order_id("bot", Coin("BTC"), at, purpose)

    assert is_own("bot", Coin("BTC"), order)
    assert not is_own("other", Coin("BTC"), order)
    assert not is_own("bot", Coin("ETH"), order)


def test_a_strangers_client_id_is_not_ours() -> None:
    assert not is_own("bot", Coin("BTC"), order_of("0x1234567890abcdef1234567890abcdef"))
    assert not is_own("bot", Coin("BTC"), OrderId("no id at all"))


def test_an_id_that_is_no_uuid_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="has to be a UUID"):
        cloid_of(OrderId("42"))
