"""What happened in book 0 is told with exact decimals and ids that match."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.builders.desk import (
    BTC,
    OPENED,
    TOPIC,
    after,
    bars,
    configured,
    flat,
    instruments,
    opened,
    wanted,
)
from trimtab.domain.canonical import order_id
from trimtab.domain.configuration import Costs, Exits
from trimtab.domain.decisions import OrderIntended
from trimtab.domain.observations import Bars, OrderCancelled, OrderFilled
from trimtab.domain.units import HOUR, Bp
from trimtab.trading.books import Books
from trimtab.trading.orders import OrderFact, Teller
from trimtab.trading.strategy import Signals

TELLER = Teller.of("bot", instruments(), (TOPIC,))
COSTS = Costs(Bp(4.5), Bp(1.5), Bp(1.0), Bp(100.0), participation=0.5)


def story(books: Books, *blocks: Bars) -> list[OrderFact]:
    """What the books had just planned, and what then happened."""
    told = TELLER.tell(books.happened())
    for block in blocks:
        row = 0
        while row < len(block):
            books, row = books.advance(block, row, len(block))
            told += TELLER.tell(books.happened())
    return told


def test_a_trade_is_told_from_intention_to_profit() -> None:
    books = after(opened(configured(costs=COSTS)), wanted([0.01], hours=1))
    told = story(books, flat(100.0, 110.0))
    entry = order_id("bot", BTC, OPENED, 0)
    leave = order_id("bot", BTC, type(OPENED)(OPENED + HOUR), 1)
    assert [(type(fact), fact.order) for fact in told] == [
        (OrderIntended, entry), (OrderFilled, entry), (OrderIntended, leave), (OrderFilled, leave),
    ]  # fmt: skip
    intended, filled, _, closed = told
    assert isinstance(intended, OrderIntended)
    assert isinstance(filled, OrderFilled)
    assert isinstance(closed, OrderFilled)
    assert (intended.side, intended.size, intended.purpose) == ("buy", Decimal("10.00"), "entry")
    assert not intended.reduce_only
    assert (filled.price, filled.remaining) == (Decimal("100.01"), Decimal(0))
    assert filled.profit is None
    assert (closed.side, closed.at) == ("sell", OPENED + HOUR)
    assert closed.profit is not None
    paid = filled.price * filled.size + filled.fee
    assert closed.price * closed.size - closed.fee - paid == pytest.approx(
        closed.profit, abs=Decimal("1e-5")
    )


def test_a_protective_order_reduces_only_and_says_why() -> None:
    books = after(opened(configured(exits=Exits(stop_loss=0.05))), wanted([0.01]))
    told = story(books, bars((100.0, 100.0, 90.0, 91.0, 1e9)))
    stop = told[2]
    assert isinstance(stop, OrderIntended)
    assert stop.reduce_only
    assert stop.purpose == "stop_loss"
    assert stop.because == "the stop-loss was touched"
    assert stop.order == told[3].order == order_id("bot", BTC, OPENED, 2)


def test_parts_of_an_order_share_its_id_and_add_up() -> None:
    books = after(opened(configured(costs=COSTS)), wanted([0.01], hours=3))
    told = story(books, flat(100.0, 100.0, 100.0, volume=6.0))
    intended, *others = told
    assert isinstance(intended, OrderIntended)
    parts = [fact for fact in others if fact.order == intended.order]
    filled = [fact for fact in parts if isinstance(fact, OrderFilled)]
    assert [fact.remaining for fact in filled] == [Decimal(7), Decimal(4), Decimal(1)]
    assert isinstance(parts[-1], OrderCancelled), "the rest came too late"
    assert sum(fact.size for fact in filled) == intended.size - filled[-1].remaining


@given(some.integers(1, 10**9), some.integers(0, 8))
def test_sizes_are_exact(lots: int, decimals: int) -> None:
    (rules,) = instruments()
    teller = Teller.of("bot", (type(rules)(rules.coin, decimals),), (TOPIC,))
    (fact,) = teller.tell([(0, 0, 0, -lots, 0, 0.0, 0.0, 0.0, 5, 5, 0, False)])
    assert isinstance(fact, OrderIntended)
    assert fact.size == Decimal(lots) / 10**decimals
    assert -fact.size.as_tuple().exponent == decimals  # type: ignore[operator]  # it is finite
    assert fact.side == "sell"


def test_an_entry_says_what_the_forecast_was_and_what_it_is_thought_to_be_worth() -> None:
    event = (0, 0, 0, 7, 0, 0.0, 0.0, 0.0, 5, 5, 0, False)
    forecast = Signals(
        np.array([[-0.0042]]), np.array([[0.81]]), np.array([[6.25]]), np.array([HOUR])
    )
    (entry,) = TELLER.tell([event], forecast)
    (turned,) = TELLER.tell([event], forecast._replace(reverses=True))
    assert isinstance(entry, OrderIntended)
    assert isinstance(turned, OrderIntended)
    assert entry.because == f"{TOPIC.name} expects -42 bp; P(net edge > 0) 0.81, +6.2 bp net"
    assert turned.because == f"{TOPIC.name} gave the signal"
