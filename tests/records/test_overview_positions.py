"""Positions, working orders and the account."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.records.overview_words import BTC, closes, filled, hour, seen
from trimtab.domain.decisions import BooksMarked, OrderIntended
from trimtab.domain.observations import FundingPaid, OrderFilled, OrderRejected
from trimtab.domain.units import OrderId, TopicName

WHY = OrderIntended(
    hour(1),
    OrderId("o"),
    BTC,
    "buy",
    Decimal(2),
    "entry",
    reduce_only=False,
    topic=TopicName("t"),
    because="it will rise",
)


def marked(equity: float) -> BooksMarked:
    zero = (0.0, 0.0)
    return BooksMarked(
        hour(24), ("adapted", "static"), (equity, 9.0), (3, 4), (2, 1), (1.0, 2.0), zero, zero, zero
    )


def test_a_position_tells_why_it_was_opened() -> None:
    position = seen([WHY, filled(1, "buy", "2", "100")]).positions[BTC]
    assert (position.because, position.topic) == ("it will rise", "t")


def test_an_increase_moves_the_entry_a_decrease_does_not() -> None:
    more = seen([filled(1, "buy", "2", "100"), filled(2, "buy", "2", "110")]).positions[BTC]
    less = seen([filled(1, "buy", "2", "100"), filled(2, "sell", "1", "120")]).positions[BTC]
    assert (more.size, more.entry) == (4.0, 105.0)
    assert (less.size, less.entry) == (1.0, 100.0)


def test_a_closed_position_is_gone() -> None:
    facts = [filled(1, "buy", "0.3", "100"), filled(2, "sell", "0.1", "100")]
    assert seen([*facts, filled(3, "sell", "0.2", "100")]).positions == {}


def test_a_turned_position_is_a_new_one() -> None:
    turned = seen([filled(1, "buy", "1", "100"), filled(2, "sell", "3", "90")]).positions[BTC]
    assert (turned.size, turned.entry, turned.opened_at) == (-2.0, 90.0, hour(2))


def test_a_short_gains_when_the_price_falls() -> None:
    overview = seen([filled(1, "sell", "2", "100"), closes(2, 90.0)])
    assert overview.positions[BTC].mark == 90.0
    assert overview.account
    assert overview.account.equity == pytest.approx(10_020.0)


def test_fees_and_funding_come_off_the_equity() -> None:
    paid = FundingPaid(hour(2), (BTC,), (0.01,))
    account = seen([filled(1, "buy", "2", "100", fee="1.5"), paid]).account
    assert account
    assert account.equity == pytest.approx(10_000 - 1.5 - 2.0)


def test_the_mark_of_the_book_is_the_truth_that_the_account_goes_on_from() -> None:
    overview = seen([filled(1, "buy", "2", "100"), marked(9_990.0), closes(25, 101.0)])
    assert overview.account
    assert overview.account.equity == pytest.approx(9_992.0)
    assert overview.account.today() == pytest.approx(2.0)
    assert overview.account.peak == pytest.approx(10_000.0)


def test_an_order_works_until_it_is_filled_or_refused() -> None:
    part = OrderFilled(
        hour(1),
        OrderId("o"),
        BTC,
        "buy",
        Decimal(1),
        Decimal(100),
        Decimal(0),
        remaining=Decimal(1),
    )
    assert [*seen([WHY]).orders] == ["o"]
    assert [*seen([WHY, part]).orders] == ["o"]
    assert seen([WHY, filled(1, "buy", "2", "100")]).orders == {}
    assert seen([WHY, OrderRejected(hour(1), OrderId("o"), BTC, "x", "no margin")]).orders == {}


def test_the_two_lines_of_equity_grow_with_every_mark() -> None:
    overview = seen([marked(10_100.0)])
    assert overview.equity[-1] == (hour(24) // 1_000_000, 10_100.0, 9.0)
    assert (overview.books["adapted"].trades, overview.books["static"].wins) == (3, 1)
