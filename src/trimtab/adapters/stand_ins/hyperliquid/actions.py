"""`POST /exchange`: what may be done, and the venue's answer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from trimtab.adapters.stand_ins.hyperliquid import order_checks as checks
from trimtab.adapters.stand_ins.hyperliquid.account import Account, Order
from trimtab.adapters.stand_ins.hyperliquid.admission import Admission, Inadmissible
from trimtab.adapters.stand_ins.hyperliquid.faults import Chances, Faults
from trimtab.adapters.stand_ins.hyperliquid.rate_limits import refusal_by_quota
from trimtab.adapters.stand_ins.hyperliquid.venue import Venue

GATE = Decimal(1_000_000)
"""USD of lifetime volume below which there is no schedule."""
TRIGGERS_A_DAY = 10
DAY = 86_400_000
_DEFAULT = {"status": "ok", "response": {"type": "default"}}

Reply = dict[str, Any]
Action = dict[str, Any]


class Actions:
    """Carries envelopes out. Every text is the venue's."""

    def __init__(self, venue: Venue, faults: Faults, chances: Chances) -> None:
        self._venue = venue
        self._faults = faults
        self._chances = chances
        self.admission = Admission(venue.accounts)
        self._kinds: dict[str, Callable[[Account, Action, int], Reply]] = {
            "order": self._order,
            "cancel": self._cancel,
            "cancelByCloid": self._cancel_by_cloid,
            "modify": self._modify,
            "batchModify": self._modify_all,
            "updateLeverage": self._leverage,
            "scheduleCancel": self._schedule,
            "approveAgent": self._agent,
            "noop": lambda _account, _action, _at: _DEFAULT,
        }

    def carry_out(self, envelope: dict[str, Any], at: int, *, forgives: bool = False) -> Reply:
        """What is answered with HTTP status 200. `forgives`: also what has expired."""
        try:
            account = self.admission.account(envelope, at, forgives=forgives)
        except Inadmissible as text:
            return {"status": "err", "response": str(text)}
        action = envelope["action"]
        refused = refusal_by_quota(account, action["type"], _requests(action), at)
        if refused is not None:
            return {"status": "err", "response": refused}
        kind = self._kinds.get(action["type"])
        self._venue.cloid_once = self._faults.cloid_once
        self._venue.open_interest = self._faults.open_interest
        self._venue.empty_book = self._faults.empty_book
        if kind is None:
            return {"status": "err", "response": f"Unsupported action {action['type']}."}
        return kind(account, action, at)

    def _order(self, account: Account, action: Action, at: int) -> Reply:
        orders = action["orders"]
        if self._chances.happens(self._faults.one_error):
            return _statuses("order", [{"error": checks.MARGIN}])
        return _statuses("order", self._venue.place(account, orders, action["grouping"], at))

    def _cancel(self, account: Account, action: Action, at: int) -> Reply:
        orders = [account.orders.get(one["o"]) for one in action["cancels"]]
        return self._cancelled(account, orders, at)

    def _cancel_by_cloid(self, account: Account, action: Action, at: int) -> Reply:
        orders = [account.by_cloid(one["cloid"]) for one in action["cancels"]]
        return self._cancelled(account, orders, at)

    def _cancelled(self, account: Account, orders: list[Order | None], at: int) -> Reply:
        done = [self._venue.cancel(account, one, "canceled", at) for one in orders]
        return _statuses("cancel", done)

    def _modify(self, account: Account, action: Action, at: int) -> Reply:
        status = self._modified(account, action, at)
        if isinstance(status, dict) and "error" in status:
            return {"status": "err", "response": status["error"]}
        return _DEFAULT

    def _modify_all(self, account: Account, action: Action, at: int) -> Reply:
        done = [self._modified(account, one, at) for one in action["modifies"]]
        return _statuses("order", done)

    def _modified(self, account: Account, one: Action, at: int) -> object:
        oid = one["oid"]
        order = account.orders.get(oid) if isinstance(oid, int) else account.by_cloid(oid)
        return self._venue.modify(account, order, one["order"], at)

    def _leverage(self, account: Account, action: Action, _: int) -> Reply:
        names = list(self._venue.coins)
        coin = self._venue.coins[names[action["asset"]]]
        if not 1 <= action["leverage"] <= coin.most_leverage:
            return {"status": "err", "response": "Invalid leverage value"}
        if action["isCross"] and coin.only_isolated:
            return {"status": "err", "response": "Cross margin is not allowed for this asset."}
        account.leverage[coin.name] = (action["leverage"], action["isCross"])
        return _DEFAULT

    def _schedule(self, account: Account, action: Action, at: int) -> Reply:
        time = action.get("time")
        if account.volume < GATE:
            traded = f"{account.volume:.2f}"
            return {
                "status": "err",
                "response": "Cannot set scheduled cancel time until enough volume traded. "
                f"Required: $1000000. Traded: ${traded}.",
            }
        if time is not None and time < at + 5_000:
            return {
                "status": "err",
                "response": "Scheduled cancel time too early, must be at least 5 seconds from now.",
            }
        if time is not None and account.scheduled >= (at // DAY, TRIGGERS_A_DAY):
            return {
                "status": "err",
                "response": f"Scheduled cancel has triggered {TRIGGERS_A_DAY} times today.",
            }
        account.cancel_at = time
        return _DEFAULT

    def _agent(self, account: Account, action: Action, _: int) -> Reply:
        name = action.get("agentName") or ""
        others = {one: known for one, known in account.agents.items() if known != name}
        account.agents = {**others, action["agentAddress"].lower(): name}
        return _DEFAULT


def _statuses(kind: str, statuses: list[object]) -> Reply:
    return {"status": "ok", "response": {"type": kind, "data": {"statuses": statuses}}}


def _requests(action: Action) -> int:
    """A batch counts as its parts against the address's quota."""
    for name in ("orders", "cancels", "modifies"):
        if name in action:
            return len(action[name])
    return 1
