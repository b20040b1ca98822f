"""Ticks are round, few, and inside the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from trimtab.domain.units import DAY
from trimtab.lab.report.axis import MOST_MARKS, date, percent_ticks, time_ticks


def micros(day: str) -> int:
    return int(np.datetime64(day, "us").astype(np.int64))


@given(some.floats(-5.0, 5.0), some.floats(0.001, 10.0))
@settings(max_examples=100)
def test_percentages_are_few_inside_and_evenly_spaced(low: float, span: float) -> None:
    ticks = [tick.at for tick in percent_ticks(low, low + span)]
    assert 2 <= len(ticks) <= MOST_MARKS + 1
    assert low - 1e-6 * span <= min(ticks)
    assert max(ticks) <= low + span * (1 + 1e-6)
    np.testing.assert_allclose(np.diff(ticks), ticks[1] - ticks[0], rtol=1e-6)


def test_labels_have_the_digits_that_tell_them_apart() -> None:
    assert [tick.label for tick in percent_ticks(-0.1, 0.3)] == [
        "-10 %", "-5 %", "0 %", "5 %", "10 %", "15 %", "20 %", "25 %", "30 %",
    ]  # fmt: skip
    assert [tick.label for tick in percent_ticks(0.0, 0.004)] == [
        "0.00 %", "0.05 %", "0.10 %", "0.15 %", "0.20 %", "0.25 %", "0.30 %", "0.35 %", "0.40 %",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        ("2024-01-01T05", "2024-01-05", ["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"]),
        (
            "2022-07-01",
            "2023-12-31",
            ["2022-07", "2022-10", "2023-01", "2023-04", "2023-07", "2023-10"],
        ),
        (
            "2021-11-01",
            "2024-12-31",
            ["2022-01", "2022-07", "2023-01", "2023-07", "2024-01", "2024-07"],
        ),
    ],
)
def test_times_fall_on_days_quarters_or_halves(first: str, last: str, labels: list[str]) -> None:
    assert [tick.label for tick in time_ticks(micros(first), micros(last))] == labels


@given(some.integers(0, 60 * 365), some.integers(1, 30 * 365))
@settings(max_examples=100)
def test_times_are_few_and_inside_whatever_the_span(start: int, days: int) -> None:
    first, last = start * DAY, (start + days) * DAY
    ticks = time_ticks(first, last)
    assert len(ticks) <= MOST_MARKS + 2
    assert all(first <= tick.at <= last for tick in ticks)


def test_a_date_is_that_of_utc() -> None:
    assert date(micros("2024-03-31T23:59:59")) == "2024-03-31"
