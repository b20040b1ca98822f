"""Figures that went through single precision come back as they were printed."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as some

from trimtab.adapters.parquet.rounding import exchange_figures


@given(some.integers(1, 999_999), some.integers(-16, 8))
@example(digits=956, power=7)
@settings(max_examples=300)
def test_every_figure_of_six_digits_survives_single_precision(digits: int, power: int) -> None:
    printed = float(f"{digits}e{power}")
    assert exchange_figures(np.array([np.float32(printed)], np.float64)).tolist() == [printed]


def test_typical_prices_of_seven_digits_survive_too() -> None:
    printed = [65_432.1, 3.123456, 0.1234567, 16_777_210.0]
    stored = np.array(printed, np.float32).astype(np.float64)
    assert exchange_figures(stored).tolist() == printed


def test_what_is_no_figure_stays_what_it_is() -> None:
    odd = np.array([0.0, np.nan, np.inf, -np.inf])
    np.testing.assert_array_equal(exchange_figures(odd), odd)
