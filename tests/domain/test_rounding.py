"""Figures keep their significant digits, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from trimtab.domain.rounding import shortened, significant

figures = some.floats(-1e20, 1e20).filter(lambda value: value == 0.0 or abs(value) > 1e-16)


@given(figures, some.integers(1, 9))
def test_a_rounded_figure_is_close_and_keeps_its_sign(value: float, digits: int) -> None:
    (rounded,) = significant(np.array([value]), digits).tolist()
    assert rounded == pytest.approx(value, rel=10.0 ** (1 - digits))
    assert np.sign(rounded) == np.sign(value)


@given(figures, some.integers(1, 9))
def test_rounding_twice_changes_nothing(value: float, digits: int) -> None:
    once = significant(np.array([value]), digits)
    assert significant(once, digits).tolist() == once.tolist()


def test_what_is_no_figure_or_next_to_nothing_is_no_trouble() -> None:
    odd = np.array([0.0, np.nan, np.inf, -np.inf, 1e-300, 1e300])
    np.testing.assert_array_equal(significant(odd, 4), [0.0, np.nan, np.inf, -np.inf, 0.0, 1e300])


def test_what_is_told_has_four_digits() -> None:
    assert [shortened(value) for value in (0.0, 0.0012345678, -98765.4)] == [
        0.0,
        0.001235,
        -98770.0,
    ]
