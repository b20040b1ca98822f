"""Hard limits on entries: what is beyond them is refused before it is intended."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.configuration import HardLimits
from trimtab.domain.reasons import Reason
from trimtab.domain.records import Records
from trimtab.trading.books import Books
from trimtab.trading.exposure import any_beyond, exposures
from trimtab.trading.records import ACTUAL, TWIN

Reasons = NDArray[np.int64]
"""[topic, coin]"""


class Limited(NamedTuple):
    """Books in which no entry is beyond the limits."""

    books: Books
    reasons: Reasons
    entries: int
    """New ones of the actual book,"""
    crowded: int
    """and how many more were refused because of their number."""


def limited(
    before: Books, after: Books, reasons: Reasons, limits: HardLimits, room: int | None
) -> Limited:
    """The books `after` planning, without the entries that the limits do not allow.

    `room`: entries that the actual book may still send this hour; None: any number. Of several
    entries those of the first coins are kept. The static twin is left alone.
    """
    if room is None and not _is_crowded(after, limits.exposure):
        return Limited(after, reasons, 0, 0)
    positions = after.positions.copy()
    refused: dict[int, Reason] = {}
    entries = 0
    for book in range(len(positions)):
        if book == TWIN:
            continue
        fresh = _fresh(before.positions[book], positions[book])
        given_up = _given_up(fresh, before, replace(after, positions=positions), book, limits)
        late = fresh[max(room, 0) :] if book == ACTUAL and room is not None else []
        for coin in {*given_up, *late}:
            positions[book, coin] = before.positions[book, coin]
        if book == ACTUAL:
            refused = dict.fromkeys(given_up, Reason.OVER_EXPOSURE)
            refused |= dict.fromkeys(late, Reason.TOO_MANY_ORDERS)
            entries = len(fresh) - len(refused)
    crowded = sum(why == Reason.TOO_MANY_ORDERS for why in refused.values())
    events = after.events[~np.isin(after.events["coin"], [*refused])]
    books = replace(after, positions=positions, events=events)
    return Limited(books, _with_reasons(reasons, refused), entries, crowded)


def _is_crowded(books: Books, most: float | None) -> bool:
    if most is None:
        return False
    return any_beyond(books.records, books.positions, books.lots, books.marks, most)


def _fresh(before: Records, after: Records) -> list[int]:
    """Coins with a new entry."""
    new = (after["entry_lots"] != 0) & (
        (after["entry_lots"] != before["entry_lots"]) | (after["entry_at"] != before["entry_at"])
    )
    return [int(coin) for coin in np.flatnonzero(new)]


def _given_up(
    fresh: list[int], before: Books, after: Books, book: int, limits: HardLimits
) -> list[int]:
    """Coins without whose new entries the exposure is within its limit, the last ones first."""
    if limits.exposure is None:
        return []
    most = limits.exposure * max(float(after.records[book]["equity"]), 0.0)
    without = exposures(before.positions[book], after.lots, after.marks)
    now = exposures(after.positions[book], after.lots, after.marks)
    given_up = list[int]()
    for coin in reversed(fresh):
        if float(now.sum()) <= most:
            break
        now[coin] = without[coin]
        given_up.append(coin)
    return given_up


def _with_reasons(reasons: Reasons, refused: dict[int, Reason]) -> Reasons:
    told = reasons.copy()
    for coin, why in refused.items():
        told[told[:, coin] == Reason.TRADED, coin] = why
    return told
