"""What if: a journal's past from some place on, folded once more under another configuration.

Only what came from outside is folded: bars, forecasts, funding and the operator's commands. What
the market would have done is what it did; orders are filled by the fill model, as in a backtest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Configuration
from trimtab.domain.decisions import AdaptationApplied
from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import Micros
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.mind.starting_again import obstacle
from trimtab.ports import History
from trimtab.records import snapshot
from trimtab.records.upcasting import FactReader
from trimtab.runtime.rebuilding import rebuilt
from trimtab.trading.records import ACTUAL


class Course(Struct, frozen=True):
    """What became of the bot between the two places."""

    equity: float
    """At the end."""
    trades: int
    win_rate: float | None
    """Share of trades that gained after costs."""
    net_bp: float | None
    """Mean over trades of net profit over notional at entry, in bp."""
    drawdown: float
    """The largest fall from the highest equity since the beginning, as a fraction."""
    adaptations: int
    state_hash: str


class WhatIf(Struct, frozen=True):
    """Both courses over the same facts."""

    begin: int
    """Seq; the configuration is replaced after the step to which it belongs."""
    until: int
    """Seq."""
    at: Micros
    """Of the beginning, UTC."""
    facts: int
    """From outside, folded in both."""
    replaced: bool
    """False where the configuration is the one that was in force: then both are the same."""
    as_it_was: Course
    what_if: Course


class _Run:
    """One course on its way."""

    def __init__(self, mind: Mind) -> None:
        self.mind = mind
        self._begun = _totals(mind)
        self._highest = _equity(mind)
        self._drawdown = 0.0
        self._adaptations = 0

    def take(self, fact: Outside) -> None:
        """One fact from outside."""
        self.mind, derived = react(self.mind, fact)
        self._adaptations += _applied(derived)
        equity = _equity(self.mind)
        self._highest = max(self._highest, equity)
        self._drawdown = max(self._drawdown, 1.0 - equity / self._highest)

    def course(self) -> Course:
        """So far."""
        trades, wins, net_bp = (
            end - begin for end, begin in zip(_totals(self.mind), self._begun, strict=True)
        )
        return Course(
            equity=_equity(self.mind),
            trades=int(trades),
            win_rate=wins / trades if trades else None,
            net_bp=net_bp / trades if trades else None,
            drawdown=self._drawdown,
            adaptations=self._adaptations,
            state_hash=snapshot.hash_of(snapshot.encode(self.mind)),
        )


def what_if(
    journal: History, versions: Mapping[str, str], written: Configuration, begin: int, until: int
) -> WhatIf:
    """Both courses from `begin` to `until`.

    Raises ValueError where the state cannot take the configuration, and what `rebuilt` does.
    """
    past = rebuilt(journal, versions, begin)
    start = _start(past.mind, written)
    was, other = _Run(past.mind), _Run(past.mind)
    if start is not None:
        other.take(start)
    reader = FactReader(past.mind.started.schema)
    facts = 0
    for seq, is_outside, kind, payload in journal.stored(begin, until):
        if not is_outside:
            continue
        fact = cast("Outside | None", reader.decoded(seq, kind, payload))
        if fact is not None:
            facts += 1
            was.take(fact)
            other.take(fact if start is None else _under(start, fact))
    at = past.mind.books.closed
    return WhatIf(begin, until, at, facts, start is not None, was.course(), other.course())


def _start(mind: Mind, written: Configuration) -> EngineStarted | None:
    """As if the bot had been started again under it; None where nothing would change.

    Raises ValueError where it cannot.
    """
    before = mind.started
    if written in (before.configuration, mind.adaptation.configuration):
        return None
    start = _configured(replace(before, at=mind.instant), written)
    if (changed := obstacle(before, start)) is not None:
        raise ValueError(
            f"the state at that place holds for the configuration under which it came about, "
            f"and these differ: {changed}"
        )
    return start


def _under(start: EngineStarted, fact: Outside) -> Outside:
    """A later start keeps the configuration that is tried."""
    return _configured(fact, start.configuration) if isinstance(fact, EngineStarted) else fact


def _configured(start: EngineStarted, written: Configuration) -> EngineStarted:
    return replace(start, configuration=written, configuration_hash=hash_of(written))


def _totals(mind: Mind) -> tuple[float, float, float]:
    """Trades, wins, and the sum of net bp since the book began."""
    record = mind.books.records[ACTUAL]
    return float(record["trades"]), float(record["wins"]), float(record["net_bp"])


def _equity(mind: Mind) -> float:
    return float(mind.books.records[ACTUAL]["equity"])


def _applied(derived: Iterable[Derived]) -> int:
    return sum(isinstance(fact, AdaptationApplied) for fact in derived)
