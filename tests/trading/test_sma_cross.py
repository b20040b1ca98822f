"""The averages cross where NumPy says so."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from tests.builders.desk import sealed
from trimtab.domain.observations import Bars
from trimtab.domain.units import NEVER
from trimtab.trading.sma_cross import SmaCross

FAST, SLOW, ROWS, COINS = 3, 7, 120, 2
Floats = NDArray[np.float64]


def market(seed: int, *, gaps: float = 0.1) -> Bars:
    """Random walks on whole dollars, so that sums are exact; some bars are missing."""
    chance = np.random.default_rng(seed)
    moves = chance.integers(-9, 10, (ROWS, COINS)).astype(np.float64)
    closes: Floats = 1_000.0 + np.cumsum(moves, axis=0)
    closes[chance.random(closes.shape) < gaps] = np.nan
    fields: Bars = np.repeat(closes[:, np.newaxis], 5, axis=1)
    return sealed(fields)


def crossings(closes: Floats) -> list[tuple[int, int]]:
    """Oracle: (row, new side) of one coin, from plain means over the bars that there are."""
    rows = np.flatnonzero(~np.isnan(closes))
    known = closes[rows]
    found: list[tuple[int, int]] = []
    side = 0
    for last in range(SLOW, len(known) + 1):
        above = known[last - FAST : last].sum() * SLOW > known[last - SLOW : last].sum() * FAST
        if (1 if above else -1) != side:
            side = 1 if above else -1
            found.append((int(rows[last - 1]), side))
    return found


def told(bars: Bars, cuts: list[int]) -> list[list[tuple[int, int]]]:
    """What the strategy wants, coin by coin, when the bars come in these pieces."""
    state, found = SmaCross.of(COINS, FAST, SLOW), [list[tuple[int, int]]() for _ in range(COINS)]
    row = 0
    for limit in [*sorted(cuts), ROWS]:
        while row < limit:
            state, row = state.advance(bars, row, limit)
            signals = state.on_bars()
            for coin in range(COINS) if signals is not None else ():
                assert signals is not None
                side = signals.returns[0, coin]
                if side == side:  # noqa: PLR0124 - NaN is no opinion
                    found[coin].append((row - 1, int(side)))
    return found


@settings(max_examples=25)
@given(some.integers(0, 2**32), some.lists(some.integers(0, ROWS), max_size=8))
def test_crosses_are_those_of_the_plain_averages_in_blocks_of_any_size(
    seed: int, cuts: list[int]
) -> None:
    bars = market(seed)
    assert told(bars, cuts) == [crossings(bars[:, 3, coin]) for coin in range(COINS)]


def test_nothing_is_wanted_before_the_slow_average_exists() -> None:
    state, row = SmaCross.of(COINS, FAST, SLOW).advance(market(1, gaps=0.0), 0, SLOW - 1)
    assert row == SLOW - 1
    assert state.on_bars() is None


def test_a_cross_turns_the_position_around_and_never_ends_by_itself() -> None:
    state, row = SmaCross.of(COINS, FAST, SLOW).advance(market(1, gaps=0.0), 0, ROWS)
    signals = state.on_bars()
    assert row == SLOW
    assert signals is not None
    assert signals.reverses
    assert signals.horizons.tolist() == [NEVER]


def test_it_does_not_listen_to_forecasts_and_never_writes_into_a_state() -> None:
    state = SmaCross.of(COINS, FAST, SLOW)
    kept = (state.cells.tobytes(), state.closes.tobytes())
    moved, _ = state.advance(market(2), 0, ROWS)
    assert (state.cells.tobytes(), state.closes.tobytes()) == kept
    signals = moved.on_bars()
    assert signals is not None
    assert moved.on_forecasts(signals) is None
