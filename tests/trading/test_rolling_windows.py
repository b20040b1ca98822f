"""Windows over the marks, against the whole history."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from tests.builders.market import LIVELY, started
from trimtab.domain.decisions import BooksMarked
from trimtab.domain.units import DAY, HOUR, Micros
from trimtab.trading.rolling_windows import WINDOWS, Figures, RollingWindows

BEGIN = 20_000
waits = some.lists(some.integers(1, 9), min_size=1, max_size=60)
"""Days from each mark to the next: some have none."""


def mark(day: int) -> BooksMarked:
    """Sums that tell on which day they were taken; the twin does not trade."""
    none = (0.0, 0.0)
    return BooksMarked(
        Micros(day * DAY), ("adapted", "static"), (1_000.0 + day, 500.0), (2 * day, 3), (day, 1),
        (30.0 * day, 6.0), none, none, none,
    )  # fmt: skip


def after(days: list[int]) -> RollingWindows:
    windows = RollingWindows().after(started(Micros(BEGIN * DAY + HOUR)))
    for day in days:
        windows = windows.after(mark(day))
    return windows


@given(waits)
@example([1] * 40)
def test_a_window_is_the_difference_to_the_mark_that_long_ago(gaps: list[int]) -> None:
    days = list(accumulate(gaps, initial=BEGIN + 1))
    now = days[-1]
    *found, whole = after(days).windows
    expected = {
        length: max(day for day in days if day <= now - length)
        for length in WINDOWS
        if days[0] <= now - length
    }
    assert {one.days: one.since // DAY for one in found} == expected
    for one in found:
        then = one.since // DAY
        assert one.adapted.gain == pytest.approx((now - then) / (1_000.0 + then))
        assert (one.adapted.trades, one.adapted.win_rate) == (2 * (now - then), 0.5)
        assert one.adapted.net_bp == pytest.approx(15.0)
        assert one.static == Figures(0.0, 0, None, None)
    assert (whole.days, whole.since) == (None, BEGIN * DAY + HOUR)
    assert whole.adapted.gain == pytest.approx((1_000.0 + now) / LIVELY.capital - 1.0)


@given(waits)
@example([1] * 40)
def test_no_more_marks_are_kept_than_the_longest_window_needs(gaps: list[int]) -> None:
    days = list(accumulate(gaps, initial=BEGIN + 1))
    assert len(after(days).marks) <= max(WINDOWS)


def test_a_restart_does_not_begin_anew() -> None:
    windows = after([BEGIN + 1, BEGIN + 2])
    assert windows.after(started(Micros((BEGIN + 3) * DAY))) is windows


def test_a_book_without_money_has_no_gain() -> None:
    broke = mark(-1_000)
    windows = RollingWindows().after(broke).after(mark(-999)).windows
    assert windows[0].adapted.gain is None
