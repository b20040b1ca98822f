"""Figures of a book from its daily marks, against cases worked out by hand."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from trimtab.domain.decisions import BooksMarked
from trimtab.domain.units import DAY, HOUR, Micros
from trimtab.lab.metrics import daily_equity, metrics, pooled

STEPS = ("trades", "wins", "net_bp", "fees", "funding", "turnover")
profits = some.lists(some.integers(-50, 60), min_size=3, max_size=20).filter(
    lambda drawn: len(set(drawn)) > 1
)


def mark(day: float, equity: float, *sums: float) -> BooksMarked:
    """A mark of one book "adapted" among two; the other one never moves."""
    trades, wins, net_bp, fees, funding, turnover = sums or (0, 0, 0.0, 0.0, 0.0, 0.0)
    return BooksMarked(
        at=Micros(int(day * DAY)),
        books=("static", "adapted"),
        equity=(1_000.0, equity),
        trades=(0, int(trades)),
        wins=(0, int(wins)),
        net_bp=(0.0, net_bp),
        fees=(0.0, fees),
        funding=(0.0, funding),
        turnover=(0.0, turnover),
    )


def marked(gains: list[int], scale: float = 1.0) -> list[BooksMarked]:
    equity = 1_000.0 + scale * np.concatenate(([0.0], np.cumsum(gains)))
    return [mark(day, value) for day, value in enumerate(equity.tolist())]


HISTORY = [
    mark(0, 1_000.0, 5, 5, 50.0, 1.0, 2.0, 300.0),
    mark(1, 1_010.0, 6, 6, 60.0, 2.0, 2.0, 400.0),
    mark(2, 1_000.0, 8, 6, 40.0, 3.0, 1.0, 500.0),
    mark(3, 1_030.0, 9, 7, 74.0, 4.0, 1.5, 700.0),
]


def test_a_history_worked_out_by_hand() -> None:
    fall = 0.01 * 0.10 / (0.02 * 365**0.5)
    assert msgspec.to_builtins(metrics(HISTORY, "adapted", 1_000.0)) == {
        "trades": 4,
        "win_rate": 0.5,
        "net_bp_per_trade": 6.0,
        "total_return": pytest.approx(0.03),
        "sharpe": pytest.approx(0.01 / 0.02 * 365**0.5),
        "max_drawdown": pytest.approx(10.0 / 1_010.0),
        "max_drawdown_at_10pct_vol": pytest.approx(fall / (1.0 + fall)),
        "longest_drawdown_days": 2,
        "recovery_days": 1,
        "fees": 3.0,
        "funding": -0.5,
        "turnover": 400.0,
        "slippage": 0.0,
    }


def test_a_book_that_did_nothing_has_neither_win_rate_nor_sharpe() -> None:
    found = metrics(HISTORY, "static", 1_000.0)
    assert (found.trades, found.total_return, found.max_drawdown) == (0, 0.0, 0.0)
    nothing = (
        found.win_rate,
        found.net_bp_per_trade,
        found.sharpe,
        found.max_drawdown_at_10pct_vol,
    )
    assert nothing == (None, None, None, None)


def test_the_json_has_the_keys_of_the_contract() -> None:
    assert list(msgspec.to_builtins(metrics(HISTORY, "adapted", 1_000.0))) == [
        "trades", "win_rate", "net_bp_per_trade", "total_return", "sharpe", "max_drawdown",
        "max_drawdown_at_10pct_vol", "longest_drawdown_days", "recovery_days", "fees", "funding",
        "turnover", "slippage",
    ]  # fmt: skip


def test_a_day_without_a_mark_is_a_day_without_profit() -> None:
    assert daily_equity([[mark(0, 1.0), mark(1, 2.0), mark(4, 5.0)]], "adapted").equity.tolist() == [
        1.0, 2.0, 2.0, 2.0, 5.0,
    ]  # fmt: skip


def test_a_last_mark_within_a_day_counts_its_trades_but_is_no_day() -> None:
    last = mark(3 + 20 * HOUR / DAY, 1_500.0, 10, 8, 80.0, 5.0, 1.5, 900.0)
    with_rest, without = (
        metrics(marks, "adapted", 1_000.0) for marks in ([*HISTORY, last], HISTORY)
    )
    assert with_rest.trades == without.trades + 1
    assert with_rest.sharpe == without.sharpe


def test_a_book_without_marks_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="book adapted: no daily marks"):
        metrics([], "adapted", 1_000.0)


@given(profits, some.floats(0.1, 3.0))
@settings(max_examples=40)
def test_larger_positions_scale_the_return_but_not_the_sharpe(
    gains: list[int], scale: float
) -> None:
    one, other = (metrics(marked(gains, by), "adapted", 1e5) for by in (1.0, scale))
    assert 1.0 + other.total_return == pytest.approx(
        1.0 + one.total_return + (scale - 1.0) * sum(gains) / 1e5
    )
    assert other.sharpe == pytest.approx(one.sharpe, rel=1e-6, abs=1e-9)
    assert other.max_drawdown_at_10pct_vol == pytest.approx(
        one.max_drawdown_at_10pct_vol, rel=1e-6, abs=1e-9
    )


@given(profits)
@settings(max_examples=40)
def test_a_run_pooled_with_itself_is_itself_with_twice_the_trades(gains: list[int]) -> None:
    marks = [*marked(gains)[:-1], msgspec.structs.replace(marked(gains)[-1], trades=(0, 3))]
    alone, twice = metrics(marks, "adapted", 1_000.0), pooled([marks, marks], "adapted", 1_000.0)
    assert twice == msgspec.structs.replace(alone, trades=6, win_rate=0.0, net_bp_per_trade=0.0)


def test_pooled_profits_are_averages_so_opposite_runs_cancel() -> None:
    up, down = marked([10, 20, -5]), marked([-10, -20, 5])
    found = pooled([up, down], "adapted", 1_000.0)
    assert (found.total_return, found.sharpe, found.max_drawdown) == (0.0, None, 0.0)


def test_a_pooled_run_that_starts_later_stands_at_its_capital_until_then() -> None:
    late = [mark(2, 1_000.0), mark(3, 1_100.0)]
    found = pooled([HISTORY, late], "adapted", 1_000.0)
    assert found.total_return == pytest.approx((0.03 + 0.10) / 2)
