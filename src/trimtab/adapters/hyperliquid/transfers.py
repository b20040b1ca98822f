"""Money that came to the account or left it without a trade: no gain and no loss."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from trimtab.adapters.hyperliquid.account import AccountMode
from trimtab.adapters.hyperliquid.account_messages import LedgerDelta, LedgerUpdate
from trimtab.domain.observations import FundsTransferred
from trimtab.domain.units import Micros

NOTHING = Decimal(0)

_BETWEEN_USERS = frozenset({"internalTransfer", "subAccountTransfer", "spotTransfer", "send"})


def transfers(
    updates: Iterable[LedgerUpdate], user: str, mode: AccountMode
) -> list[FundsTransferred]:
    """As facts, oldest first."""
    found = [(one.time, _amount(one.delta, user.lower(), mode)) for one in updates]
    return [
        FundsTransferred(Micros(time * 1000), amount) for time, amount in sorted(found) if amount
    ]


def _amount(delta: LedgerDelta, user: str, mode: AccountMode) -> Decimal:
    """USD that the account has more by it; 0 for what does not change what it is worth."""
    usdc, fee = delta.usdc or NOTHING, delta.fee or NOTHING
    match delta.type:
        case "deposit" | "vaultDistribution":
            return usdc
        case "withdraw":
            return -(usdc + fee)
        case "vaultDeposit" | "vaultCreate":
            return -usdc
        case "accountClassTransfer":
            return NOTHING if mode == "unified" else usdc if delta.to_perp else -usdc
        case kind if kind in _BETWEEN_USERS:
            return _between_users(delta, user, mode)
        case _:
            return NOTHING


def _between_users(delta: LedgerDelta, user: str, mode: AccountMode) -> Decimal:
    if delta.usdc is None and mode == "standard":
        return NOTHING  # spot tokens: no collateral of this account
    amount = delta.usdc if delta.usdc is not None else delta.usdc_value or NOTHING
    sent = (delta.user or "").lower() == user
    received = (delta.destination or "").lower() == user
    if sent and not received:
        return -(amount + (delta.fee or NOTHING))
    return amount if received and not sent else NOTHING
