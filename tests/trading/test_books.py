"""Orders in time: filled at opens, waiting where they must, ended when their time is over."""

from __future__ import annotations

import pytest

from tests.builders.desk import (
    LONG,
    NO_BAR,
    OPENED,
    PLENTY,
    SHORT,
    Bar,
    after,
    bars,
    configured,
    equity,
    flat,
    happened,
    held,
    lived,
    opened,
    reasons,
    wanted,
)
from trimtab.domain.configuration import Costs, Exits, RiskLimits
from trimtab.domain.reasons import Reason
from trimtab.domain.units import HOUR, Bp
from trimtab.trading.records import CANCELLED, ENTRY, FILLED, HORIZON, INTENDED

FEE = Costs(Bp(10.0), Bp(0.0), Bp(0.0), Bp(0.0), participation=1.0)
SLOW = Costs(Bp(0.0), Bp(0.0), Bp(0.0), Bp(0.0), participation=0.5)


def test_an_entry_is_filled_at_the_next_open() -> None:
    books = after(opened(configured()), LONG)
    (intended,) = happened(books)
    assert (intended.kind, intended.purpose, intended.lots) == (INTENDED, ENTRY, 1_000)
    now = lived(books, bars((101.0, 103.0, 100.0, 102.0, PLENTY)))
    (filled,) = now.events
    assert (filled.kind, filled.price, filled.lots, filled.at) == (FILLED, 101.0, 1_000, OPENED)
    assert filled.ordered_at == intended.at
    assert held(now.books) == 10.0
    assert equity(now.books) == 1_000.0 + 10.0 * (102.0 - 101.0)


def test_spread_impact_and_fee_are_paid_on_the_way_in() -> None:
    costs = Costs(Bp(5.0), Bp(1.0), Bp(2.0), Bp(100.0), participation=1.0)
    now = lived(after(opened(configured(costs=costs)), LONG), flat(100.0, volume=100.0))
    price = 100.0 * (1.0 + 2e-4 + 100e-4 * 10.0 / 100.0)
    assert now.events[0].price == pytest.approx(price, rel=1e-15)
    assert now.events[0].fee == pytest.approx(10.0 * price * 5e-4, rel=1e-15)
    assert equity(now.books) == pytest.approx(1_000.0 - 10.0 * (price - 100.0) - now.events[0].fee)


def test_a_position_is_closed_at_the_open_one_horizon_later() -> None:
    now = lived(after(opened(configured()), wanted([0.01], hours=2)), flat(100.0, 101.0, 105.0))
    assert [(event.kind, event.purpose) for event in now.events] == [
        (FILLED, ENTRY), (INTENDED, HORIZON), (FILLED, HORIZON),
    ]  # fmt: skip
    assert [event.at - OPENED for event in now.events] == [0, 2 * HOUR, 2 * HOUR]
    assert now.events[-1].profit == 50.0
    assert held(now.books) == 0.0
    assert equity(now.books) == 1_050.0


def test_a_short_gains_when_the_price_falls() -> None:
    now = lived(after(opened(configured()), wanted([-0.01], hours=1)), flat(100.0, 90.0))
    assert now.events[-1].profit == 100.0
    assert now.books.records[0]["wins"] == 1


def test_a_new_forecast_may_open_at_the_open_at_which_the_old_one_ends_and_both_pay() -> None:
    signals = wanted([0.01], hours=1)
    first = lived(after(opened(configured(costs=FEE)), signals), flat(100.0))
    now = lived(after(first.books, signals), flat(100.0))
    assert [(event.kind, event.purpose) for event in now.events[:2]] == [
        (FILLED, HORIZON), (FILLED, ENTRY),
    ]  # fmt: skip
    assert held(now.books) == 10.0
    assert now.books.records[0]["trades"] == 1
    assert now.books.records[0]["fees"] == pytest.approx(3 * 1.0)
    assert now.books.records[0]["turnover"] == pytest.approx(3 * 1_000.0)


def test_without_horizons_positions_stay() -> None:
    books = after(opened(configured(exits=Exits(horizon=False))), wanted([0.01], hours=1))
    assert held(lived(books, flat(100.0, 100.0, 100.0)).books) == 10.0


def test_what_a_bar_cannot_fill_waits_for_the_next() -> None:
    books = after(opened(configured(costs=SLOW)), wanted([0.01], hours=9))
    now = lived(books, flat(100.0, 101.0, 102.0, 103.0, volume=8.0))
    assert [(event.lots, event.remaining, event.price) for event in now.events] == [
        (400, 600, 100.0), (400, 200, 101.0), (200, 0, 102.0),
    ]  # fmt: skip
    position = now.books.positions[0, 0]
    assert position["entry"] == pytest.approx((4 * 100 + 4 * 101 + 2 * 102) / 10)
    assert not now.books.working


def test_an_exit_that_is_filled_in_parts_is_one_trade() -> None:
    books = lived(after(opened(configured(costs=SLOW)), wanted([0.01], hours=1)), flat(100.0)).books
    now = lived(books, flat(110.0, 120.0, volume=10.0))
    fills = now.of_kind(FILLED)
    assert [(event.lots, event.remaining) for event in fills] == [(-500, -500), (-500, 0)]
    assert fills[0].profit != fills[0].profit, "the first part closes nothing"
    assert fills[1].profit == pytest.approx(5 * 10.0 + 5 * 20.0)
    assert now.books.records[0]["trades"] == 1


