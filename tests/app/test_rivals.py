"""Other back-testers are compared with only where every trade is the same."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from trimtab.app.benches.backtest import SEED, run_once
from trimtab.app.benches.rivals import difference, rivals, sides
from trimtab.app.benches.round_trips import RoundTrip
from trimtab.domain.observations import CLOSE
from trimtab.lab.sma_market import minute_bars

ROWS = 4_000


def test_every_cross_is_traded_at_the_next_bars_open() -> None:
    closes = minute_bars(ROWS, np.random.default_rng(SEED)).bars[:, CLOSE, 0]
    side = sides(closes)
    turns = [row + 1 for row in range(1, ROWS) if side[row] != side[row - 1]]
    assert run_once(ROWS) == [
        RoundTrip(opened, closed, bool(side[opened - 1] > 0.0))
        for opened, closed in pairwise(turns)
    ]


def test_who_closes_his_last_trade_at_the_end_has_the_same_trades() -> None:
    own = [RoundTrip(200, 207, long=False)]
    assert difference(own, own) is None
    assert difference(own, [*own, RoundTrip(207, 999, long=True)]) is None


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ([RoundTrip(201, 207, long=False)], "trade 1 is short from bar 201 to 207, and short from"),
        ([RoundTrip(200, 207, long=True)], "trade 1 is long from bar 200 to 207, and short from"),
        ([], "it made 0 trades, and 1 are made here"),
    ],
)
def test_of_different_trades_no_ratio_is_told(theirs: list[RoundTrip], words: str) -> None:
    because = difference([RoundTrip(200, 207, long=False)], theirs)
    assert because
    assert because.startswith(words)


def test_who_is_not_compared_is_named_with_the_reason() -> None:
    market = minute_bars(1_000, np.random.default_rng(SEED))
    told = rivals(market.bars, run_once(1_000))
    assert {*told.bars_per_cpu_s, *told.skipped} == {
        "backtesting.py", "vectorbt", "freqtrade", "jesse", "nautilus_trader",
    }  # fmt: skip
    assert all(told.skipped.values())
