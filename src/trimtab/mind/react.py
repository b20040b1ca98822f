"""react: one fact from outside, a new mind, and all that follows from it. Pure."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import (
    AccountReported,
    BarsClosed,
    BookTopMoved,
    CoinListed,
    CoinUnavailable,
    EngineStarted,
    FeedLost,
    FeedRestored,
    FundingPaid,
    FundsTransferred,
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderSent,
    PredictionsIssued,
    TimePassed,
)
from trimtab.mind.advance import advance
from trimtab.mind.at_venue import heard, transferred
from trimtab.mind.guarding import checked
from trimtab.mind.joining import joined
from trimtab.mind.lives import move_on
from trimtab.mind.mind import Mind
from trimtab.mind.numbering import numbered
from trimtab.mind.obeying import obey
from trimtab.mind.passing import pass_to
from trimtab.mind.receiving import received
from trimtab.mind.starting_again import start_again
from trimtab.mind.weighing import weigh
from trimtab.trading.venue_book import Outcome

Reacted = tuple[Mind, list[Derived]]


def react(mind: Mind, fact: Outside) -> Reacted:
    """What one fact leads to. Bars number their own facts; all else counts at the fact's time."""
    if isinstance(fact, BarsClosed):
        return _see_bars(mind, fact)
    mind, over = pass_to(mind, fact.at)
    moved, facts = _answer(mind, fact)
    return numbered(moved, fact.at, len(over) + len(facts)), [*over, *facts]


def _answer(mind: Mind, fact: Outside) -> Reacted:
    match fact:
        case PredictionsIssued():
            return weigh(mind, fact)
        case FundingPaid():
            rates = _rates(mind, fact)
            ghosts = tuple(one.changed(lambda own: own.funded(rates)) for one in mind.ghosts)
            return replace(mind, books=mind.books.funded(rates), ghosts=ghosts), []
        case FeedLost() | FeedRestored():
            return _with_feed(mind, fact), []
        case EngineStarted():
            return start_again(mind, fact)
        case CoinListed() | CoinUnavailable():
            return joined(mind, fact)
        case TimePassed() | AccountReported() | OrderRejected():
            return checked(mind, fact)
        case (
            OrderSent() | OrderAccepted() | OrderFilled() | OrderCancelled()
            | OrderOutcomeUnknown() | FundsTransferred() | BarsClosed() | BookTopMoved()
        ):  # fmt: skip
            return _see_venue(mind, fact)
        case _:
            return obey(mind, fact)


def _see_venue(mind: Mind, fact: Outcome | FundsTransferred | BarsClosed | BookTopMoved) -> Reacted:
    """An outcome, after which a coin that is leaving may be flat, or money that came or went."""
    if isinstance(fact, FundsTransferred):
        return transferred(mind, fact), []
    if isinstance(fact, BarsClosed | BookTopMoved):
        return mind, []
    mind, facts = heard(mind, fact)
    if mind.venue is None or not mind.cryptos.in_life("closing"):
        return mind, facts
    mind, moved = move_on(mind, fact.at)
    return mind, [*facts, *moved]


def _with_feed(mind: Mind, fact: FeedLost | FeedRestored) -> Mind:
    others = {*mind.lost_feeds} - {fact.feed}
    lost = {*others, fact.feed} if isinstance(fact, FeedLost) else others
    return replace(mind, lost_feeds=tuple(sorted(lost)))


def _see_bars(mind: Mind, fact: BarsClosed) -> Reacted:
    mind, bars = received(mind, fact)
    facts: list[Derived] = []
    row = 0
    while row < len(bars):
        mind, more, row = advance(mind, bars, row)
        facts += more
    return mind, facts


def _rates(mind: Mind, fact: FundingPaid) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rates = dict(zip(fact.coins, fact.rates, strict=True))
    return np.array([rates.get(coin, 0.0) for coin in mind.coins])
