"""Bars that are wrong, missing or absurd: never a wrong state silently."""

from __future__ import annotations

from math import isfinite, isnan

import numpy as np
import pytest
from msgspec.structs import astuple
from numpy.typing import NDArray

from tests.conformance.markets import COMPILED, frozen
from tests.context.bars_given import moving, names, watch
from trimtab.context.volatility_analyzer import VolatilityAnalyzer, VolatilityParameters
from trimtab.context.volume_analyzer import VolumeAnalyzer, VolumeParameters
from trimtab.domain.event_types import VolatilitySpike
from trimtab.domain.observations import CLOSE, HIGH, LOW, OPEN, VOLUME, Bars
from trimtab.domain.units import HOUR, MARKET, MINUTE
from trimtab.records.snapshot import encode

TWO = names(2)
ROWS = 600
QUICK = VolatilityParameters(warm_up=100.0, settled=100.0)


def market(rows: int = ROWS) -> NDArray[np.float64]:
    """Writable bars of two coins with wicks."""
    random = np.random.default_rng(5)
    bars = moving(
        0.005 * random.standard_normal((rows, 2)), np.exp(random.normal(8, 0.3, (rows, 2)))
    )
    bars = bars.copy()
    bars[:, HIGH] *= 1.002
    bars[:, LOW] *= 0.998
    return bars


def volatility(bars: NDArray[np.float64]) -> VolatilityAnalyzer:
    return watch(VolatilityAnalyzer.of(TWO, HOUR, QUICK), frozen(bars))[0]


def spikes(bars: NDArray[np.float64]) -> list[VolatilitySpike]:
    _, events = watch(VolatilityAnalyzer.of(TWO, HOUR, QUICK), frozen(bars))
    return [e for e in events if isinstance(e, VolatilitySpike) and e.coin == TWO[0]]


def test_a_wick_of_60_percent_is_no_spike_and_soon_forgotten() -> None:
    bars = market()
    bars[500, LOW, 0] = 0.4 * bars[500, CLOSE, 0]
    assert not spikes(bars[:510])
    clean, wick = volatility(market()[:510]), volatility(bars[:510])
    assert wick.readings()[0].volatility < 1.2 * clean.readings()[0].volatility
    assert wick.readings()[0].regime == clean.readings()[0].regime
    assert wick.sigmas()[0] == clean.sigmas()[0]


def test_a_print_of_ten_times_the_price_moves_sigma_by_a_bounded_amount() -> None:
    bars = market()
    bars[500, CLOSE, 0] *= 10.0
    bars[500, HIGH, 0] = bars[500, CLOSE, 0]
    clean, wrong = volatility(market()[:502]), volatility(bars[:502])
    assert clean.sigmas()[0] < wrong.sigmas()[0] < 1.6 * clean.sigmas()[0]
    assert len(spikes(bars[:560])) <= 2, "it may begin a spike, which is then over"


def test_a_bar_with_only_a_close_is_seen_by_its_close() -> None:
    bars = market()
    bars[300:, [OPEN, HIGH, LOW], 0] = np.nan
    told = volatility(bars).readings()[0]
    assert all(isfinite(value) for value in astuple(told) if isinstance(value, float))
    assert told.volatility == pytest.approx(0.005, rel=0.5)


@pytest.mark.parametrize("nonsense", [np.nan, 0.0, -5.0, np.inf])
def test_nonsense_in_one_coin_leaves_the_other_alone(nonsense: float) -> None:
    bars = market()
    bars[400:404, :, 0] = nonsense
    clean, dirty = volatility(market()), volatility(bars)
    assert dirty.cells[1] == clean.cells[1]
    told = dirty.readings()[0]
    assert all(isfinite(value) for value in astuple(told) if isinstance(value, float))


