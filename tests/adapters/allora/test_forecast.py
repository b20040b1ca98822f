"""One inference is one, however it comes; age is its own; what cannot be is not used."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.adapters.allora.given import NOON
from trimtab.adapters.allora.catalogue import entry_of
from trimtab.adapters.allora.checks import (
    Tolerance,
    check_agreement,
    check_possible,
    check_time,
)
from trimtab.adapters.allora.errors import DisagreementError, NotUnderstoodError
from trimtab.adapters.allora.forecast import Age, Forecast, Freshness, alike, freshness
from trimtab.adapters.allora.streams import followed
from trimtab.adapters.allora.watching import is_worth, next_question
from trimtab.adapters.stand_ins.allora.chain import BLOCK
from trimtab.domain.configuration import PredictionKind
from trimtab.domain.units import HOUR, MINUTE, SECOND, Coin, Micros

RETURNS = ("BTC/USD - Log Returns - 8h", "czar")
CADENCE = Micros(5 * MINUTE)
ON_CHAIN = Decimal("64609.50182810103679498465574550800")
BY_API = Decimal("64609.501828101036794984")


def seconds(count: float) -> Micros:
    return Micros(int(count * SECOND))


def a_forecast(
    value: str = "0.004", kind: PredictionKind = "log_return", nonce: int | None = None
) -> Forecast:
    return Forecast(
        "mainnet", 1, kind, Coin("BTC"), Micros(8 * HOUR), Decimal(value), NOON, "api", nonce=nonce
    )


def later(one: Forecast, by: float) -> Forecast:
    return replace(one, issued_at=Micros(one.issued_at + seconds(by)))


def test_the_api_cuts_the_chains_digits_and_tells_the_same() -> None:
    assert alike(BY_API, ON_CHAIN)
    assert alike(ON_CHAIN, BY_API)
    assert alike(-BY_API, -ON_CHAIN)
    assert not alike(BY_API, ON_CHAIN + Decimal("1e-18"))


def test_few_digits_do_not_make_two_forecasts_alike() -> None:
    assert not alike(Decimal("64609.5"), ON_CHAIN)


@pytest.mark.parametrize("value", ["0", "1E-7", "0E-18", "-0.000000012345678901"])
def test_small_figures_are_compared_too(value: str) -> None:
    assert alike(Decimal(value), Decimal(value) + Decimal(0))


def test_one_inference_seen_with_two_timestamps_90_seconds_apart_is_one() -> None:
    first = a_forecast(str(BY_API), "price")
    assert first.mark.is_of(later(first, 90), CADENCE)


def test_the_next_inference_is_another_one_though_its_value_is_equal() -> None:
    first = a_forecast()
    assert not first.mark.is_of(later(first, 300), CADENCE)


def test_a_quiet_topic_does_not_look_alive_because_its_reply_is_stamped_anew() -> None:
    first = a_forecast(str(BY_API), "price")
    assert first.mark.is_of(later(first, 3_600), CADENCE)


def test_another_value_a_second_later_is_another_inference() -> None:
    first = a_forecast()
    assert not first.mark.is_of(later(a_forecast("0.005"), 1), CADENCE)


def test_what_is_older_is_never_new() -> None:
    first = a_forecast()
    assert first.mark.is_of(later(a_forecast("0.005"), -1), CADENCE)


def test_by_nonce_neither_value_nor_timestamp_matters() -> None:
    first = a_forecast(nonce=600)
    assert first.mark.is_of(later(a_forecast("0.1", nonce=600), 1_000), CADENCE)
    assert first.mark.is_of(later(a_forecast("0.1", nonce=540), 1_000), CADENCE)
    assert not first.mark.is_of(a_forecast(nonce=660), CADENCE)


@pytest.mark.parametrize(
    ("age", "expected"),
    [(0, "fresh"), (450, "fresh"), (451, "delayed"), (900, "delayed"), (901, "stale")],
)
def test_freshness_is_measured_against_the_topics_own_cadence(
    age: int, expected: Freshness
) -> None:
    assert freshness(seconds(age), CADENCE) == expected


def test_an_age_says_where_the_time_went() -> None:
    assert Age(seconds(60), seconds(0.2), seconds(0.1)).whole == seconds(60.3)


def test_a_forecast_is_worth_something_until_half_its_horizon_is_over() -> None:
    short = replace(a_forecast(), horizon=Micros(5 * MINUTE))
    assert is_worth(short, CADENCE, Micros(NOON + seconds(150)))
    assert not is_worth(short, CADENCE, Micros(NOON + seconds(151)))
    assert is_worth(a_forecast(), CADENCE, Micros(NOON + seconds(900)))
    assert not is_worth(a_forecast(), CADENCE, Micros(NOON + seconds(901)))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("price", "-0.004"), ("price", "0"), ("log_return", "64609.5"), ("log_return", "-1.6"),
        ("volatility", "-0.001"),
    ],
)  # fmt: skip
def test_a_value_that_its_kind_cannot_have_is_refused(kind: PredictionKind, value: str) -> None:
    with pytest.raises(NotUnderstoodError, match="topic 1"):
        check_possible(a_forecast(value, kind))


@pytest.mark.parametrize(
    ("kind", "value"), [("price", "0.00001"), ("log_return", "-0.5"), ("volatility", "0")]
)
def test_a_value_that_its_kind_can_have_is_used(kind: PredictionKind, value: str) -> None:
    check_possible(a_forecast(value, kind))


def test_a_forecast_from_the_future_is_refused() -> None:
    check_time(later(a_forecast(), 90), NOON)
    with pytest.raises(NotUnderstoodError, match="issued 91 s in the future"):
        check_time(later(a_forecast(), 91), NOON)


def test_sources_that_differ_by_less_than_the_tolerance_agree() -> None:
    tolerance = Tolerance()
    check_agreement(a_forecast("0.00401"), [a_forecast("0.00405")], tolerance)
    check_agreement(a_forecast("64000", "price"), [a_forecast("64006", "price")], tolerance)


def test_the_api_may_be_one_inference_behind() -> None:
    check_agreement(a_forecast("0.004"), [a_forecast("0.004"), a_forecast("0.02")], Tolerance())


@pytest.mark.parametrize(
    ("kind", "api", "chain"),
    [("log_return", "0.004", "-0.004"), ("price", "64000", "64007"), ("price", "1", "64000")],
)
def test_sources_that_differ_are_told_and_not_used(
    kind: PredictionKind, api: str, chain: str
) -> None:
    with pytest.raises(DisagreementError, match=f"the API tells {api}, the chain {chain}"):
        check_agreement(a_forecast(api, kind), [a_forecast(chain, kind)], Tolerance())


def test_the_next_question_comes_with_the_next_forecast_and_then_often() -> None:
    (topic,) = followed([entry_of("mainnet", 1, RETURNS, 75, BLOCK, active=True)], (Coin("BTC"),))
    cadence = topic.entry.cadence
    assert next_question(topic, NOON, NOON, 0.0) == NOON + cadence
    late = Micros(NOON + cadence)
    assert next_question(topic, NOON, late, 0.0) == late + cadence // 20
    assert next_question(topic, NOON, late, 0.99) < late + cadence // 10
