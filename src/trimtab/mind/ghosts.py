"""A book for each override that goes on without it: what the person's word cost, or earned."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.configuration import Configuration
from trimtab.domain.observations import Bars
from trimtab.domain.units import Bp, OverrideId
from trimtab.trading.books import Books
from trimtab.trading.records import ACTUAL
from trimtab.trading.universe import alone


class Ghost(Struct, frozen=True, eq=False):
    """The bot's own book as it would be without one override."""

    override: OverrideId
    books: Books
    """One book only."""
    began_at_equity: float
    bars: int = 0

    @staticmethod
    def of(override: OverrideId, books: Books, configuration: Configuration) -> Ghost:
        """Begins where the actual book stands. `configuration`: without the override."""
        own = alone(books).governed([configuration])
        return Ghost(override, own, float(books.records[ACTUAL]["equity"]))

    def advance(self, bars: Bars, start: int, stop: int) -> Ghost:
        """All rows up to `stop`, whatever happens in them."""
        books, row = self.books, start
        while row < stop:
            books, row = books.advance(bars, row, stop)
        return replace(self, books=books, bars=self.bars + stop - start)

    def changed(self, change: Callable[[Books], Books]) -> Ghost:
        """What befalls every course of the bot's own book befalls this one."""
        return replace(self, books=change(self.books))

    def lag(self, actual: Books, capital: float) -> Bp:
        """How much more the actual book has gained, in bp of capital."""
        gained = float(actual.records[ACTUAL]["equity"]) - self.began_at_equity
        without = float(self.books.records[ACTUAL]["equity"]) - self.began_at_equity
        return Bp(float(np.round((gained - without) / capital * 1e4, 6)))
