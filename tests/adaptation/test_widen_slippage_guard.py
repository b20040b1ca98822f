"""Where volume is unusual an entry has to promise more, until it is as usual again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.adaptation.given import BTC, NAMED, SOL, WRITTEN, odd_volume, situation
from trimtab.adaptation.changes import applied
from trimtab.adaptation.rules.widen_slippage_guard import guard, widen_slippage_guard
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Change, Configuration
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import VolumeAnomaly
from trimtab.domain.units import HOUR, MARKET, Bp

GUARDED = applied(WRITTEN, Change(slippage_guard={SOL: Bp(2.0)}))
"""A guard that the user wrote."""


def asked(
    event: VolumeAnomaly, now: Configuration = WRITTEN, written: Configuration = WRITTEN
) -> AdaptationProposed | AdaptationRefused | None:
    return widen_slippage_guard(now, event, situation(written=written), NAMED)


def proposed(
    event: VolumeAnomaly, now: Configuration = WRITTEN, written: Configuration = WRITTEN
) -> AdaptationProposed:
    answer = asked(event, now, written)
    assert isinstance(answer, AdaptationProposed)
    return answer


@pytest.mark.parametrize(("z", "wanted"), [(6.0, 6.0), (-7.26, 7.3), (90.0, 11.0)])
def test_it_grows_with_the_deviation_to_a_round_trip_at_most(z: float, wanted: float) -> None:
    answer = proposed(odd_volume(SOL, z))
    assert answer.change == Change(slippage_guard={SOL: Bp(wanted)})
    assert answer.scope == (SOL,)
    assert answer.reduces_risk


def test_the_reason_says_why_before_what() -> None:
    assert proposed(odd_volume(SOL, -7.26)).because == (
        "SOL trades -7.3 deviations from its usual volume, so fills are in doubt: "
        "an entry has to promise 7.3 bp after costs, not 0"
    )


@given(some.floats(-1e6, 1e6), some.floats(0.0, 50.0))
def test_an_anomaly_never_narrows_a_guard(z: float, now: float) -> None:
    answer = asked(odd_volume(SOL, z), applied(WRITTEN, Change(slippage_guard={SOL: Bp(now)})))
    if isinstance(answer, AdaptationProposed):
        assert (answer.change.slippage_guard[SOL] or 0.0) > now
    else:
        assert guard(WRITTEN, z) <= max(now, 5.5)


def test_a_guard_that_is_wide_enough_stays_as_it_is() -> None:
    answer = asked(odd_volume(SOL, 7.0), applied(WRITTEN, Change(slippage_guard={SOL: Bp(8.0)})))
    assert isinstance(answer, AdaptationRefused)
    assert answer.because == "SOL: an entry has to promise 8 bp already"


def test_a_small_deviation_is_not_worth_a_change() -> None:
    answer = asked(odd_volume(SOL, -4.26))
    assert isinstance(answer, AdaptationRefused)
    assert answer.because == "SOL: a guard of 4.3 bp would hardly stop an entry"


@pytest.mark.parametrize("written", [WRITTEN, GUARDED])
def test_when_volume_is_as_usual_the_configuration_is_as_written(written: Configuration) -> None:
    wide = applied(written, proposed(odd_volume(SOL, 6.0), written, written).change)
    answer = proposed(odd_volume(SOL, 0.4, over=True), wide, written)
    assert answer.restores
    assert hash_of(applied(wide, answer.change)) == hash_of(written)
    assert answer.because.startswith("SOL trades its usual volume again: slippage guard back to")


def test_the_end_of_an_anomaly_that_changed_nothing_is_no_news() -> None:
    assert asked(odd_volume(over=True)) is None


def test_an_anomaly_of_the_whole_market_is_left_to_the_coins() -> None:
    assert asked(odd_volume(MARKET)) is None


@pytest.mark.parametrize(("edge", "worth"), [(-1.0, 0.0), (2.0, 4.0), (6.0, 0.0), (9.0, 0.0)])
def test_expected_is_the_slippage_that_entries_below_the_guard_are_spared(
    edge: float, worth: float
) -> None:
    # Only the 4 h topic trades BTC for this edge: twice a third of the capital, a quarter a bar.
    told = situation(net_edge=[[edge, 0.0, 0.0], [0.0, 0.0, 0.0]])
    answer = widen_slippage_guard(WRITTEN, odd_volume(BTC, 6.0), told, NAMED)
    assert isinstance(answer, AdaptationProposed)
    effect = answer.expected
    expected = worth * 2.0 / 3.0 / 4.0
    assert effect.net_edge == pytest.approx(expected if 0.0 < edge < 6.0 else 0.0)
    assert effect.high - effect.net_edge == pytest.approx(1.645 * 200.0 / 3.0 / 72.0**0.5)
    assert effect.deadline == answer.at + 72 * HOUR
