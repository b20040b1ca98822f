"""1,200 weight a minute and address of the network; and what an account may do for its volume."""

from __future__ import annotations

from collections import deque
from typing import Any

from trimtab.adapters.stand_ins.hyperliquid.account import Account

A_MINUTE = 1_200
_FREE = 10_000
"""Requests of an account before it has traded; then one more a USD traded."""
_A_CANCEL_MORE = 100_000
_TRICKLE = 10_000
"""Milliseconds between two requests beyond the quota."""
_CANCELS = frozenset({"cancel", "cancelByCloid"})
_LIGHT = frozenset({
    "l2Book", "allMids", "clearinghouseState", "orderStatus", "spotClearinghouseState",
    "exchangeStatus",
})  # fmt: skip
_HEAVY = frozenset({"userRole"})


class RateLimits:
    """Of one client: all come from this machine."""

    def __init__(self, most: int = A_MINUTE) -> None:
        self.most = most
        self._used: deque[tuple[int, int]] = deque()

    def admits(self, weight: int, at: int) -> bool:
        """Whether there is room (ms); if so it is used."""
        while self._used and self._used[0][0] <= at - 60_000:
            self._used.popleft()
        if sum(used for _, used in self._used) + weight > self.most:
            return False
        self._used.append((at, weight))
        return True


def weight_of_question(asked: dict[str, Any], items: int) -> int:
    """`items`: how many came back."""
    kind = asked.get("type")
    if kind in _LIGHT:
        return 2
    if kind in _HEAVY:
        return 60
    if kind == "candleSnapshot":
        return 20 + items // 60
    if kind in {"userFills", "userFillsByTime", "fundingHistory"}:
        return 20 + items // 20
    return 20


def weight_of_action(action: dict[str, Any]) -> int:
    """A batch is 1 + n / 40."""
    parts = max(len(action.get(name, ())) for name in ("orders", "cancels", "modifies"))
    return 1 + parts // 40


def quota(account: Account) -> int:
    """Requests that its volume allows."""
    return _FREE + int(account.volume)


def refusal_by_quota(account: Account, kind: str, count: int, at: int) -> str | None:
    """The venue's text; None where it may, and then it is counted. Cancels have more room."""
    allowed = most = quota(account)
    if kind in _CANCELS:
        most = min(allowed + _A_CANCEL_MORE, 2 * allowed)
    if account.requests + count > most:
        if at - account.quota_at < _TRICKLE:
            return (
                f"Too many cumulative requests sent ({account.requests + count} > {allowed}) for "
                f"cumulative volume traded ${account.volume:.2f}. Place taker orders to free up 1 "
                "request per USDC traded."
            )
        account.quota_at = at
    account.requests += count
    return None
