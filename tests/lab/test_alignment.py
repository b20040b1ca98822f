"""Laying facts of single moments on a market's rows."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.lab.alignment import as_log_returns, closes_before, on_rows

ROWS_AT = np.array([10, 20, 30, 40], np.int64)


def test_a_table_lands_on_the_row_of_its_moment() -> None:
    table = np.array([[1.0, 2.0], [3.0, 4.0]])
    laid = on_rows(ROWS_AT, np.array([20, 40], np.int64), table, missing=0.0)
    assert laid.tolist() == [[0, 0], [1, 2], [0, 0], [3, 4]]


@pytest.mark.parametrize("instant", [5, 25, 45])
def test_a_moment_that_is_no_row_is_left_out(instant: int) -> None:
    laid = on_rows(ROWS_AT, np.array([instant], np.int64), np.array([[1.0]]), missing=-1.0)
    assert laid.tolist() == [[-1.0]] * 4


def test_when_a_bar_opens_only_the_close_before_it_is_known() -> None:
    bars = np.arange(30.0).reshape(3, 5, 2)
    before = closes_before(bars)
    assert np.isnan(before[0]).all()
    assert before[1:].tolist() == bars[:2, 3].tolist()


def test_a_price_is_measured_against_the_close_at_issue() -> None:
    found = as_log_returns("price", np.array([[110.0]]), np.array([[100.0]]))
    assert found.item() == pytest.approx(np.log(1.1))


def test_log_returns_stay_as_they_are() -> None:
    assert as_log_returns("log_return", np.array([[0.01]]), np.array([[100.0]])).item() == 0.01


def test_a_kind_without_direction_is_refused() -> None:
    with pytest.raises(ValueError, match="kind volatility tells no direction"):
        as_log_returns("volatility", np.array([[0.01]]), np.array([[100.0]]))
