"""Adapted against static."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from trimtab.domain.decisions import BooksMarked
from trimtab.domain.units import DAY, Micros, TopicName
from trimtab.lab.comparison import compare
from trimtab.lab.metrics import metrics, pooled

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
    assert list(pair["difference"]) == ["sharpe", "win_rate", "net_bp_per_trade"]
    assert list(pair["difference"]["sharpe"]) == ["value", "low", "high"]
    assert pair["difference"]["sharpe"]["low"] is None
