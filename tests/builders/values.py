"""Any value of a type that facts are made of, for property tests."""

from __future__ import annotations

from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin

import msgspec
import numpy as np
from hypothesis import strategies as some

from trimtab.domain.observations import BarsClosed
from trimtab.domain.units import Coin, Micros

Any_ = some.SearchStrategy[Any]

finite = some.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)
"""Without minus zero, which is equal to zero and written otherwise."""

_PLAIN: dict[Any, Any_] = {
    float: finite,
    int: some.integers(-(2**62), 2**62),
    str: some.text(max_size=5),
    bool: some.booleans(),
    NoneType: some.none(),
    Decimal: some.decimals(allow_nan=False, allow_infinity=False),
}


def any_of(kind: Any) -> Any_:
    """Values of `kind`: plain ones, named ones, unions, tuples, dictionaries and structs."""
    while isinstance(kind, NewType):
        kind = kind.__supertype__
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind is BarsClosed:
        return closed_bars()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = {one.name: any_of(one.type) for one in msgspec.structs.fields(kind)}
        return some.builds(kind, **fields)
    return _any_of_generic(get_origin(kind), get_args(kind))


def _any_of_generic(origin: Any, inner: tuple[Any, ...]) -> Any_:
    if origin is Literal:
        return some.sampled_from(inner)
    if origin in {Union, UnionType}:
        return some.one_of(*map(any_of, inner))
    if origin is dict:
        return some.dictionaries(any_of(inner[0]), any_of(inner[1]), max_size=2)
    if inner[-1] is Ellipsis:
        return some.lists(any_of(inner[0]), max_size=2).map(tuple)
    return some.tuples(*map(any_of, inner))


@some.composite
def closed_bars(draw: some.DrawFn) -> BarsClosed:
    """One to three rows of one to three coins; the first coin has every bar, others have gaps."""
    rows, coins = draw(some.integers(1, 3)), draw(some.integers(1, 3))
    numbers = draw(some.lists(finite, min_size=rows * 5 * coins, max_size=rows * 5 * coins))
    bars = np.array(numbers).reshape(rows, 5, coins)
    if rows > 1 and draw(some.booleans()):
        bars[draw(some.integers(0, rows - 1)), :, 1:] = np.nan
    bars.flags.writeable = False
    names = tuple(Coin(f"C{number}") for number in range(coins))
    return BarsClosed(Micros(draw(some.integers(0, 2**50))), Micros(60), names, bars)