def test_an_entry_that_comes_too_late_is_cancelled_and_what_it_got_is_closed() -> None:
    books = after(opened(configured(costs=SLOW)), wanted([0.01], hours=2))
    now = lived(books, flat(100.0, 100.0, 100.0, volume=4.0))
    assert [(event.kind, event.purpose, event.lots) for event in now.events] == [
        (FILLED, ENTRY, 200), (FILLED, ENTRY, 200), (CANCELLED, ENTRY, 600),
        (INTENDED, HORIZON, -400), (FILLED, HORIZON, -200),
    ]  # fmt: skip
    assert now.events[2].ordered_at == books.closed


@pytest.mark.parametrize("missing", [NO_BAR, (100.0, 100.0, 100.0, 100.0, 0.0)])
def test_orders_wait_while_nothing_is_traded(missing: Bar) -> None:
    waiting = lived(after(opened(configured()), LONG), bars(missing))
    assert waiting.events == []
    assert waiting.books.working
    assert [event.price for event in lived(waiting.books, flat(104.0)).events] == [104.0]


def test_without_a_bar_a_position_keeps_its_last_mark() -> None:
    books = lived(after(opened(configured()), LONG), flat(100.0)).books
    books = lived(books, bars((100.0, 107.0, 100.0, 107.0, PLENTY), NO_BAR)).books
    assert books.marks.tolist() == [107.0]
    assert equity(books) == 1_070.0


def test_longs_pay_funding_and_shorts_receive_it() -> None:
    for signals, paid in ((LONG, 10.0), (SHORT, -10.0)):
        books = lived(after(opened(configured()), signals), flat(100.0)).books
        funded = books.funded(books.marks * 0.0 + 0.01)
        assert funded.records[0]["funding"] == paid
        assert funded.records[0]["cash"] == books.records[0]["cash"] - paid
        closed = lived(funded, flat(100.0, 100.0, 100.0, 100.0))
        assert closed.events[-1].profit == -paid


def test_every_day_is_marked_at_its_open() -> None:
    books = lived(after(opened(configured()), wanted([0.01], hours=99)), flat(100.0)).books
    day = bars(*[(100.0, 100.0, 100.0, 100.0, PLENTY)] * 23, (103.0, 109.0, 103.0, 108.0, PLENTY))
    books, row = books.advance(day, 0, len(day))
    assert (row, books.day_opened) == (24, True)
    assert books.closed == OPENED + 25 * HOUR
    assert books.records[0]["opening"] == 1_030.0
    assert equity(books) == 1_080.0
    books, _ = books.advance(flat(108.0, 108.0), 0, 2)
    assert not books.day_opened


def test_at_the_open_of_a_day_a_coin_without_a_bar_has_its_last_price() -> None:
    books = lived(after(opened(configured()), wanted([0.01], hours=99)), flat(100.0)).books
    books = lived(books, bars(*[(104.0, 104.0, 104.0, 104.0, PLENTY)] * 23, NO_BAR)).books
    assert books.day_opened
    assert books.records[0]["opening"] == 1_040.0


def test_a_drawdown_halts_a_book_until_it_is_resumed() -> None:
    books = after(
        opened(configured(risk=RiskLimits(maximum_drawdown=0.1))), wanted([0.01], hours=3)
    )
    falling = flat(91.0, 89.0, 95.0)
    warned, row = lived(books, flat(100.0)).books.advance(falling, 0, 3)
    assert row == 1, "the row that passes half of the limit ends the block"
    assert warned.records["warns"].tolist() == [True, True]
    stopped, row = warned.advance(falling, row, 3)
    assert row == 2, "and so does the row that breaks it, without another warning"
    assert not stopped.records["warns"].any()
    assert stopped.records["halted"].tolist() == [True, True]
    flat_again = lived(stopped, flat(95.0, 95.0)).books
    assert held(flat_again) == 0.0, "what is open may still be closed"
    assert reasons(flat_again, LONG) == [[Reason.PAUSED]]
    assert reasons(flat_again.resumed(), LONG) == [[Reason.TRADED]]
    assert flat_again.resumed().records["halted"].tolist() == [False, True]
    assert flat_again.resumed().records[0]["peak"] == 950.0


def test_without_a_limit_no_drawdown_halts() -> None:
    books = lived(after(opened(configured()), LONG), flat(100.0)).books
    assert not lived(books, flat(30.0)).books.records["halted"].any()


def test_a_trade_that_only_earns_its_costs_is_no_win() -> None:
    books = after(opened(configured(costs=FEE)), wanted([0.01], hours=1))
    now = lived(books, flat(100.0, 100.1)).books.records[0]
    assert (now["trades"], now["wins"]) == (1, 0)
    assert now["net_bp"] == pytest.approx(10.0 - 10.0 - 10.01)


def test_books_say_whether_an_order_works() -> None:
    books = opened(configured())
    assert not books.working
    assert after(books, LONG).working
    assert not lived(after(books, LONG), flat(100.0)).books.working
