"""How much may be asked of the venue: by this machine, and by the account. Pure; seconds come in.

A part of both is kept for what takes risk away: cancels and closes get through when entries and
questions have to wait.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.hyperliquid.account_messages import RateLimit

BURST = 500.0
"""Weight that may be sent at once after a pause."""

REFILL = 700.0
"""Weight a minute: with the burst it is never more than the 1200 that the venue allows in any minute."""

WEIGHT_RESERVE = 150.0
"""Of the burst, for what is urgent."""

FIRST_ACTIONS = 10_000
ACTION_RESERVE = 200
"""Of the account's actions, for what is urgent."""

PAUSE = 10.0
"""Seconds between actions of an account whose quota is used up."""

MORE_CANCELS = 100_000


class RateBudget(Struct, frozen=True):
    """The weight of requests that this machine may send, refilled steadily."""

    left: float = BURST
    at: float = 0.0
    """Monotonic seconds, of `left`."""
    burst: float = BURST
    refill: float = REFILL
    """Weight a minute. Where several bots share an address, each gets its share of both."""

    def available(self, now: float) -> float:
        """May be below 0 after a reply was longer than expected."""
        return min(self.burst, self.left + max(0.0, now - self.at) * self.refill / 60.0)

    def wait(self, weight: float, now: float, *, urgent: bool = False) -> float:
        """Seconds until a request of this weight may be sent; 0: now."""
        kept = 0.0 if urgent else WEIGHT_RESERVE
        lacking = weight + kept - self.available(now)
        return max(0.0, lacking * 60.0 / self.refill)

    def spent(self, weight: float, now: float) -> RateBudget:
        """The budget after a request, or after a reply that weighed more than was known before."""
        return replace(self, left=self.available(now) - weight, at=now)

    def exhausted(self, now: float) -> RateBudget:
        """The venue says that it was too much: somebody else on this machine spends too."""
        return replace(self, left=min(0.0, self.available(now)), at=now)


class ActionQuota(Struct, frozen=True):
    """The actions of an account: 10,000, and one for each USD traded; then one every ten seconds."""

    used: int = 0
    cap: int = FIRST_ACTIONS
    last: float = float("-inf")
    """Monotonic seconds, of the last action."""
    reserve: int = ACTION_RESERVE

    def told(self, limit: RateLimit) -> ActionQuota:
        """As the venue counts it."""
        return ActionQuota(limit.n_requests_used, limit.n_requests_cap, last=self.last)

    def left(self, *, cancels: bool = False) -> int:
        """Actions before they become slow. Cancels have more: twice as many, at most 100,000 more."""
        cap = min(self.cap + MORE_CANCELS, 2 * self.cap) if cancels else self.cap
        return cap - self.used

    def wait(
        self, actions: int, now: float, *, cancels: bool = False, urgent: bool = False
    ) -> float:
        """Seconds until so many may be sent; a batch counts each of its orders."""
        kept = 0 if urgent or cancels else self.reserve
        if self.left(cancels=cancels) - kept >= actions:
            return 0.0
        return max(0.0, self.last + PAUSE - now)

    def spent(self, actions: int, now: float) -> ActionQuota:
        """The quota after an action."""
        return replace(self, used=self.used + actions, last=now)


def weight_of_action(orders: int) -> int:
    """Of a request to `/exchange` with so many orders."""
    return 1 + orders // 40
