"""Stop: nothing new, and with `flatten` everything goes home."""

from __future__ import annotations

import pytest

from tests.builders.desk import (
    BTC,
    ETH,
    LONG,
    OPENED,
    SHORT,
    after,
    configured,
    flat,
    happened,
    held,
    lived,
    opened,
    wanted,
)
from trimtab.domain.units import HOUR, Micros
from trimtab.trading.records import CANCELLED, ENTRY, FILLED, FLATTEN, HORIZON, INTENDED
from trimtab.trading.stopping import stopped

NOON = Micros(OPENED + HOUR // 2)


def test_a_working_entry_is_cancelled_and_never_filled() -> None:
    books = after(opened(configured()), LONG)
    now = stopped(books, NOON, flatten=False)
    (cancelled,) = happened(now)
    assert (cancelled.kind, cancelled.purpose, cancelled.lots) == (CANCELLED, ENTRY, 1_000)
    assert (cancelled.at, cancelled.ordered_at) == (NOON, OPENED)
    assert lived(now, flat(100.0)).events == []


def test_only_the_actual_book_stops() -> None:
    now = lived(stopped(after(opened(configured()), LONG), NOON, flatten=True), flat(100.0)).books
    assert (held(now, book=0), held(now, book=1)) == (0.0, 10.0)


@pytest.mark.parametrize("flatten", [True, False])
def test_positions_go_home_only_when_told_to(*, flatten: bool) -> None:
    books = lived(after(opened(configured()), SHORT), flat(100.0)).books
    now = lived(stopped(books, NOON, flatten=flatten), flat(90.0))
    assert held(now.books) == (0.0 if flatten else -10.0)
    assert [(event.purpose, event.profit) for event in now.of_kind(FILLED)] == (
        [(FLATTEN, 100.0)] if flatten else []
    )


def test_an_exit_that_works_already_is_not_ordered_twice() -> None:
    books = lived(after(opened(configured()), wanted([0.01], hours=1)), flat(100.0)).books
    now = stopped(books, NOON, flatten=True)
    assert happened(now) == []
    assert [event.purpose for event in lived(now, flat(100.0)).of_kind(FILLED)] == [HORIZON]


def test_an_entry_in_the_making_and_a_position_are_both_dealt_with() -> None:
    coins = (BTC, ETH)
    books = lived(
        after(opened(configured(coins=coins), coins=coins), wanted([0.01, float("nan")])),
        flat(100.0, coins=2),
    ).books
    now = stopped(after(books, wanted([float("nan"), 0.01])), NOON, flatten=True)
    assert [(event.kind, event.coin, event.purpose) for event in happened(now)] == [
        (CANCELLED, 1, ENTRY), (INTENDED, 0, FLATTEN),
    ]  # fmt: skip


def test_stopping_changes_no_books_that_were_handed_out() -> None:
    books = after(opened(configured()), LONG)
    kept = books.positions.tobytes()
    stopped(books, NOON, flatten=True)
    assert books.positions.tobytes() == kept
