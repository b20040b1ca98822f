"""Adapted against static."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from trimtab.domain.decisions import BooksMarked
from trimtab.domain.units import DAY, Micros, TopicName
from trimtab.lab.comparison import Difference, Pair, compare
from trimtab.lab.metrics import metrics, pooled
from trimtab.lab.paired_days import FIGURES, PairedDays

A, B = TopicName("a-8h"), TopicName("b-8h")


def run(
    adapted: list[float], static: list[float], wins: int, trades: int = 10
) -> list[BooksMarked]:
    """A run of 10 static trades, half of them won; the adapted ones as told."""
    done = [(0, 0)] + [(trades, 10)] * len(adapted)
    won = [(0, 0)] + [(wins, 5)] * len(adapted)
    pairs = zip([1_000.0, *adapted], [1_000.0, *static], done, won, strict=True)
    return [
        BooksMarked(
            at=Micros(day * DAY),
            books=("adapted", "static"),
            equity=(one, other),
            trades=count,
            wins=winners,
            net_bp=(2.0 * count[0], 1.0 * count[1]),
            fees=(0.0, 0.0),
            funding=(0.0, 0.0),
            turnover=(0.0, 0.0),
        )
        for day, (one, other, count, winners) in enumerate(pairs)
    ]


RUNS = {
    A: run([1_010.0, 1_030.0, 1_020.0], [1_000.0, 1_005.0, 990.0], wins=8),
    B: run([1_000.0, 1_000.0, 1_000.0], [1_010.0, 1_000.0, 1_005.0], wins=0, trades=0),
}


def test_each_topic_is_judged_alone_and_all_of_them_with_equal_weight() -> None:
    found = compare(RUNS, 1_000.0)
    assert found.topics[A].adapted == metrics(RUNS[A], "adapted", 1_000.0)
    assert found.topics[B].static == metrics(RUNS[B], "static", 1_000.0)
    assert found.pooled.static == pooled(list(RUNS.values()), "static", 1_000.0)
    assert found.pooled.static.trades == 20


def test_the_difference_is_adapted_minus_static() -> None:
    difference = compare(RUNS, 1_000.0).topics[A].difference
    assert difference.win_rate.value == pytest.approx(0.3)
    assert difference.net_bp_per_trade.value == pytest.approx(1.0)


def test_what_one_side_does_not_have_cannot_be_compared() -> None:
    difference = compare(RUNS, 1_000.0).topics[B].difference
    assert difference.sharpe.value is None
    assert difference.win_rate.value is None


def test_the_json_has_the_form_of_the_contract() -> None:
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(compare(RUNS, 1_000.0)))
    assert list(told) == ["pooled", "topics"]
    assert list(told["topics"]) == [A, B]
    pair = told["topics"][A]
    assert list(pair) == ["adapted", "static", "difference"]
    assert list(pair["difference"]) == [
        "sharpe", "win_rate", "net_bp_per_trade", "max_drawdown_at_10pct_vol"
    ]  # fmt: skip
    assert list(pair["difference"]["sharpe"]) == ["value", "low", "high"]
    assert pair["difference"]["sharpe"]["low"] is None, "three days say nothing about chance"


def long_run(edge: float, days: int = 400) -> list[BooksMarked]:
    """Daily profits with the static book's luck in both, and an edge of the adapted one."""
    generator = np.random.default_rng(11)
    luck = generator.normal(0.0, 10.0, days)
    adapted = 1_000.0 + np.cumsum(luck + edge + generator.normal(0.0, 1.0, days))
    static = 1_000.0 + np.cumsum(luck)
    trades = 10 * np.arange(1, days + 1)
    wins = np.cumsum(generator.binomial(10, 0.5, (days, 2)), axis=0)
    net = np.cumsum(generator.normal(0.0, 30.0, (days, 2)), axis=0)
    return [
        BooksMarked(
            Micros(day * DAY), ("adapted", "static"), (adapted[day], static[day]),
            (int(trades[day]),) * 2, tuple(wins[day].tolist()), tuple(net[day].tolist()),
            (0.0, 0.0), (0.0, 0.0), (0.0, 0.0),
        )
        for day in range(days)
    ]  # fmt: skip


def differences(found: Pair) -> list[Difference]:
    one = found.difference
    return [one.sharpe, one.win_rate, one.net_bp_per_trade, one.max_drawdown_at_10pct_vol]


def test_every_difference_lies_in_its_interval() -> None:
    for one in differences(compare({A: long_run(0.0)}, 1_000.0).pooled):
        assert one.value is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low < one.value < one.high


def test_luck_that_both_books_share_does_not_hide_an_edge() -> None:
    """The edge is a tenth of a day's luck: unpaired it would drown."""
    nothing, something = (compare({A: long_run(edge)}, 1_000.0).pooled for edge in (0.0, 1.0))
    low, high = nothing.difference.sharpe.low, nothing.difference.sharpe.high
    assert low is not None
    assert high is not None
    assert low < 0.0 < high
    found = something.difference.sharpe.low
    assert found is not None
    assert found > 0.0


def test_the_same_runs_get_the_same_intervals_in_any_company() -> None:
    alone = compare({A: long_run(0.5)}, 1_000.0)
    beside = compare({B: long_run(0.1), A: long_run(0.5)}, 1_000.0)
    assert alone.topics[A] == beside.topics[A] == alone.pooled


def test_an_interval_speaks_of_the_figures_that_are_told() -> None:
    """Drawn once, as they were, the days give the books' own figures."""
    runs = [long_run(0.3)]
    days = PairedDays.of(runs, ("adapted", "static"), 1_000.0)
    count = days.profits.shape[1]
    once = np.array([range(count)], np.int64)
    told = days.differences(once)[:, 0]
    one, other = metrics(runs[0], "adapted", 1_000.0), metrics(runs[0], "static", 1_000.0)
    for figure, value in zip(FIGURES, told.tolist(), strict=True):
        assert value == pytest.approx(getattr(one, figure) - getattr(other, figure))
