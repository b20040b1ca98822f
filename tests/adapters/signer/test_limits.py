"""Nothing beyond a limit is signed, whoever asks; and nothing that reduces is ever held up."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from msgspec.structs import replace

from tests.adapters.signer.given import BTC, ETH, LIMITS, cancel, order
from tests.builders.soak import rounds
from trimtab.adapters.hyperliquid.wire_actions import Action, ScheduleCancel, UpdateLeverage
from trimtab.adapters.signer.limits import HOUR, MINUTE, Guard, SignerLimits

ASSETS = {BTC: "BTC", ETH: "ETH", 2: "DOGE"}
NOW = 1_700_000_000_000
SOON = NOW + 10_000


def code(
    action: Action, limits: SignerLimits = LIMITS, expires_after: int | None = SOON
) -> str | None:
    refusal = Guard(limits, ASSETS).refusal(action, expires_after, NOW)
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (order(), None),
        (order("100", "10"), None),
        (order("100", "10.01"), "order_notional"),
        (order(asset=2), "symbol"),
        (order(asset=77), "symbol"),
        (order("NaN"), "figures"),
        (order("-1"), "figures"),
        (order("1", "Infinity"), "figures"),
        (order("x"), "figures"),
        (order(trigger=True), "trigger"),
        (order("100", "9999", reduces=True, trigger=True), None),
        (order("100", "9999", reduces=True), None),
        (UpdateLeverage(BTC, is_cross=True, leverage=3), None),
        (UpdateLeverage(BTC, is_cross=True, leverage=4), "leverage"),
        (UpdateLeverage(BTC, is_cross=True, leverage=0), "leverage"),
        (cancel(), None),
        (ScheduleCancel(NOW + 9_000), None),
    ],
)
def test_each_limit(action: Action, expected: str | None) -> None:
    assert code(action) == expected


@pytest.mark.parametrize("expires_after", [None, NOW, NOW - 1, NOW + 60_001])
def test_an_order_has_to_end_soon(expires_after: int | None) -> None:
    assert code(order(), expires_after=expires_after) == "expiry"
    assert code(order(reduces=True), expires_after=expires_after) == "expiry"
    assert code(cancel(), expires_after=expires_after) is None


def test_a_signer_that_only_reduces_opens_nothing() -> None:
    limits = replace(LIMITS, reduce_only=True)
    assert code(order(), limits) == "reduce_only"
    assert code(order(reduces=True), limits) is None


def test_rates_are_of_entries_and_end() -> None:
    guard = Guard(LIMITS, ASSETS)

    def ask(now: int) -> str | None:
        refusal = guard.refusal(order("100", "1"), now + 10_000, now)
        return refusal.code if refusal else None

    assert [ask(NOW) for _ in range(11)] == [None] * 10 + ["order_rate"]
    assert guard.refusal(order(reduces=True), SOON, NOW) is None
    assert ask(NOW + MINUTE) is None
    later = [ask(NOW + MINUTE * number) for number in range(2, 45)]
    assert later.count("hourly_notional") == 43 - 39
    assert ask(NOW + HOUR + MINUTE) is None


def test_of_many_random_orders_none_passes_a_limit() -> None:
    # given a signer, and an engine that somebody has taken over
    random = Random(7)  # noqa: S311 - a test's own luck
    guard, now = Guard(LIMITS, ASSETS), NOW
    signed: list[tuple[int, Decimal]] = []
    for _ in range(rounds(20_000, 1_000_000)):
        now += random.choice([0, 1, 50, 5_000, 200_000])
        action = order(
            f"{random.lognormvariate(4.0, 2.0):.4f}", f"{random.lognormvariate(0.0, 2.0):.4f}",
            asset=random.choice([BTC, ETH, 2, 9]), reduces=random.random() < 0.2,
        )  # fmt: skip
        if guard.refusal(action, now + random.choice([-1, 5_000, 100_000]), now) is None:
            (one,) = action.orders
            assert one.asset in {BTC, ETH}
            if not one.reduce_only:
                signed.append((now, Decimal(one.price) * Decimal(one.size)))
    # then what it signed is within every limit at every moment
    assert len(signed) > 100
    assert max(size for _, size in signed) <= LIMITS.order_notional
    first = last_minute = 0
    total = Decimal(0)
    for place, (at, size) in enumerate(signed):
        total += size
        while signed[first][0] <= at - HOUR:
            total -= signed[first][1]
            first += 1
        while signed[last_minute][0] <= at - MINUTE:
            last_minute += 1
        assert total <= LIMITS.hourly_notional
        assert place - last_minute + 1 <= LIMITS.orders_a_minute
