"""From forecasts to orders: the first thing that stands in the way is the reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.desk import (
    BTC,
    ETH,
    LONG,
    LOT,
    NAN,
    NO_BAR,
    OTHER,
    SHORT,
    TOPIC,
    after,
    bars,
    configured,
    flat,
    geared,
    happened,
    held,
    instruments,
    lived,
    opened,
    reasons,
    wanted,
)
from trimtab.domain.configuration import Gate, RiskLimits, Sizing
from trimtab.domain.reasons import Reason
from trimtab.domain.units import HOUR, Bp, Coin, Leverage, Micros
from trimtab.trading.books import Books
from trimtab.trading.records import CANCELLED, ENTRY, FILLED, INTENDED, REDUCE

GATED = Gate(enter=0.7, leave=0.5)
SHARES = Sizing(kelly=None)


def lots(books: Books, coin: int = 0, book: int = 0) -> int:
    """What works as an entry."""
    return int(books.positions[book, coin]["entry_lots"])


def test_a_forecast_is_traded_in_its_direction() -> None:
    books = opened(configured())
    assert reasons(books, LONG) == [[Reason.TRADED]]
    assert lots(after(books, LONG)) == 1_000
    assert lots(after(books, SHORT)) == -1_000


def test_without_a_forecast_there_is_nothing_to_trade() -> None:
    assert reasons(opened(configured()), wanted([NAN])) == [[Reason.NO_FORECAST]]


def test_who_is_paused_trades_nothing_new() -> None:
    assert reasons(opened(configured()), LONG, paused=True) == [[Reason.PAUSED]]


def test_only_the_twin_goes_on_while_the_bot_is_paused() -> None:
    """What a pause costs or saves is no effect of the change that is on trial."""
    three = opened(configured()).forked(1_000.0, 20.0).governed((configured(),) * 3)
    books = after(three, LONG, paused=True)
    assert [lots(books, book=book) for book in range(3)] == [0, 1_000, 0]


def test_a_coin_outside_the_mix_is_not_traded() -> None:
    only_btc = replace(configured(coins=(BTC, ETH)), mix={TOPIC.name: (BTC,)})
    books = opened(only_btc, coins=(BTC, ETH))
    assert reasons(books, wanted([0.01, 0.01])) == [[Reason.TRADED, Reason.NOT_IN_MIX]]


@pytest.mark.parametrize(
    ("forecast", "reason"),
    [(0.02, Reason.BELOW_THRESHOLD), (-0.02, Reason.BELOW_THRESHOLD), (-0.021, Reason.TRADED)],
)
def test_a_forecast_has_to_exceed_its_topics_threshold(forecast: float, reason: Reason) -> None:
    books = opened(configured(topics=(replace(TOPIC, threshold=0.02),)))
    assert reasons(books, wanted([forecast])) == [[reason]]


def test_the_gate_opens_above_one_level_and_closes_below_another() -> None:
    books = opened(configured(gate=GATED, sizing=SHARES))
    told: list[int] = []
    for probability in (0.6, 0.7, 0.71, 0.6, 0.51, 0.5, 0.6):
        signals = wanted([0.01], probability=probability)
        told += reasons(books, signals)[0]
        books = replace(after(books, signals), positions=books.positions)
    closed, traded = Reason.GATE_CLOSED, Reason.TRADED
    assert told == [closed, closed, traded, traded, traded, closed, closed]


@pytest.mark.parametrize(
    ("edge", "guard", "reason"),
    [
        (8.0, 8.0, Reason.WITHIN_GUARD), (8.1, 8.0, Reason.TRADED), (NAN, 8.0, Reason.WITHIN_GUARD),
        (-1.0, 0.0, Reason.TRADED), (NAN, 0.0, Reason.TRADED),
    ],
)  # fmt: skip
def test_where_a_guard_stands_an_entry_has_to_promise_more_than_it(
    edge: float, guard: float, reason: Reason
) -> None:
    risk = replace(geared(1.0), slippage_guard={BTC: Bp(guard), ETH: Bp(99.0)})
    books = opened(configured(risk=risk))
    assert reasons(books, wanted([0.01], edges=[[edge]])) == [[reason]]


def test_the_gate_listens_also_while_the_bot_is_paused() -> None:
    calm = opened(configured(gate=GATED, sizing=SHARES))
    books = after(calm, wanted([0.01], probability=0.9), paused=True)
    assert reasons(books, wanted([0.01], probability=0.6)) == [[Reason.TRADED]]


def test_a_coin_with_a_working_order_or_a_position_is_left_alone() -> None:
    working = after(opened(configured()), LONG)
    assert reasons(working, LONG) == [[Reason.POSITION_OPEN]]
    assert reasons(working, SHORT) == [[Reason.POSITION_OPEN]]
    assert reasons(lived(working, flat(100.0)).books, SHORT) == [[Reason.POSITION_OPEN]]


def test_a_position_that_is_about_to_be_closed_is_none() -> None:
    books = lived(after(opened(configured()), wanted([0.01], hours=1)), flat(100.0)).books
    assert held(books) == 10.0
    assert reasons(books, SHORT) == [[Reason.TRADED]]
    again = after(books, SHORT)
    assert reasons(again, SHORT) == [[Reason.POSITION_OPEN]]


def test_a_coin_that_never_had_a_bar_has_no_price() -> None:
    fresh = Books.of(instruments(), (configured(),) * 2, HOUR, Micros(0))
    assert reasons(lived(fresh, bars(NO_BAR)).books, LONG) == [[Reason.NO_PRICE]]


@pytest.mark.parametrize(
    ("leverage", "reason"), [(0.0099, Reason.TOO_SMALL), (0.01, Reason.TRADED)]
)
def test_an_order_has_to_reach_the_minimum_notional(leverage: float, reason: Reason) -> None:
    books = opened(configured(risk=geared(leverage)))
    assert reasons(books, LONG) == [[reason]]


def test_a_coin_whose_leverage_is_nothing_is_not_traded() -> None:
    assert reasons(opened(configured(risk=geared(0.0))), LONG) == [[Reason.TOO_SMALL]]


def test_of_several_topics_the_one_with_the_highest_net_edge_trades() -> None:
    books = opened(configured(topics=(TOPIC, OTHER), gate=GATED))
    signals = wanted([0.05], [-0.01], edges=[[3.0], [4.0]])
    assert reasons(books, signals) == [[Reason.BETTER_TOPIC], [Reason.TRADED]]
    assert lots(after(books, signals)) < 0
    assert happened(after(books, signals))[0].topic == 1


def test_a_book_without_a_gate_follows_the_largest_forecast() -> None:
    books = opened(configured(topics=(TOPIC, OTHER)))
    signals = wanted([0.05], [-0.01], edges=[[3.0], [4.0]])
    assert reasons(books, signals) == [[Reason.TRADED], [Reason.BETTER_TOPIC]]
    assert lots(after(books, signals)) > 0


def test_a_better_topic_that_may_not_trade_is_in_nobodys_way() -> None:
    books = opened(configured(topics=(replace(TOPIC, threshold=0.1), OTHER), gate=GATED))
    signals = wanted([0.05], [0.01], edges=[[9.0], [4.0]])
    assert reasons(books, signals) == [[Reason.BELOW_THRESHOLD], [Reason.TRADED]]


@pytest.mark.parametrize(
    ("sigma", "scale"), [(0.02, 0.5), (0.01, 1.0), (0.008, 1.25), (0.001, 1.5), (NAN, 0.0)]
)
def test_size_follows_the_volatility_target_up_to_a_cap(sigma: float, scale: float) -> None:
    sizing = Sizing(volatility_target=0.01, maximum_scale=1.5)
    books = after(opened(configured(sizing=sizing)), LONG, sigma=sigma)
    assert lots(books) * LOT == pytest.approx(10.0 * scale)


def test_without_a_target_volatility_does_not_count() -> None:
    assert lots(after(opened(configured()), LONG, sigma=0.5)) == 1_000


@settings(max_examples=60)
@given(some.floats(0.02, 900.0), some.floats(0.05, 20.0))
def test_sizes_are_rounded_down_to_whole_lots(price: float, leverage: float) -> None:
    books = after(opened(configured(risk=geared(leverage)), price=price), LONG)
    notional = 1_000.0 * leverage
    assert lots(books) * LOT * price <= notional * (1.0 + 1e-9)
    assert (lots(books) + 1) * LOT * price > notional * (1.0 - 1e-9)


def test_every_coin_has_an_equal_share_times_its_own_leverage() -> None:
    risk = RiskLimits(Leverage(1.0), {ETH: Leverage(0.5)}, maximum_drawdown=None)
    books = opened(configured(coins=(BTC, ETH), risk=risk), coins=(BTC, ETH))
    planned = after(books, wanted([0.01, 0.01]))
    assert (lots(planned, 0), lots(planned, 1)) == (1_000, 500)


@pytest.mark.parametrize(("compounding", "size"), [(True, 2_000), (False, 1_000)])
def test_gains_are_put_to_work_only_where_that_is_wanted(*, compounding: bool, size: int) -> None:
    books = opened(configured(sizing=Sizing(compounding=compounding)))
    richer = books.records.copy()
    richer["equity"] = 2_000.0
    assert lots(after(replace(books, records=richer), LONG)) == size


def test_a_reversing_signal_closes_and_opens_at_the_same_open() -> None:
    books = lived(after(opened(configured()), wanted([1.0], hours=99)), flat(100.0)).books
    turned = after(books, wanted([-1.0], hours=99, reverses=True))
    assert [(event.purpose, event.lots) for event in happened(turned)] == [
        (REDUCE, -1_000), (ENTRY, -1_000),
    ]  # fmt: skip
    now = lived(turned, flat(104.0))
    assert [(event.kind, event.purpose) for event in now.events] == [
        (FILLED, REDUCE), (FILLED, ENTRY),
    ]  # fmt: skip
    assert now.events[0].profit == 40.0
    assert held(now.books) == -10.0


def test_a_reversing_signal_in_the_same_direction_changes_nothing() -> None:
    books = lived(after(opened(configured()), wanted([1.0], hours=99)), flat(100.0)).books
    assert reasons(books, wanted([1.0], reverses=True)) == [[Reason.POSITION_OPEN]]


def test_an_entry_that_a_turn_overtakes_is_cancelled() -> None:
    first = after(opened(configured()), wanted([1.0], reverses=True))
    waiting = lived(first, bars(NO_BAR)).books
    turned = after(waiting, wanted([-1.0], reverses=True))
    cancelled, intended = happened(turned)
    assert (cancelled.kind, cancelled.purpose, cancelled.lots) == (CANCELLED, ENTRY, 1_000)
    assert cancelled.ordered_at == first.closed
    assert (intended.kind, intended.purpose, intended.lots) == (INTENDED, ENTRY, -1_000)
    assert held(lived(turned, flat(100.0)).books) == -10.0


def test_a_turn_back_while_an_exit_still_works_leaves_every_order_accounted_for() -> None:
    slow = replace(configured().costs, participation=0.5)
    books = lived(
        after(opened(configured(costs=slow)), wanted([1.0], hours=99, reverses=True)), flat(100.0)
    ).books
    short = lived(after(books, wanted([-1.0], hours=99, reverses=True)), flat(100.0, volume=6.0))
    assert held(short.books) == 7.0
    back = after(short.books, wanted([1.0], hours=99, reverses=True))
    assert [(event.kind, event.purpose, event.lots) for event in happened(back)] == [
        (CANCELLED, ENTRY, -1_000), (INTENDED, ENTRY, 1_000),
    ]  # fmt: skip
    now = lived(back, flat(100.0))
    assert [(event.purpose, event.lots) for event in now.of_kind(FILLED)] == [
        (REDUCE, -700), (ENTRY, 1_000),
    ]  # fmt: skip


def test_coins_are_planned_one_by_one() -> None:
    coins = tuple(Coin(f"C{number}") for number in range(6))
    books = opened(configured(coins=coins), coins=coins)
    returns = [0.01, NAN, -0.02, 0.03, NAN, -0.01]
    assert [event.coin for event in happened(after(books, wanted(returns)))] == [0, 2, 3, 5]
