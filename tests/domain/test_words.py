"""The words of the domain: their wire names never change, and each can be told to a person."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from trimtab.domain.configuration import Costs, RiskLimits
from trimtab.domain.decisions import Purpose
from trimtab.domain.facts import Derived, Fact, Outside
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.observations import TimePassed
from trimtab.domain.reasons import Reason, words
from trimtab.domain.tags import tag_of
from trimtab.domain.units import Coin, Leverage, Micros
from trimtab.trading.orders import PURPOSES

OUTSIDE = """
engine_started bars_closed predictions_issued funding_paid book_top_moved account_reported funds_transferred
feed_lost feed_restored time_passed
order_sent order_accepted order_rejected order_filled order_cancelled order_outcome_unknown
coin_listed coin_unavailable
pause resume stop_trading add_crypto remove_crypto override_context override_risk roll_back
set_stage inject_event override_crypto override_adaptation end_override
"""
DERIVED = """
market_regime_change volatility_spike correlation_breakdown allora_accuracy_drop
performance_degradation volume_anomaly
market_context_update adaptation_proposed adaptation_refused adaptation_applied adaptation_judged
adaptation_rolled_back adaptation_failed crypto_mix_changed risk_adjustment crypto_state_changed
safety_paused safety_resumed stage_changed order_intended forecasts_weighed predictions_settled
books_marked command_answered override_began override_ended order_cancel_intended
"""
ANSWERS = ("order_filled", "order_cancelled")
"""On paper the exchange is inside: what it answers is derived."""


def tags(union: object) -> list[str]:
    return sorted(str(kind.__struct_config__.tag) for kind in get_args(union))


def test_wire_names_are_those_that_journals_already_hold() -> None:
    assert tags(Outside) == sorted(OUTSIDE.split())
    assert tags(Derived) == sorted([*DERIVED.split(), *ANSWERS])
    assert tags(Fact) == sorted((OUTSIDE + DERIVED).split())
    assert tag_of(TimePassed(Micros(1))) == "time_passed"


@pytest.mark.parametrize("kind", get_args(Fact), ids=lambda kind: kind.__name__)
def test_every_fact_is_immutable_and_begins_with_its_moment(kind: type[Fact]) -> None:
    assert kind.__struct_config__.frozen
    assert msgspec.structs.fields(kind)[0].name == "at"


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_of_its_own(reason: Reason) -> None:
    assert words(reason).strip()
    assert [words(other) for other in Reason].count(words(reason)) == 1


def test_an_unknown_reason_is_an_error() -> None:
    with pytest.raises(ValueError, match="99 is not a valid Reason"):
        words(99)


def test_codes_of_phases_and_regimes_never_change() -> None:
    assert PHASES == ("bull", "bear", "sideways", "volatile", "uncertain", "unknown")
    assert VOLATILITY_REGIMES == ("low", "medium", "high", "unknown")
    assert get_args(Purpose) == PURPOSES


def test_a_round_trip_pays_fee_and_half_the_spread_twice() -> None:
    assert Costs().round_trip() == 11.0


def test_a_coin_without_a_limit_of_its_own_has_the_general_one() -> None:
    limits = RiskLimits(Leverage(2.0), {Coin("SOL"): Leverage(0.5)})
    assert limits.of(Coin("SOL")) == 0.5
    assert limits.of(Coin("BTC")) == 2.0
