"""Every text that the venue documents for orders and cancels can be provoked, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.adapters.stand_ins.hyperliquid.given import Floor, floor, order, trigger
from tests.builders.recorded_traffic import recorded

LONG = order("51000", "0.1")
DOCUMENTED = {
    row["type"]: row["message"]
    for row in msgspec.json.decode(recorded("hyperliquid/exchange_error_messages.json"))[
        "documented"
    ]["rows"]
}


def limited(limit: str, held: bool = False) -> Floor:  # noqa: FBT001, FBT002 - a table's column
    given = floor(100_000)
    if held:
        given.place(LONG)
    given.venue.open_interest = limit
    return given


def quoteless() -> Floor:
    given = floor()
    given.venue.empty_book = True
    return given


def cancelled_twice() -> str | None:
    given = floor()
    answer: Any = given.venue.cancel(given.account, None, "canceled", given.at)
    return str(answer["error"])


PROVOKED: dict[str, Callable[[], str | None]] = {
    "Tick": lambda: floor().error(order("50000.12", "0.1")),
    "MinTradeNtl": lambda: floor().error(order("51000", "0.0001")),
    "MinTradeSpotNtl": lambda: floor().error(order("1", "9", asset=10_000)),
    "PerpMargin": lambda: floor().error(order("51000", "100")),
    "ReduceOnly": lambda: floor().error(order("51000", "0.1", reduces=True)),
    "BadAloPx": lambda: floor().error(order("51000", "0.1", tif="Alo")),
    "IocCancel": lambda: floor().error(order("49000", "0.1")),
    "BadTriggerPx": lambda: floor().error(LONG, trigger("60000", "0.1")),
    "MarketOrderNoLiquidity": lambda: quoteless().error(order("51000", "1e-1", tif="FrontendMarket")),
    "PositionIncreaseAtOpenInterestCap": lambda: limited("capped", held=True).error(LONG),
    "PositionFlipAtOpenInterestCap": lambda: limited("capped", held=True).error(
        order("49000", "0.3", buys=False)
    ),
    "TooAggressiveAtOpenInterestCap": lambda: limited("capped").error(LONG),
    "OpenInterestIncrease": lambda: limited("quick").error(LONG),
    "InsufficientSpotBalance": lambda: floor().error(order("1", "20", asset=10_000)),
    "Oracle": lambda: floor().error(order("1000", "1")),
    "PerpMaxPosition": lambda: floor(1_000_000_000).error(order("51000", "3100")),
    "MissingOrder": cancelled_twice,
}  # fmt: skip


def test_the_table_leaves_no_documented_error_out() -> None:
    assert set(PROVOKED) == set(DOCUMENTED)


@pytest.mark.parametrize("kind", DOCUMENTED)
def test_a_documented_error_is_told_to_the_letter(kind: str) -> None:
    wanted = DOCUMENTED[kind].replace("{quote_token}", "USDC").replace("{bbo}", "49997@50003")
    assert PROVOKED[kind]() == wanted
