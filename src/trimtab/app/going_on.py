"""A market that is gone on with: what a journal does not have of it yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct, json

from trimtab.app.demo_market import rows_of
from trimtab.app.errors import UserError
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed, EngineStarted
from trimtab.domain.tags import tag_of
from trimtab.domain.units import Micros
from trimtab.ports import Journal
from trimtab.records.journal_row import JournalRow

_RANKS = {"funding_paid": 0, "bars_closed": 1, "predictions_issued": 2}
"""Facts of a market, in the order that they have at one moment."""

_LOOK = 1_000
"""Rows that are read at a time, from the end on backwards."""


class Reached(NamedTuple):
    """How far a market is in a journal: the last fact's moment (UTC), and its rank there."""

    at: Micros
    rank: int


class _Seeded(Struct, frozen=True):
    seed: int | None = None


_seeded = json.Decoder(_Seeded)


def check_market(journal: Journal, start: EngineStarted) -> None:
    """Raises UserError if the journal was begun on a market that was made of another seed."""
    for first in journal.read(0, 1):
        seed = _seeded.decode(first.payload).seed
        if seed != start.seed:
            begun = "recorded candles" if seed is None else f"--seed {seed}"
            raise UserError(f"the journal was begun on another market, {begun}: name the same one")


def reached(journal: Journal) -> Reached | None:
    """None where no fact of a market is recorded yet. Raises JournalError."""
    until = journal.flush()
    while until > 0:
        begin = max(0, until - _LOOK)
        found = [row for row in journal.read(begin, until) if _is_of_market(row)]
        if found:
            return Reached(Micros(found[-1].at), _RANKS[found[-1].type])
        until = begin
    return None


def rest(facts: Iterable[Outside], done: Reached | None) -> Iterator[Outside]:
    """What of a market's facts comes after; of a block of bars the rows that do."""
    for fact in facts:
        if done is None:
            yield fact
        elif isinstance(fact, BarsClosed):
            left = min(len(fact.bars), _rows_after(fact, done))
            if left > 0:
                yield rows_of(fact, len(fact.bars) - left, len(fact.bars))
        elif (fact.at, _RANKS[tag_of(fact)]) > done:
            yield fact


def _rows_after(fact: BarsClosed, done: Reached) -> int:
    """How many bars close after it, were the block as long as one likes."""
    known = done.at if done.rank >= _RANKS["bars_closed"] else done.at - 1
    return -((known - fact.at) // fact.interval)


def _is_of_market(row: JournalRow) -> bool:
    return row.causation_id is None and row.type in _RANKS
