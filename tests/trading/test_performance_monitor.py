"""The bot's own account of how well it does, against books kept elsewhere."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import LIVELY, one_by_one, started, world
from tests.builders.running import Run, run
from trimtab.domain.canonical import decode
from trimtab.domain.decisions import AdaptationApplied, AdaptationJudged, BooksMarked
from trimtab.domain.observations import OrderFilled
from trimtab.domain.units import Coin, Micros, OrderId
from trimtab.trading.performance_monitor import PerformanceMonitor
from trimtab.trading.profit_attribution import OpenTrade, Profit, ProfitAttribution
from trimtab.trading.records import ACTUAL

CHOSEN = world(8)
COINS = (Coin("BTC"), Coin("ETH"), Coin("SOL"))

amounts = some.decimals(1, 1_000, places=2)
fills = some.builds(
    OrderFilled,
    at=some.just(Micros(0)),
    order=some.just(OrderId("o")),
    coin=some.sampled_from(COINS),
    side=some.sampled_from(("buy", "sell")),
    size=amounts,
    price=amounts,
    fee=some.decimals(-1, 5, places=3),
    profit=some.none() | some.decimals(-500, 500, places=2),
)


@lru_cache(maxsize=2)
def told(*, alone: bool) -> Run:
    """A lively market with every kind of exit, its bars in blocks or alone."""
    facts = CHOSEN.facts()
    return run(started(CHOSEN.opened, LIVELY), one_by_one(facts) if alone else facts)


def watched(ran: Run) -> list[tuple[object, PerformanceMonitor]]:
    """Every fact of the journal, and the monitor after it."""
    monitor, seen = PerformanceMonitor(), list[tuple[object, PerformanceMonitor]]()
    for row in ran.rows:
        fact = decode(row.payload)
        monitor = monitor.after(fact)
        seen.append((fact, monitor))
    return seen


def summed(parts: dict[Coin, Profit]) -> Profit:
    total = Profit()
    for part in parts.values():
        total = total.plus(part)
    return total


def amounts_of(profit: Profit) -> tuple[float, ...]:
    return (profit.trades, profit.wins, profit.gross, profit.fees, profit.funding, profit.net)


def filled(
    side: Literal["buy", "sell"], price: str, fee: str, profit: str | None = None
) -> OrderFilled:
    return OrderFilled(
        Micros(0), OrderId("o"), COINS[0], side, Decimal(2), Decimal(price), Decimal(fee),
        profit=None if profit is None else Decimal(profit),
    )  # fmt: skip


def test_a_trade_belongs_to_the_phase_that_it_was_opened_in() -> None:
    bull = ProfitAttribution(phase="bull").after(filled("buy", "100", "1"))
    closed = replace(bull, phase="bear").after(filled("sell", "110", "2", "14"))
    profit = Profit(1, 1, 20.0, 3.0, 3.0, 14.0)
    assert bull.open == {COINS[0]: OpenTrade("bull", -200.0, 1.0)}
    assert closed == ProfitAttribution("bear", {}, profit, {COINS[0]: profit}, {"bull": profit})


@given(some.lists(fills, max_size=40), some.lists(some.sampled_from(("bull", "bear")), max_size=40))
def test_every_cut_of_the_profit_adds_up_to_what_was_told(
    given_fills: list[OrderFilled], phases: list[Literal["bull", "bear"]]
) -> None:
    seen = ProfitAttribution()
    for place, fact in enumerate(given_fills):
        seen = replace(seen, phase=phases[place] if place < len(phases) else "volatile").after(fact)
    total, still_open = seen.total, seen.open.values()
    close = [float(fact.profit) for fact in given_fills if fact.profit is not None]
    by_phase = summed({Coin(phase): part for phase, part in seen.by_phase.items()})
    assert amounts_of(summed(seen.by_coin)) == pytest.approx(amounts_of(total), abs=1e-6)
    assert amounts_of(by_phase) == pytest.approx(amounts_of(total), abs=1e-6)
    assert total.net == pytest.approx(sum(close), abs=1e-6)
    assert total.gross - total.fees - total.funding == pytest.approx(total.net, abs=1e-6)
    fees = sum(float(fact.fee) for fact in given_fills)
    assert total.fees + sum(trade.fees for trade in still_open) == pytest.approx(fees, abs=1e-6)
    assert total.trades == len(close)


def test_at_every_mark_the_account_agrees_with_the_books() -> None:
    marks = [
        (fact, seen.profit)
        for fact, seen in watched(told(alone=True))
        if isinstance(fact, BooksMarked)
    ]
    assert len(marks) > 10
    for fact, profit in marks:
        fees = profit.total.fees + sum(trade.fees for trade in profit.open.values())
        assert (profit.total.trades, profit.total.wins) == (fact.trades[0], fact.wins[0])
        assert fees == pytest.approx(fact.fees[0], rel=1e-6)


def test_the_profit_is_the_cash_that_closed_trades_left() -> None:
    ran = told(alone=True)
    profit, books = watched(ran)[-1][1].profit, ran.mind.books
    flow = float(books.positions[ACTUAL]["flow"].sum())
    cash = float(books.records[ACTUAL]["cash"])
    assert profit.total.trades > 50
    assert profit.total.net == pytest.approx(cash - LIVELY.capital - flow, abs=0.01)
    assert profit.open == {}
    assert profit.total.funding == pytest.approx(books.records[ACTUAL]["funding"], abs=0.01)
    assert len(profit.by_phase) > 1


def test_rules_are_credited_with_all_that_was_measured_and_nothing_else() -> None:
    ran = told(alone=True)
    rules = watched(ran)[-1][1].rules.by_rule.values()
    judged = [one for one in ran.told(AdaptationJudged) if not one.shadow]
    assert judged
    measured = sum(one.measured.net_edge * one.bars for one in judged)
    assert sum(one.effect for one in rules) == pytest.approx(measured)
    assert sum(sum(one.verdicts.values()) for one in rules) == len(judged)
    assert sum(one.applied for one in rules) == len(ran.told(AdaptationApplied))


def test_bars_alone_or_in_blocks_give_the_same_account() -> None:
    assert watched(told(alone=True))[-1][1] == watched(told(alone=False))[-1][1]


def test_since_the_start_is_what_the_books_say() -> None:
    ran = told(alone=True)
    last, whole = ran.told(BooksMarked)[-1], watched(ran)[-1][1].twin.windows[-1]
    assert (whole.days, whole.since) == (None, CHOSEN.opened)
    assert whole.adapted.gain == pytest.approx(last.equity[0] / LIVELY.capital - 1.0)
    assert whole.static.trades == last.trades[1]
    assert whole.static.net_bp == pytest.approx(last.net_bp[1] / last.trades[1])
