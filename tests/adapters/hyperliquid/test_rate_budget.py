"""What may be asked of the venue, and what has to wait."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from trimtab.adapters.hyperliquid.account_messages import RateLimit
from trimtab.adapters.hyperliquid.rate_budget import (
    ActionQuota,
    RateBudget,
    weight_of_action,
)


def test_a_full_budget_lets_requests_through_until_the_reserve() -> None:
    budget = RateBudget()
    for _ in range(17):
        assert budget.wait(20, 0.0) == 0
        budget = budget.spent(20, 0.0)

    assert 0 < budget.wait(20, 0.0) < 1
    assert budget.wait(20, 1.0) == 0  # more than 11 of weight come back in a second


def test_cancels_and_closes_get_through_when_questions_have_to_wait() -> None:
    budget = RateBudget().spent(400, 0.0)

    assert budget.wait(1, 0.0) > 0
    assert budget.wait(1, 0.0, urgent=True) == 0


def test_after_the_venue_said_too_much_everything_waits() -> None:
    budget = RateBudget().exhausted(5.0)

    assert budget.wait(1, 5.0, urgent=True) > 0
    assert budget.wait(20, 20.0) == 0


@given(some.lists(some.tuples(some.floats(0, 5), some.integers(1, 100)), max_size=60))
def test_no_minute_ever_weighs_more_than_the_venue_allows(
    requests: list[tuple[float, int]],
) -> None:
    budget, now, sent = RateBudget(), 0.0, list[tuple[float, int]]()
    for pause, weight in requests:
        now += pause
        now += budget.wait(weight, now)
        budget = budget.spent(weight, now)
        sent.append((now, weight))

    for start, _ in sent:
        minute = sum(weight for at, weight in sent if start <= at <= start + 60)
        assert minute <= 1200 + 1e-6


def test_the_venue_says_how_many_actions_are_left() -> None:
    quota = ActionQuota(last=7.0).told(RateLimit(Decimal(500), 10_400, 10_500))

    assert quota.left() == 100
    assert quota.last == 7.0


def test_an_account_whose_quota_is_used_up_acts_every_ten_seconds() -> None:
    quota = ActionQuota(used=10_000, cap=10_000, last=100.0)

    assert quota.wait(1, 104.0) == 6.0
    assert quota.wait(1, 110.0) == 0


def test_stop_updates_cannot_exhaust_the_quota_that_cancels_and_closes_need() -> None:
    """freqtrade 10960: every new stop is an action."""
    quota = ActionQuota(used=9_850, cap=10_000, last=100.0)

    assert quota.wait(1, 101.0) > 0
    assert quota.wait(1, 101.0, urgent=True) == 0
    assert quota.wait(1, 101.0, cancels=True) == 0


def test_cancels_have_twice_the_quota_but_at_most_a_hundred_thousand_more() -> None:
    assert ActionQuota(used=10_000, cap=10_000).left(cancels=True) == 10_000
    assert ActionQuota(used=0, cap=500_000).left(cancels=True) == 600_000


def test_a_batch_is_one_request_but_counts_each_order_for_the_account() -> None:
    quota = ActionQuota(used=0, cap=10_000).spent(79, 0.0)

    assert quota.left() == 9_921
    assert weight_of_action(39) == 1
    assert weight_of_action(79) == 2
