"""What the dense analyzers share: cells, the kernel that goes through the bars, how they move on.

A subclass names its kernel and its usual parameters, and says what the cells mean.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar, cast

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context.cells import Cells, Dials, copied, fresh_cells, rejoined
from trimtab.domain.observations import Bars
from trimtab.domain.units import Coin, Micros


class Parameters(Protocol):
    """What a person sets, in hours and ratios."""

    def dials(self, interval: Micros) -> Dials:
        """The same as the kernel wants it, for bars of this interval."""
        ...


P = TypeVar("P", bound=Parameters)


class Kernel(Struct, frozen=True):
    """One file of compiled functions, and the record that they write into."""

    layout: np.dtype[Any]
    """Of a cell."""
    run: Callable[[Cells, Bars, int, int, Dials], tuple[int, bool]]
    """Consumes rows until something happens; the row to go on from, and did it?"""
    record: Callable[[Cells, Bars, Dials, NDArray[np.float64]], None]
    """Consumes all rows and notes every cell's readings after each."""
    readings: tuple[str, ...]
    """Their names."""
    beginnings: dict[str, float] = {}
    """Fields that do not start at zero."""

    def fresh(self, coins: tuple[Coin, ...]) -> Cells:
        """Cells that have seen nothing: one a coin and, last, one for the market."""
        return fresh_cells(len(coins) + 1, self.layout, **self.beginnings)


class DenseAnalyzer(Struct, Generic[P], frozen=True, eq=False):
    """One cell a coin and one for the market; never changed, each move makes a new one."""

    kernel: ClassVar[Kernel]
    usual: ClassVar[Parameters]
    """The parameters where none are given: a P."""

    coins: tuple[Coin, ...]
    cells: Cells
    parameters: P
    dials: Dials
    fired: bool = False

    @classmethod
    def of(cls, coins: tuple[Coin, ...], interval: Micros, parameters: P | None = None) -> Self:
        """One that has seen nothing, for bars of this length."""
        chosen = cast("P", cls.usual) if parameters is None else parameters
        return cls(coins, cls.kernel.fresh(coins), chosen, chosen.dials(interval))

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]:
        """Consume rows until something happens: the state after them, the row to go on from."""
        kernel = self.kernel
        cells = copied(self.cells, kernel.layout, bars)
        stop, fired = kernel.run(cells, bars, start, limit, self.dials)
        return self.after(cells, fired), stop

    def after(self, cells: Cells, fired: bool) -> Self:
        """With what a kernel has made of its cells, and whether something happened."""
        return type(self)(self.coins, cells, self.parameters, self.dials, fired)

    def recorded(self, bars: Bars) -> tuple[Self, NDArray[np.float64]]:
        """Consume all rows; also readings[row, coin, reading], the market last."""
        cells = copied(self.cells, self.kernel.layout, bars)
        readings = np.empty((len(bars), len(cells), len(self.kernel.readings)))
        self.kernel.record(cells, bars, self.dials, readings)
        return type(self)(self.coins, cells, self.parameters, self.dials), readings

    def afresh(self, coins: tuple[Coin, ...]) -> Self:
        """One of the same parameters that has seen nothing."""
        return type(self)(coins, self.kernel.fresh(coins), self.parameters, self.dials)

    def joined(self, coins: tuple[Coin, ...], begin: Self | None = None) -> Self:
        """For another set of coins: those that stay remember, new ones are as in `begin`.

        Which is of these coins, and may have seen their history; None has seen nothing.
        """
        fresh = self.kernel.fresh(coins) if begin is None else begin.cells.copy()
        cells = rejoined(self.cells, self.coins, fresh, coins)
        return type(self)(coins, cells, self.parameters, self.dials)
