"""Signatures are those that other clients make of the same actions."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from eth_account import Account
from hyperliquid.utils.signing import (
    action_hash,
    order_request_to_order_wire,
    order_wires_to_order_action,
    recover_agent_or_user_from_l1_action,
    sign_l1_action,
    sign_user_signed_action,
)
from hyperliquid.utils.types import Cloid

from tests.builders.recorded_traffic import recorded
from trimtab.adapters.hyperliquid.wire_actions import (
    Action,
    Limit,
    OrderKind,
    PlacedOrder,
    PlaceOrders,
    Trigger,
)
from trimtab.adapters.signer.agent_signing import AgentKey

VECTORS: dict[str, Any] = msgspec.json.decode(recorded("hyperliquid/signing_vectors.json"))
KEYS = VECTORS["throwaway_keys"]


def name(row: dict[str, Any]) -> str:
    return f"{row['test']} {row.get('network', '')}"


def same(parts: Any, signature: dict[str, Any]) -> bool:
    """r and s as numbers: one of the sources pads them, the other does not."""
    return all(int(parts[each], 16) == int(signature[each], 16) for each in "rs") and (
        parts["v"] == signature["v"]
    )


@pytest.mark.parametrize("row", VECTORS["l1"], ids=name)
def test_an_action_is_signed_as_published(row: dict[str, Any]) -> None:
    key = KEYS[row["private_key_ref"]]
    parts = sign_l1_action(
        Account.from_key(key["private_key"]), row["action"], row["vault_address"], row["nonce"],
        row["expires_after"], row["network"] == "mainnet",
    )  # fmt: skip
    assert same(parts, row["signature"])


def ours(row: dict[str, Any]) -> Action | None:
    """The action as one of our types, where it is one."""
    try:
        action = msgspec.convert(row["action"], type=Action)
    except msgspec.ValidationError:
        return None
    return action if msgspec.to_builtins(action) == row["action"] else None


OURS = [row for row in VECTORS["l1"] if ours(row) is not None and row["vault_address"] is None]


def sdk_order(*, trigger: bool) -> dict[str, object]:
    """What the official SDK makes of an order."""
    kind: dict[str, object] = (
        {"trigger": {"isMarket": True, "triggerPx": 3300.0, "tpsl": "sl"}}
        if trigger
        else {"limit": {"tif": "Ioc"}}
    )
    asked = {
        "coin": "ETH", "is_buy": True, "sz": 0.02, "limit_px": 3500.0, "reduce_only": trigger,
        "order_type": kind, "cloid": Cloid.from_str(CLOID),
    }  # fmt: skip
    return order_wires_to_order_action([order_request_to_order_wire(asked, 1)])


CLOID = "0x" + "1f" * 16


@pytest.mark.parametrize("trigger", [False, True], ids=["limit", "trigger"])
def test_our_order_is_to_the_byte_what_the_official_client_sends(*, trigger: bool) -> None:
    kind = (
        OrderKind(trigger=Trigger(is_market=True, trigger_px="3300", tpsl="sl"))
        if trigger
        else OrderKind(limit=Limit("Ioc"))
    )
    ours = PlaceOrders((PlacedOrder(1, True, "3500", "0.02", trigger, kind, CLOID),))  # noqa: FBT003
    theirs = sdk_order(trigger=trigger)
    assert msgspec.json.encode(ours) == msgspec.json.encode(theirs)
    assert action_hash(msgspec.to_builtins(ours), None, 1, 2) == action_hash(theirs, None, 1, 2)


@pytest.mark.parametrize("row", OURS, ids=name)
def test_our_own_types_are_signed_alike(row: dict[str, Any]) -> None:
    action = ours(row)
    assert action is not None
    secret = bytes.fromhex(KEYS[row["private_key_ref"]]["private_key"][2:])
    key = AgentKey(secret, mainnet=row["network"] == "mainnet")
    signed = key.signed(action, row["nonce"], row["expires_after"])
    assert same(msgspec.to_builtins(signed.signature), row["signature"])
    assert secret.hex() not in repr(key) + str(vars(type(key)))


@pytest.mark.parametrize("row", VECTORS["action_hashes"], ids=name)
def test_an_action_has_the_published_hash(row: dict[str, Any]) -> None:
    told = action_hash(row["action"], row["vault_address"], row["nonce"], row["expires_after"])
    assert "0x" + told.hex() == row["connection_id"]


@pytest.mark.parametrize("row", VECTORS["user_signed"], ids=name)
def test_what_a_user_signs_is_signed_as_published(row: dict[str, Any]) -> None:
    parts = sign_user_signed_action(
        Account.from_key(KEYS[row["private_key_ref"]]["private_key"]),
        dict(row["message"]), row["types"], row["primary_type"], row["network"] == "mainnet",
    )  # fmt: skip
    assert same(parts, row["signature"])


def test_a_signature_tells_whose_it_is() -> None:
    secret = bytes(range(1, 33))
    key = AgentKey(secret, mainnet=False)
    action = ours(OURS[0])
    assert action is not None
    signed = key.signed(action, 7, 99)
    found = recover_agent_or_user_from_l1_action(
        OURS[0]["action"], msgspec.to_builtins(signed.signature), None, 7, 99, is_mainnet=False
    )
    assert found.lower() == key.address