def test_hours_without_bars_change_nothing_and_days_make_it_unknown() -> None:
    bars = market()
    bars[500:, :, 0] = np.nan
    before = volatility(bars[:500]).readings()[0]
    some_hours, some_days = (volatility(bars[:rows]).readings()[0] for rows in (512, 530))
    assert some_hours.regime == before.regime != "unknown"
    assert some_hours.volatility == before.volatility
    assert some_days.regime == "unknown"
    assert isnan(some_days.volatility)
    assert isnan(some_days.forecast)
    assert isnan(some_days.jump_share)


def test_after_days_without_bars_the_regime_is_known_again_at_the_next_census() -> None:
    bars = market()
    bars[480:530, :, 0] = np.nan
    back = volatility(bars[:537]).readings()[0]
    assert back.regime != "unknown"
    assert isfinite(back.volatility)


def test_a_coin_that_is_delisted_in_a_spike_does_not_spike_for_ever() -> None:
    bars = market()
    closes = np.exp(np.cumsum(np.tile([0.06, -0.06], 4)))
    bars[500:508, OPEN:VOLUME, 0] *= closes[:, np.newaxis]
    bars[508:, :, 0] = np.nan
    assert volatility(bars[:508]).readings()[0].spiking
    gone = volatility(bars).readings()
    assert not gone[0].spiking
    assert gone[0].regime == "unknown"
    assert not any(spike.over for spike in spikes(bars)), "nobody saw it calm down"
    assert gone[1].regime != "unknown"
    assert gone[-1].coin == MARKET
    assert isfinite(gone[-1].volatility)


def test_a_market_without_any_bar_becomes_unknown_too() -> None:
    bars = market()
    bars[500:] = np.nan
    assert {told.regime for told in volatility(bars).readings()} == {"unknown"}


def test_a_price_that_never_moved_does_not_hide_the_moves_that_follow() -> None:
    bars = market()
    bars[:400, OPEN:VOLUME, 0] = 100.0
    state = volatility(bars)
    assert state.readings()[0].volatility == pytest.approx(0.005, rel=0.6)
    assert state.sigmas()[0] > 0.001


def volume(bars: NDArray[np.float64]) -> VolumeAnalyzer:
    parameters = VolumeParameters(warm_up=200.0)
    return watch(VolumeAnalyzer.of(TWO, HOUR, parameters), frozen(bars))[0]


@pytest.mark.parametrize("nonsense", [0.0, -1.0, np.nan, np.inf])
def test_a_volume_of_nothing_or_nonsense_is_not_known_rather_than_low(nonsense: float) -> None:
    bars = market()
    bars[500:504, VOLUME, 0] = nonsense
    assert volume(bars[:504]).readings()[0].z == 0.0
    clean, dirty = volume(market()[:520]), volume(bars[:520])
    assert dirty.readings()[0].z == pytest.approx(clean.readings()[0].z, abs=0.2)
    assert dirty.cells[1] == clean.cells[1]


def test_a_coin_that_is_delisted_in_an_anomaly_is_not_unusual_for_ever() -> None:
    bars = market()
    bars[500:504, VOLUME, 0] *= 1e4
    bars[504:, :, 0] = np.nan
    assert volume(bars[:504]).readings()[0].unusual
    assert not volume(bars).readings()[0].unusual


def test_wrong_prints_do_not_make_a_coin_illiquid_for_long() -> None:
    bars = market()
    bars[500, CLOSE, 0] *= 10.0
    clean, wrong = volume(market()), volume(bars)
    assert wrong.readings()[0].illiquidity == pytest.approx(
        clean.readings()[0].illiquidity, rel=0.1
    )


def test_a_year_of_minutes_leaves_a_state_of_the_same_size() -> None:
    rows = 525_600 if COMPILED else 1_440
    day: Bars = frozen(market(1_440))
    for start in (VolatilityAnalyzer.of(TWO, MINUTE), VolumeAnalyzer.of(TWO, MINUTE)):
        state, _ = start.advance(day, 0, 1)
        size = len(encode(state))
        for _ in range(rows // len(day)):
            state, _ = watch(state, day)
        assert len(encode(state)) == size
        told = astuple(state.readings()[0])
        assert all(isfinite(value) for value in told if isinstance(value, float)) or not COMPILED
