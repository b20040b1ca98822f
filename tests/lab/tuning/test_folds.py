"""Days that choose end before those that judge, by a gap: purged and embargoed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from trimtab.lab.tuning.folds import FEWEST_DAYS, folds, parts


@given(days=some.integers(400, 2_000), count=some.integers(1, 6), gap=some.integers(0, 60))
def test_a_gap_lies_between_what_chooses_and_what_judges(days: int, count: int, gap: int) -> None:
    found = folds(days, count, gap)
    assert len(found) == count
    assert all(fold.first - fold.chosen_by == gap for fold in found)
    assert all(fold.stop - fold.first >= FEWEST_DAYS for fold in found)


@given(days=some.integers(400, 2_000), count=some.integers(2, 6))
def test_folds_follow_each_other_to_the_last_day(days: int, count: int) -> None:
    found = folds(days, count, 7)
    assert all(one.stop == other.first for one, other in pairwise(found))
    assert found[-1].stop == days


@pytest.mark.parametrize(("days", "count", "gap"), [(60, 1, 0), (200, 8, 0), (200, 1, 60)])
def test_folds_that_say_nothing_are_refused(days: int, count: int, gap: int) -> None:
    with pytest.raises(ValueError, match=f"{FEWEST_DAYS} are needed"):
        folds(days, count, gap)


def test_parts_leave_out_what_reaches_back() -> None:
    assert parts(100, 4, 3) == [slice(0, 25), slice(28, 50), slice(53, 75), slice(78, 100)]


def test_a_part_shorter_than_a_trade_is_empty_and_reaches_no_further() -> None:
    assert parts(8, 4, 5) == [slice(0, 2), slice(4, 4), slice(6, 6), slice(8, 8)]
