"""Bars: dense work until something happens, then plain decisions about what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.context.advance_together import advance_together
from trimtab.domain.decisions import BooksMarked, PredictionsSettled
from trimtab.domain.event_types import (
    AlloraAccuracyDrop,
    MarketEvent,
)
from trimtab.domain.facts import Derived
from trimtab.domain.observations import CLOSE, Bars
from trimtab.domain.units import Micros
from trimtab.mind.adapting import adapt, governed, trials
from trimtab.mind.at_venue import looked_after, ordered
from trimtab.mind.degrading import degradation
from trimtab.mind.expiring import expired
from trimtab.mind.guarding import guard, latch
from trimtab.mind.lives import move_on
from trimtab.mind.mind import Mind
from trimtab.mind.noticing import notice
from trimtab.mind.numbering import numbered
from trimtab.mind.planning import act_on


class Advanced(NamedTuple):
    """What became of a stretch of bars."""

    mind: Mind
    facts: list[Derived]
    stop: int
    """The row to go on from."""


def advance(mind: Mind, bars: Bars, start: int) -> Advanced:
    """Consume rows from `start` until something happened; at least one row, at most all.

    `bars[row, field, coin]` in the order of the mind's coins; rows are one bar apart, and row
    `start` closes one bar after the last row that this mind has seen.
    """
    limit = start + _rows_until_due(mind, len(bars) - start)
    together = (mind.strategy, mind.books, mind.context)
    (strategy, books, context), stop = advance_together(together, bars, start, limit)
    ghosts = tuple(one.advance(bars, start, stop) for one in mind.ghosts)
    before = mind
    mind = replace(mind, strategy=strategy, books=books, context=context, ghosts=ghosts)
    events = mind.context.events(mind.books.closed) if mind.context.fired else ()
    mind, settled = _settled(mind, bars[stop - 1, CLOSE])
    row = Row(before, events, settled)
    facts: list[Derived] = []
    for step in _STEPS:
        mind, more = step(row, mind)
        facts += more
    return Advanced(numbered(mind, mind.books.closed, len(facts)), facts, stop)


def _rows_until_due(mind: Mind, rows: int) -> int:
    """Forecasts are settled, contracts judged and overrides ended on the row that closes at or
    after their time.

    Where orders work, the next row brings their fills: nobody need run ahead of it.
    """
    if mind.books.working:
        return 1
    due = min(mind.accuracy.next_due, mind.adaptation.next_deadline, mind.next_end)
    wait = -(-(due - mind.books.closed) // mind.books.interval)
    return max(1, min(rows, wait))


def _settled(
    mind: Mind, closes: NDArray[np.float64]
) -> tuple[Mind, tuple[PredictionsSettled | AlloraAccuracyDrop, ...]]:
    """`closes` [coin] of the last row; NaN where there was no bar."""
    if mind.accuracy.next_due > mind.books.closed:
        return mind, ()
    accuracy, settled = mind.accuracy.settle(mind.books.closed, closes)
    return replace(mind, accuracy=accuracy), settled


Told = tuple[Mind, list[Derived]]


class Row(NamedTuple):
    """What the steps after a stretch of bars may look back at."""

    before: Mind
    events: tuple[MarketEvent, ...]
    """What the analyzers noticed at it."""
    settled: tuple[PredictionsSettled | AlloraAccuracyDrop, ...]
    """What came of forecasts whose horizon is over, and what that says of their topics."""


def _tell_orders(_: Row, mind: Mind) -> Told:
    """Fills, cancellations, and the exits whose time has come."""
    if not mind.books.news:
        return mind, []
    return ordered(mind, mind.teller.tell(mind.books.happened()))


def _look_after(_: Row, mind: Mind) -> Told:
    """At a venue: stops that are missing, and what exceeds the decisions."""
    return looked_after(mind, mind.books.closed)


def _mark_books(_: Row, mind: Mind) -> Told:
    """At the open of a UTC day."""
    opened = Micros(mind.books.closed - mind.books.interval)
    if not mind.books.day_opened or opened < (mind.started.reported_from or 0):
        return mind, []
    books = mind.books.records
    names = ("adapted", "static", *(one.adaptation for one in mind.adaptation.contracts))
    columns = [books[column].tolist() for column in _MARKED]
    return mind, [BooksMarked(opened, names, *map(tuple, columns))]


_MARKED = ("opening", "trades", "wins", "net_bp", "fees", "funding", "turnover", "slippage")


def _tell_settled(row: Row, mind: Mind) -> Told:
    return mind, [*row.settled]


def _judge(_: Row, mind: Mind) -> Told:
    """Contracts whose evidence suffices, or whose deadline has come."""
    lines = mind.books.trials
    due = mind.adaptation.next_deadline <= mind.books.closed
    if not len(lines) or not (due or lines["proven"].any()):
        return mind, []
    engine, facts = mind.adaptation.judged(mind.books.closed, trials(mind))
    return governed(mind, engine), [*facts]


def _answer_events(row: Row, mind: Mind) -> Told:
    """Market events, and what the adaptation engine makes of them."""
    events = [*row.events, *degradation(row.before, mind)]
    drops = [one for one in row.settled if isinstance(one, AlloraAccuracyDrop)]
    if not (events or drops) or not mind.trades:
        return mind, [*events]
    mind, decisions = adapt(mind, [*events, *drops])
    mind, latched = latch(row.before, mind)
    return mind, [*events, *decisions, *latched]


def _close_day(_: Row, mind: Mind) -> Told:
    """What is looked at once a day."""
    if not mind.books.day_opened:
        return mind, []
    return replace(mind, context=mind.context.after_day()), []


def _notice(row: Row, mind: Mind) -> Told:
    """The context, when a person would notice the difference.

    A coin that changes its phase is an event of its own; the whole market's is news.
    """
    notable = mind.books.day_opened or any(map(mind.adaptation.listens_to, row.events))
    return notice(mind) if notable else (mind, [])


def _signal(_: Row, mind: Mind) -> Told:
    """What the last bar made the strategy want."""
    signals = mind.strategy.on_bars()
    if signals is None or not mind.trades:
        return mind, []
    mind, _reasons, orders = act_on(mind, signals, mind.context.sigmas, mind.books.closed)
    return mind, orders


def _guard(row: Row, mind: Mind) -> Told:
    """Hard limits of loss, and the clock."""
    return guard(row.before, mind)


def _end(_: Row, mind: Mind) -> Told:
    """Overrides whose time is over, coins that may be traded now, and coins that may go."""
    mind, ended = expired(mind, mind.books.closed)
    mind, moved = move_on(mind, mind.books.closed)
    return mind, [*ended, *moved]


_STEPS: tuple[Callable[[Row, Mind], Told], ...] = (
    _tell_orders, _mark_books, _tell_settled, _judge, _guard, _answer_events, _end, _close_day,
    _notice, _signal, _look_after,
)  # fmt: skip
