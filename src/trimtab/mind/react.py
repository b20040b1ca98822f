"""react: one fact from outside, a new mind, and all that follows from it. Pure."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import (
    AccountReported,
    Bars,
    BarsClosed,
    BookTopMoved,
    EngineStarted,
    FeedLost,
    FeedRestored,
    FundingPaid,
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    PredictionsIssued,
    TimePassed,
)
from trimtab.domain.units import Micros
from trimtab.mind.advance import advance
from trimtab.mind.mind import Mind
from trimtab.mind.numbering import numbered
from trimtab.mind.obeying import obey
from trimtab.mind.starting_again import start_again
from trimtab.mind.weighing import weigh

Reacted = tuple[Mind, list[Derived]]


def react(mind: Mind, fact: Outside) -> Reacted:
    """What one fact leads to. Bars number their own facts; all else counts at the fact's time."""
    if isinstance(fact, BarsClosed):
        return _see_bars(mind, fact)
    moved, facts = _answer(mind, fact)
    return numbered(moved, fact.at, len(facts)), facts


def _answer(mind: Mind, fact: Outside) -> Reacted:
    match fact:
        case PredictionsIssued():
            return weigh(mind, fact)
        case FundingPaid():
            return replace(mind, books=mind.books.funded(_rates(mind, fact))), []
        case FeedLost():
            return replace(mind, lost_feeds=tuple(sorted({*mind.lost_feeds, fact.feed}))), []
        case FeedRestored():
            left = tuple(feed for feed in mind.lost_feeds if feed != fact.feed)
            return replace(mind, lost_feeds=left), []
        case EngineStarted():
            return start_again(mind, fact)
        case BarsClosed() | TimePassed() | BookTopMoved() | AccountReported():
            return mind, []
        case (
            OrderAccepted() | OrderRejected() | OrderFilled() | OrderCancelled()
            | OrderOutcomeUnknown()
        ):  # fmt: skip
            return mind, []
        case _:
            return obey(mind, fact)


def _see_bars(mind: Mind, fact: BarsClosed) -> Reacted:
    mind, bars = received(mind, fact)
    facts: list[Derived] = []
    row = 0
    while row < len(bars):
        mind, more, row = advance(mind, bars, row)
        facts += more
    return mind, facts


def received(mind: Mind, fact: BarsClosed) -> tuple[Mind, Bars]:
    """The fact's bars in the order of the mind's coins, and the mind when the first one opened.

    Where rows are missing in between, time has passed all the same.
    """
    opened = Micros(fact.at - len(fact.bars) * fact.interval)
    if opened != mind.books.closed:
        mind = replace(mind, books=replace(mind.books, closed=opened))
    return mind, _aligned(mind, fact)


def _aligned(mind: Mind, fact: BarsClosed) -> Bars:
    """The fact's bars in the order of the mind's coins; NaN where a coin has none."""
    if fact.coins == mind.coins:
        return fact.bars
    bars = np.full((*fact.bars.shape[:2], len(mind.coins)), np.nan)
    for column, coin in enumerate(fact.coins):
        if coin in mind.coins:
            bars[:, :, mind.coins.index(coin)] = fact.bars[:, :, column]
    bars.flags.writeable = False
    return bars


def _rates(mind: Mind, fact: FundingPaid) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rates = dict(zip(fact.coins, fact.rates, strict=True))
    return np.array([rates.get(coin, 0.0) for coin in mind.coins])
