"""The bot's own book beside its static twin: the last day, week and month, and since the start."""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec import Struct

from trimtab.domain.decisions import BooksMarked
from trimtab.domain.facts import Fact
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import DAY, Bp, Micros

OWN, TWIN = "adapted", "static"
"""Names of the two books at every mark."""

WINDOWS: Final = (1, 7, 30)
"""In days (UTC)."""


class Sums(NamedTuple):
    """What a book's figures are differences of."""

    equity: float
    trades: int
    wins: int
    net_bp: float


class Mark(NamedTuple):
    """Both books at the open of a UTC day."""

    at: Micros
    adapted: Sums
    static: Sums


class Figures(Struct, frozen=True):
    """How one book did between two marks."""

    gain: float | None
    """Share of its equity; None where there was none to begin with."""
    trades: int
    win_rate: float | None
    """None without trades,"""
    net_bp: Bp | None
    """and so is the mean net profit of a trade over its notional."""


class RollingWindow(Struct, frozen=True):
    """Both books over the same time."""

    days: int | None
    """Length; None since the start."""
    since: Micros
    adapted: Figures
    static: Figures


class RollingWindows(Struct, frozen=True):
    """The windows as of the last mark, and the marks that they are made of."""

    start: Mark | None = None
    marks: tuple[Mark, ...] = ()
    """No more than the longest window needs at the next mark."""
    windows: tuple[RollingWindow, ...] = ()
    """Shortest first. One that reaches back beyond the first mark is left out."""

    def after(self, fact: Fact) -> RollingWindows:
        """After one more fact; the same object where nothing changed."""
        match fact:
            case EngineStarted() if self.start is None:
                own, twin = _fresh(fact.configuration.capital), _fresh(fact.twin.capital)
                return RollingWindows(Mark(fact.at, own, twin))
            case BooksMarked() if {OWN, TWIN} <= {*fact.books}:
                return self._marked(Mark(fact.at, _sums(fact, OWN), _sums(fact, TWIN)))
            case _:
                return self

    def _marked(self, now: Mark) -> RollingWindows:
        earlier = tuple(one for one in self.marks if _day(one) < _day(now))
        start = self.start or now
        found = [(days, _before(earlier, _day(now) - days)) for days in WINDOWS]
        windows = [_window(days, then, now) for days, then in found if then is not None]
        marks = (*earlier, now)[-max(WINDOWS) :]
        return RollingWindows(start, marks, (*windows, _window(None, start, now)))


def _fresh(capital: float) -> Sums:
    return Sums(capital, 0, 0, 0.0)


def _sums(fact: BooksMarked, name: str) -> Sums:
    book = fact.books.index(name)
    return Sums(fact.equity[book], fact.trades[book], fact.wins[book], fact.net_bp[book])


def _day(mark: Mark) -> int:
    return mark.at // DAY


def _before(marks: tuple[Mark, ...], day: int) -> Mark | None:
    """The last mark of that day or of one before it: a day without a mark had no news."""
    return next((one for one in reversed(marks) if _day(one) <= day), None)


def _window(days: int | None, then: Mark, now: Mark) -> RollingWindow:
    own, twin = _figures(then.adapted, now.adapted), _figures(then.static, now.static)
    return RollingWindow(days, then.at, own, twin)


def _figures(then: Sums, now: Sums) -> Figures:
    trades = now.trades - then.trades
    return Figures(
        now.equity / then.equity - 1.0 if then.equity > 0.0 else None,
        trades,
        (now.wins - then.wins) / trades if trades else None,
        Bp((now.net_bp - then.net_bp) / trades) if trades else None,
    )
