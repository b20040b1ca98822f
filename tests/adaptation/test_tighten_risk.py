"""A coin that spikes is risked less, in proportion; afterwards it is risked as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.adaptation.given import BTC, ETH, NAMED, SOL, WRITTEN, situation, spike
from trimtab.adaptation.changes import applied
from trimtab.adaptation.rules.tighten_risk import tighten_risk
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Change, Configuration, Exits
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import VolatilitySpike
from trimtab.domain.units import HOUR, MARKET, Coin, Leverage


def asked(
    event: VolatilitySpike, now: Configuration = WRITTEN
) -> AdaptationProposed | AdaptationRefused | None:
    return tighten_risk(now, event, situation(), NAMED)


def proposed(event: VolatilitySpike, now: Configuration = WRITTEN) -> AdaptationProposed:
    answer = asked(event, now)
    assert isinstance(answer, AdaptationProposed)
    return answer


@pytest.mark.parametrize(
    ("coin", "ratio", "leverage"),
    [(SOL, 2.5, 2.0), (SOL, 3.0, 1.66), (BTC, 4.0, 0.5), (ETH, 8.0, 0.25)],
)
def test_leverage_falls_in_proportion_to_what_was_written(
    coin: Coin, ratio: float, leverage: float
) -> None:
    answer = proposed(spike(coin, ratio))
    assert answer.change == Change(coin_leverage={coin: Leverage(leverage)})
    assert answer.scope == (coin,)
    assert answer.reduces_risk
    assert not answer.restores


STOPPED = replace(WRITTEN, exits=Exits(stop_deviations=2.0))


def of_stopped(
    event: VolatilitySpike, now: Configuration = STOPPED
) -> AdaptationProposed | AdaptationRefused | None:
    return tighten_risk(now, event, situation(written=STOPPED), NAMED)


def test_a_stop_by_volatility_stays_where_it_stood_before_the_spike() -> None:
    answer = of_stopped(spike(SOL, 2.5))
    assert isinstance(answer, AdaptationProposed)
    assert answer.change == Change(coin_leverage={SOL: Leverage(2.0)}, stop_scale={SOL: 0.4})
    assert answer.because == (
        "SOL moves 2.5 times more than usual: leverage 5x to 2x; new stops at 0.4 of their distance"
    )
    tight = applied(STOPPED, answer.change)
    assert isinstance(of_stopped(spike(SOL, 2.0), tight), AdaptationRefused)
    back = of_stopped(spike(SOL, 1.2, over=True), tight)
    assert isinstance(back, AdaptationProposed)
    assert hash_of(applied(tight, back.change)) == hash_of(STOPPED)
    assert back.because.endswith("leverage back from 2x to 5x; new stops at 1 of their distance")


def test_a_stop_is_given_back_also_where_another_alarm_holds_the_leverage() -> None:
    tight = applied(STOPPED, Change(stop_scale={SOL: 0.4}))
    back = of_stopped(spike(SOL, 1.2, over=True), tight)
    assert isinstance(back, AdaptationProposed)
    assert back.change == Change(stop_scale={SOL: None})
    assert (back.restores, back.reduces_risk) == (True, False)


def test_the_reason_says_why_before_what() -> None:
    assert proposed(spike(SOL, 2.5)).because == (
        "SOL moves 2.5 times more than usual: leverage 5x to 2x"
    )


@given(some.sampled_from((BTC, ETH, SOL)), some.floats(1.0, 1e6))
def test_leverage_never_falls_below_the_floor_and_never_rises_on_a_spike(
    coin: Coin, ratio: float
) -> None:
    answer = asked(spike(coin, ratio))
    if isinstance(answer, AdaptationProposed):
        leverage = answer.change.coin_leverage[coin]
        assert leverage is not None
        assert 0.25 <= leverage < WRITTEN.risk.of(coin)


def test_a_smaller_spike_after_a_larger_one_changes_nothing() -> None:
    tight = applied(WRITTEN, proposed(spike(SOL, 10.0)).change)
    answer = asked(spike(SOL, 2.5), tight)
    assert isinstance(answer, AdaptationRefused)
    assert answer.because == "SOL is at 0.5x already, as low as this spike asks"


def test_a_larger_spike_is_measured_against_what_was_written_not_against_the_last_step() -> None:
    tight = applied(WRITTEN, proposed(spike(SOL, 2.5)).change)
    assert proposed(spike(SOL, 5.0), tight).change.coin_leverage == {SOL: 1.0}


@pytest.mark.parametrize("coin", [BTC, SOL])
def test_when_it_is_over_the_configuration_is_as_written_hash_for_hash(coin: Coin) -> None:
    tight = applied(WRITTEN, proposed(spike(coin, 4.0)).change)
    loosened = proposed(spike(coin, 1.2, over=True), tight)
    assert hash_of(applied(tight, loosened.change)) == hash_of(WRITTEN)
    assert loosened.restores
    assert "moves as usual again: leverage back from" in loosened.because


def test_the_end_of_a_spike_that_changed_nothing_is_no_news() -> None:
    assert asked(spike(SOL, 1.2, over=True)) is None


def test_a_spike_of_the_whole_market_is_left_to_the_coins() -> None:
    assert asked(spike(MARKET, 5.0)) is None


def test_the_expected_effect_is_the_edge_and_the_noise_of_the_step_that_is_given_up() -> None:
    # SOL goes from 5x to 2x: a step of -3 on a third of the capital, so one capital's worth less.
    # Its best topic nets 16 bp in 8 h: 2 bp a bar. A bar moves 100 bp: 100 / sqrt(72) over 72 bars.
    told = situation(net_edge=[[0.0, 0.0, 4.0], [0.0, 0.0, 16.0]])
    answer = tighten_risk(WRITTEN, spike(SOL, 2.5), told, NAMED)
    assert isinstance(answer, AdaptationProposed)
    effect = answer.expected
    assert effect.net_edge == pytest.approx(-2.0)
    assert effect.low == pytest.approx(-2.0 - 1.645 * 100.0 / 72.0**0.5)
    assert effect.high == pytest.approx(-2.0 + 1.645 * 100.0 / 72.0**0.5)
    assert effect.deadline == answer.at + 72 * HOUR


def test_a_topic_that_does_not_trade_the_coin_promises_nothing_on_it() -> None:
    told = situation(net_edge=[[0.0, 4.0, 0.0], [0.0, 80.0, 0.0]])
    answer = tighten_risk(WRITTEN, spike(ETH, 2.0), told, NAMED)
    assert isinstance(answer, AdaptationProposed)
    # ETH goes from 2x to 1x, a third of the capital; only the 4 h topic trades it: 1 bp a bar.
    assert answer.expected.net_edge == pytest.approx(-1.0 / 3.0)
