"""An order and the stop and take-profit that come with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.adapters.stand_ins.hyperliquid.given import Floor, floor, order, trigger
from trimtab.adapters.stand_ins.hyperliquid import order_checks as checks

STOP = trigger("45000", "0.1")
PROFIT = trigger("55000", "0.1", "tp")


def family(given: Floor, first: dict[str, Any]) -> list[Any]:
    return given.place(first, STOP, PROFIT, grouping="normalTpsl")


def test_children_of_an_order_that_was_filled_at_once_protect_its_position() -> None:
    given = floor()
    _, *children = family(given, order("51000", "0.1"))
    assert children == ["waitingForTrigger"] * 2
    given.moves("BTC", "0.89")
    assert given.account.held("BTC") == 0
    assert given.account.orders == {}


def test_children_do_nothing_before_their_parent_is_filled() -> None:
    given = floor()
    family(given, order("44000", "0.1", tif="Gtc"))
    given.moves("BTC", "0.89")
    assert given.account.fills == []
    assert len(given.account.orders) == 3


def test_children_go_with_a_parent_that_is_cancelled() -> None:
    given = floor()
    (parent, *_) = family(given, order("49000", "0.1", tif="Gtc"))
    given.venue.cancel(
        given.account, given.account.orders[parent["resting"]["oid"]], "canceled", given.at
    )
    assert given.account.orders == {}
    assert [one.status for one in given.account.past.values()] == ["canceled"] * 3


def test_children_are_refused_with_their_parent() -> None:
    given = floor()
    assert family(given, order("49000", "0.1")) == [{"error": checks.NO_MATCH}] * 3
    assert given.account.orders == {}


def test_a_parent_that_was_filled_in_part_leaves_a_position_without_a_stop() -> None:
    given = floor(10_000_000)
    family(given, order("50013", "20"))
    assert 0 < given.account.held("BTC") < 20
    assert given.account.orders == {}


def test_a_modified_order_keeps_its_name_where_names_are_taken_once() -> None:
    given = floor()
    given.venue.cloid_once = True
    (status,) = given.place(order("49000", "0.1", tif="Gtc", cloid="0x7"))
    first = given.account.orders[status["resting"]["oid"]]
    changed = given.venue.modify(
        given.account, first, order("48000", "0.1", tif="Gtc", cloid="0x7"), given.at
    )
    assert isinstance(changed, dict)
    assert "resting" in changed
    assert given.error(order("47000", "0.1", tif="Gtc", cloid="0x7")) == checks.REPEATED


def test_an_entry_in_an_empty_book_is_refused_and_a_position_is_not_opened() -> None:
    given = floor()
    given.venue.empty_book = True
    assert given.error(order("51000", "0.1")) == checks.NO_MATCH
    assert given.account.held("BTC") == Decimal(0)
