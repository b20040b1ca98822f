"""Hard limits: what would pass them is refused before it is intended, what passes them pauses."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from msgspec.structs import replace

from tests.builders.operator import ACTOR, inject
from tests.builders.running import of_kind, reacted
from tests.mind.given import BTC, ETH, FIRST_BARS, SOL, WRITTEN, awake, bar, forecast, hour
from trimtab.adaptation.hard_limits import contradiction
from trimtab.domain.commands import OverrideRisk, Pause, Resume
from trimtab.domain.configuration import Configuration, HardLimits, RiskLimits
from trimtab.domain.decisions import (
    AdaptationRefused,
    ForecastsWeighed,
    OrderIntended,
    SafetyPaused,
    SafetyResumed,
)
from trimtab.domain.observations import AccountReported, TimePassed
from trimtab.domain.reasons import Reason
from trimtab.domain.units import HOUR, MINUTE, Leverage, Micros
from trimtab.mind.mind import STANDBY, Mind
from trimtab.trading.exposure import exposures
from trimtab.trading.records import ACTUAL, TWIN

NOW = hour(FIRST_BARS)


def under(**limits: object) -> Configuration:
    return replace(WRITTEN, limits=HardLimits(**limits))  # type: ignore[arg-type]


def reasons(facts: Sequence[object]) -> list[int]:
    (weighed,) = of_kind(facts, ForecastsWeighed)
    return list(weighed.reasons[0])


def gross(mind: Mind, book: int = ACTUAL) -> float:
    books = mind.books
    return float(exposures(books.positions[book], books.lots, books.marks).sum())


def the_pause(facts: Sequence[object]) -> SafetyPaused:
    (pause,) = of_kind(facts, SafetyPaused)
    return pause


def test_an_entry_beyond_the_exposure_limit_is_refused_before_it_is_intended() -> None:
    mind, facts = reacted(awake(under(exposure=1.5)), forecast(FIRST_BARS))
    assert [one.coin for one in of_kind(facts, OrderIntended)] == [BTC, ETH]
    # 2,000 USD a coin, 3,000 of equity: two are 1.33 of it
    assert gross(mind) <= 1.5 * 3_000.0
    assert gross(mind, TWIN) > 1.5 * 3_000.0
    assert reasons(facts) == [0, 0, Reason.OVER_EXPOSURE]


def test_resting_entries_count() -> None:
    mind, facts = reacted(
        awake(under(exposure=1.5)), forecast(FIRST_BARS, 0.01, 0.01, None), forecast(FIRST_BARS)
    )
    assert Reason.OVER_EXPOSURE in of_kind(facts, ForecastsWeighed)[1].reasons[0]
    assert gross(mind) <= 1.5 * 3_000.0


def test_too_many_entries_in_an_hour_trip_the_breaker_and_only_a_person_re_arms_it() -> None:
    mind, facts = reacted(awake(under(orders_an_hour=2)), forecast(FIRST_BARS))
    assert [one.coin for one in of_kind(facts, OrderIntended)] == [BTC, ETH]
    pause = the_pause(facts)
    assert (pause.event, pause.check, pause.because) == (
        "order_intended",
        "orders",
        "1 more entries would be above the hard limit of 2 an hour",
    )
    assert "resume" in pause.mend
    mind, facts = reacted(mind, bar(FIRST_BARS + 1), bar(FIRST_BARS + 2), bar(FIRST_BARS + 3))
    mind, facts = reacted(mind, bar(FIRST_BARS + 4), forecast(FIRST_BARS + 4))
    assert not of_kind(facts, OrderIntended)
    later = hour(FIRST_BARS + 4)
    mind, facts = reacted(mind, Resume(later, ACTOR, "looked", ("orders",)))
    assert of_kind(facts, SafetyResumed)
    _, facts = reacted(mind, forecast(FIRST_BARS + 4, 0.01, None, None))
    assert of_kind(facts, OrderIntended)


def fallen(**limits: object) -> tuple[Mind, Sequence[object]]:
    """Everything that was bought loses a tenth: a fifth of the equity, twice leveraged."""
    mind, _ = reacted(awake(under(**limits)), forecast(FIRST_BARS), bar(FIRST_BARS + 1))
    mind, facts = reacted(mind, bar(FIRST_BARS + 2, 90.0, 45.0, 9.0))
    return mind, facts


def test_a_day_that_loses_too_much_is_over_until_a_person_resumes() -> None:
    # the limits count from the day's open; the tests begin at midnight
    mind, facts = fallen(daily_loss=0.1)
    pause = the_pause(facts)
    assert (pause.check, pause.event) == ("daily_loss", "bars_closed")
    assert "above its limit of 10.0%" in pause.because
    assert mind.books.records[ACTUAL]["halted"]
    assert not mind.books.records[TWIN]["halted"]
    mind, facts = reacted(mind, Resume(mind.books.closed, ACTOR, "on"))
    assert not mind.books.records[ACTUAL]["halted"]
    assert mind.safety.breakers.tripped == ()
    _, facts = reacted(mind, bar(FIRST_BARS + 3, 90.0, 45.0, 9.0))
    assert not of_kind(facts, SafetyPaused)


def test_a_week_that_loses_too_much_as_well() -> None:
    _, facts = fallen(daily_loss=0.5, weekly_loss=0.1)
    assert the_pause(facts).check == "weekly_loss"


def test_the_drawdown_limit_latches_too() -> None:
    tight = replace(WRITTEN, risk=RiskLimits(Leverage(2.0), maximum_drawdown=0.1))
    mind, _ = reacted(awake(tight), forecast(FIRST_BARS), bar(FIRST_BARS + 1))
    mind, facts = reacted(mind, bar(FIRST_BARS + 2, 90.0, 45.0, 9.0))
    assert len(of_kind(facts, SafetyPaused)) == 1
    assert mind.safety.breakers.tripped == ("drawdown",)


def test_a_lasting_silence_pauses() -> None:
    mind, facts = reacted(awake(under(silence=2 * HOUR)), TimePassed(Micros(NOW + 2 * HOUR)))
    assert not facts
    _, facts = reacted(mind, TimePassed(Micros(NOW + 3 * HOUR)))
    pause = the_pause(facts)
    assert (pause.check, pause.because) == (
        "silence", "no bar has closed for 3.0 h, the limit is 2.0 h",
    )  # fmt: skip
    _, facts = reacted(mind, TimePassed(Micros(NOW + 3 * HOUR)), TimePassed(Micros(NOW + 4 * HOUR)))
    assert len(of_kind(facts, SafetyPaused)) == 1


def test_a_clock_that_goes_back_pauses_and_so_do_bars_from_the_future() -> None:
    mind, _ = reacted(awake(under(clock_error=MINUTE)), TimePassed(Micros(NOW + HOUR)))
    _, facts = reacted(mind, TimePassed(NOW))
    assert the_pause(facts).because == "the clock went back by 3600 s"
    mind, facts = reacted(mind, bar(FIRST_BARS + 1), bar(FIRST_BARS + 2))
    assert not of_kind(facts, SafetyPaused)  # it was told the time an hour ago
    _, facts = reacted(mind, TimePassed(Micros(NOW + HOUR)))
    assert the_pause(facts).because == "a bar closed 3600 s ahead of the clock"


def test_an_account_that_holds_something_else_pauses() -> None:
    mind, _ = reacted(awake(), forecast(FIRST_BARS, 0.01, None, None), bar(FIRST_BARS + 1))
    at = hour(FIRST_BARS + 1)
    same = AccountReported(at, Decimal(3000), {BTC: Decimal(20)})
    _, facts = reacted(mind, same, AccountReported(at, Decimal(3000), {}))
    assert not facts
    _, facts = reacted(mind, replace(same, positions={BTC: Decimal(19), SOL: Decimal(1)}))
    assert the_pause(facts).because == (
        "BTC: the account holds 19, the books 20; SOL: the account holds 1, the books 0"
    )


def test_what_is_on_its_way_is_no_difference() -> None:
    mind, _ = reacted(awake(), forecast(FIRST_BARS, 0.01, None, None))
    _, facts = reacted(mind, AccountReported(NOW, Decimal(3000), {BTC: Decimal(20)}))
    assert not facts


def test_leverage_beyond_the_hard_limit_is_refused() -> None:
    mind = awake(under(leverage=Leverage(2.0)))
    word = OverrideRisk(NOW, ACTOR, "greed", RiskLimits(Leverage(3.0)), hour(FIRST_BARS + 1))
    _, facts = reacted(mind, word)
    assert of_kind(facts, AdaptationRefused)[0].because == (
        "leverage 3x is above the hard limit of 2x: lower it, or raise limits.leverage"
    )


def test_naming_only_some_breakers_resumes_nothing() -> None:
    mind, _ = reacted(
        awake(under(silence=HOUR, clock_error=MINUTE)),
        TimePassed(Micros(NOW + 3 * HOUR)), TimePassed(NOW),
    )  # fmt: skip
    assert mind.safety.breakers.tripped == ("silence", "clock")
    after, facts = reacted(mind, Resume(NOW, ACTOR, "on", ("clock",)))
    assert of_kind(facts, AdaptationRefused)[0].because == (
        "silence would stay tripped: name every one, or none to mean all"
    )
    assert after.reduces_only
    _, facts = reacted(mind, Resume(NOW, ACTOR, "on", ("fuse",)))
    assert of_kind(facts, AdaptationRefused)[0].because.startswith("circuit breaker 'fuse' is none")


def test_a_bot_that_stands_by_observes_and_trades_only_once_it_is_resumed() -> None:
    start = replace(awake().started, standby=True)
    mind, facts = reacted(Mind.of(start), bar(1), bar(2), forecast(2))
    assert not of_kind(facts, OrderIntended)
    assert of_kind(facts, ForecastsWeighed)
    assert mind.books.positions[TWIN]["entry_lots"].any()
    _, facts = reacted(mind, inject(hour(2), "volatility_spike", SOL, 2.0))
    assert STANDBY in of_kind(facts, AdaptationRefused)[0].because
    _, facts = reacted(mind, Resume(hour(2), ACTOR, "go"), forecast(2))
    assert of_kind(facts, OrderIntended)


def test_a_pause_stands_when_a_breaker_trips_as_well() -> None:
    mind, _ = reacted(
        awake(under(silence=HOUR)), Pause(NOW, ACTOR, "lunch"), TimePassed(Micros(NOW + 2 * HOUR))
    )
    assert mind.safety.paused_because == "lunch"
    assert mind.safety.breakers.tripped == ("silence",)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (HardLimits(), None),
        (HardLimits(leverage=Leverage(1.0)), "leverage 2x is above the hard limit of 1x"),
        (HardLimits(daily_loss=0.2, weekly_loss=0.1), "daily_loss 20% is above"),
        (HardLimits(exposure=0.0), "lets nothing be traded"),
    ],
)
def test_limits_that_contradict_each_other_are_told(limits: HardLimits, words: str | None) -> None:
    found = contradiction(limits, RiskLimits(Leverage(2.0)))
    assert (found is None) if words is None else (found is not None and words in found)


def test_without_limits_nothing_is_looked_at() -> None:
    mind, facts = reacted(awake(), forecast(FIRST_BARS), TimePassed(Micros(NOW + 900 * HOUR)))
    assert not of_kind(facts, SafetyPaused)
    assert np.isneginf(mind.books.records["floor"]).all()
