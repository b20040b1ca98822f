"""Actions are signed over their bytes: the order of fields has to be the venue's."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import msgspec
import pytest

from tests.builders.recorded_traffic import recorded
from trimtab.adapters.hyperliquid.wire_actions import (
    Action,
    CancelByCloid,
    CancelledOrder,
    Limit,
    OrderKind,
    PlacedOrder,
    PlaceOrders,
    ScheduleCancel,
    Trigger,
    UpdateLeverage,
)

action_hash: Any = import_module("hyperliquid.utils.signing").action_hash  # it has no types
VECTORS = json.loads(recorded("hyperliquid/signing_vectors.json"))
OURS = {"order": PlaceOrders, "scheduleCancel": ScheduleCancel, "updateLeverage": UpdateLeverage}


def known(action: dict[str, Any]) -> bool:
    """Whether we send such actions; ours always have a client order id."""
    return action["type"] in OURS and all("c" in one for one in action.get("orders", []))


@pytest.mark.parametrize("action", [row["action"] for row in VECTORS["l1"] if known(row["action"])])
def test_published_actions_have_the_same_bytes_as_ours(action: dict[str, Any]) -> None:
    ours = msgspec.convert(action, Action)

    assert msgspec.msgpack.encode(ours) == msgspec.msgpack.encode(action)


def test_there_are_such_actions() -> None:
    assert sum(known(row["action"]) for row in VECTORS["l1"]) >= 2


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        (
            PlaceOrders(
                (
                    PlacedOrder(
                        1, False, "81", "0.5", True,  # noqa: FBT003
                        OrderKind(trigger=Trigger(is_market=True, trigger_px="90", tpsl="sl")),
                        "0x" + "1" * 32,
                    ),
                ),
                "positionTpsl",
            ),
            {
                "type": "order",
                "orders": [
                    {
                        "a": 1, "b": False, "p": "81", "s": "0.5", "r": True,
                        "t": {"trigger": {"isMarket": True, "triggerPx": "90", "tpsl": "sl"}},
                        "c": "0x" + "1" * 32,
                    }
                ],
                "grouping": "positionTpsl",
            },
        ),
        (
            PlaceOrders(
                (
                    PlacedOrder(
                        1, True, "100", "2", False,  # noqa: FBT003
                        OrderKind(limit=Limit("Ioc")), "0x" + "1" * 32,
                    ),
                )
            ),
            {
                "type": "order",
                "orders": [
                    {
                        "a": 1, "b": True, "p": "100", "s": "2", "r": False,
                        "t": {"limit": {"tif": "Ioc"}}, "c": "0x" + "1" * 32,
                    }
                ],
                "grouping": "na",
            },
        ),
        (
            CancelByCloid((CancelledOrder(3, "0x" + "2" * 32),)),
            {"type": "cancelByCloid", "cancels": [{"asset": 3, "cloid": "0x" + "2" * 32}]},
        ),
        (
            UpdateLeverage(1, True, 5),  # noqa: FBT003
            {"type": "updateLeverage", "asset": 1, "isCross": True, "leverage": 5},
        ),
        (ScheduleCancel(), {"type": "scheduleCancel"}),
        (ScheduleCancel(123), {"type": "scheduleCancel", "time": 123}),
    ],
    ids=lambda value: value.__class__.__name__,
)  # fmt: skip
def test_each_action_hashes_as_the_official_client_writes_it(
    action: Action, fields: dict[str, Any]
) -> None:
    ours = msgspec.to_builtins(action)

    assert action_hash(ours, None, 7, 9) == action_hash(fields, None, 7, 9)
    assert list(ours) == list(fields)
