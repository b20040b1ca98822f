"""What the venue's names for an order's state mean to us."""

from __future__ import annotations

from typing import Literal

Standing = Literal["open", "filled", "cancelled", "rejected", "unknown"]
"""`unknown`: a name that we have not met; nothing is concluded from it."""

_OPEN = frozenset({"open", "accepted", "triggered"})


def standing_of(status: str) -> Standing:
    """The list of names grows, but refusals and cancellations tell by their ending."""
    if status in _OPEN:
        return "open"
    if status == "filled":
        return "filled"
    if status == "rejected" or status.endswith("Rejected"):
        return "rejected"
    if status == "canceled" or status.endswith(("Canceled", "Cancel")):
        return "cancelled"
    return "unknown"
