"""Bars as the fold needs them: in the mind's order of coins, one row a bar, without holes in time.

Analyzers count rows, so a row that is missing must not be passed over in silence, and a row that
comes again, or too late, must not turn time back.
"""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from trimtab.domain.observations import Bars, BarsClosed
from trimtab.domain.units import DAY, Micros
from trimtab.mind.mind import Mind

WEEK = Micros(7 * DAY)

LONGEST = 20_000
"""Rows of silence that are gone through; of a longer one whole weeks are left out."""


def received(mind: Mind, fact: BarsClosed) -> tuple[Mind, Bars]:
    """The rows that are new, those that are missing before them included as rows without a bar.

    Rows that were seen before stay as they were first told: of a late or doubled block nothing may
    be left, nor of bars of another length. The mind's time is then when the first row opened.
    """
    if fact.interval != mind.books.interval:
        return mind, _without_bars(0, len(mind.coins))
    bars, opened = _aligned(mind, fact), Micros(fact.at - len(fact.bars) * fact.interval)
    if not mind.books.marks.any():  # time begins where the bars do
        return _at(mind, opened), bars
    missing = (opened - mind.books.closed) // fact.interval
    if missing <= 0:
        return mind, bars[-missing:]
    week = WEEK // fact.interval
    missing -= max(0, -(-(missing - LONGEST) // week)) * week
    silence = _without_bars(missing, len(mind.coins))
    return _at(mind, Micros(opened - missing * fact.interval)), _frozen(silence, bars)


def _at(mind: Mind, opened: Micros) -> Mind:
    if opened == mind.books.closed:
        return mind
    return replace(mind, books=replace(mind.books, closed=opened))


def _aligned(mind: Mind, fact: BarsClosed) -> Bars:
    """The fact's bars in the order of the mind's coins; NaN where a coin has none."""
    if fact.coins == mind.coins:
        return fact.bars
    bars = _without_bars(len(fact.bars), len(mind.coins))
    for column, coin in enumerate(fact.coins):
        if coin in mind.coins:
            bars[:, :, mind.coins.index(coin)] = fact.bars[:, :, column]
    bars.flags.writeable = False
    return bars


def _without_bars(rows: int, coins: int) -> Bars:
    return np.full((rows, 5, coins), np.nan)


def _frozen(*blocks: Bars) -> Bars:
    bars = np.concatenate(blocks)
    bars.flags.writeable = False
    return bars
