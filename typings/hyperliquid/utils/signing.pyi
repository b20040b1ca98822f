from collections.abc import Mapping, Sequence
from typing import TypedDict

from eth_account.signers.local import LocalAccount

class Parts(TypedDict):
    r: str
    s: str
    v: int

def sign_l1_action(
    wallet: LocalAccount,
    action: object,
    active_pool: str | None,
    nonce: int,
    expires_after: int | None,
    is_mainnet: bool,
) -> Parts: ...
def sign_user_signed_action(
    wallet: LocalAccount,
    action: dict[str, object],
    payload_types: Sequence[Mapping[str, str]],
    primary_type: str,
    is_mainnet: bool,
) -> Parts: ...
def action_hash(
    action: object, vault_address: str | None, nonce: int, expires_after: int | None
) -> bytes: ...
def recover_agent_or_user_from_l1_action(
    action: object,
    signature: Mapping[str, object],
    active_pool: str | None,
    nonce: int,
    expires_after: int | None,
    is_mainnet: bool,
) -> str: ...
def recover_user_from_user_signed_action(
    action: dict[str, object],
    signature: Mapping[str, object],
    payload_types: Sequence[Mapping[str, str]],
    primary_type: str,
    is_mainnet: bool,
) -> str: ...
def order_request_to_order_wire(order: Mapping[str, object], asset: int) -> dict[str, object]: ...
def order_wires_to_order_action(
    order_wires: Sequence[dict[str, object]], builder: object = None, grouping: str = "na"
) -> dict[str, object]: ...
