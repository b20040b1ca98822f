"""Arrays are told with the same figures that one number after the other would be."""

from __future__ import annotations

from math import inf, isfinite, nan

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as some

from trimtab.context.told_figures import told, told_table
from trimtab.domain.rounding import shortened

figures = some.lists(
    some.floats(-1e6, 1e6).filter(lambda value: value == 0.0 or abs(value) > 1e-12)
    | some.sampled_from([nan, inf, -inf]),
    max_size=20,
)


@given(figures)
@example([1e-4, 0.00123449999, 999.95, -0.0])
def test_four_significant_digits_of_each_and_none_for_what_is_no_number(
    values: list[float],
) -> None:
    expected = tuple(shortened(value) if isfinite(value) else None for value in values)
    for given_one, one in zip(expected, told(np.array(values, np.float64)), strict=True):
        if given_one is None or one is None:
            assert given_one is one
        else:  # a tie may be broken either way
            assert abs(given_one - one) <= 1.001e-3 * abs(given_one)
            assert one == float(repr(one)) == float(f"{one:.4g}")


@given(figures)
def test_a_table_is_rounded_to_decimal_places(values: list[float]) -> None:
    table = told_table(np.array([values, values], np.float64), 2)
    assert table[0] == table[1]
    for value, one in zip(values, table[0], strict=True):
        if one is None:
            assert not isfinite(value)
        else:
            assert abs(one - value) <= 0.00501
            assert one == float(f"{one:.2f}")
