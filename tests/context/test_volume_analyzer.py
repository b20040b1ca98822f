"""Volume: unusual for the hour of the week, twice in a row."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.context.bars_given import ONE, moving, names, watch
from trimtab.context.volume_analyzer import VolumeAnalyzer
from trimtab.domain.event_types import VolumeAnomaly
from trimtab.domain.units import HOUR, MARKET

WEEK = 168


def usual(weeks: int, seed: int = 0) -> NDArray[np.float64]:
    """Ten times more volume in the busy half of each day."""
    hours = np.arange(weeks * WEEK)
    season = np.where(hours % 24 < 12, 10.0, 1.0)
    return 1000.0 * season * np.exp(np.random.default_rng(seed).normal(0.0, 0.3, len(hours)))


def told(volumes: NDArray[np.float64]) -> list[VolumeAnomaly]:
    bars = moving(np.zeros(len(volumes)), volumes)
    _, events = watch(VolumeAnalyzer.of(ONE, HOUR), bars)
    return [e for e in events if isinstance(e, VolumeAnomaly) and e.coin != MARKET]


def anomalies(volumes: NDArray[np.float64]) -> list[VolumeAnomaly]:
    """Those that begin."""
    return [event for event in told(volumes) if not event.over]


def z_after(volumes: NDArray[np.float64]) -> float:
    state, _ = watch(VolumeAnalyzer.of(ONE, HOUR), moving(np.zeros(len(volumes)), volumes))
    return state.readings()[0].z


def test_busy_hours_are_usual_once_the_season_is_known() -> None:
    assert not anomalies(usual(12))
    assert abs(z_after(usual(12))) < 3.0


def test_the_same_volume_is_unusual_at_a_quiet_hour() -> None:
    volumes = usual(12)
    busy, quiet = volumes[: 10 * WEEK + 6].copy(), volumes[: 10 * WEEK + 18].copy()
    busy[-1] = quiet[-1] = 10_000.0
    assert abs(z_after(busy)) < 2.0
    assert z_after(quiet) > 4.0


def test_two_wild_bars_are_an_anomaly_and_one_is_not() -> None:
    volumes = usual(8)
    once = volumes.copy()
    once[-50] *= 100.0
    twice = once.copy()
    twice[-49] *= 100.0
    assert not anomalies(once)
    (anomaly,) = anomalies(twice)
    assert anomaly.at == len(volumes) - 48
    assert anomaly.z > 4.0
    assert 0.9 < anomaly.confidence < 1.0


def test_an_anomaly_is_told_once_and_again_only_after_it_was_over() -> None:
    volumes = usual(8)
    volumes[-100:-95] *= 200.0
    volumes[-40:-35] *= 200.0
    assert len(anomalies(volumes)) == 2


def test_when_volume_is_as_usual_again_the_anomaly_is_over() -> None:
    volumes = usual(8)
    volumes[-100:-95] *= 200.0
    began, over = told(volumes)
    assert (began.over, over.over) == (False, True)
    assert began.at == len(volumes) - 98
    assert over.at == len(volumes) - 94
    assert abs(over.z) < 2.0
    assert 0.2 < over.confidence <= 1.0


def test_after_a_day_of_silence_an_anomaly_is_no_longer_known_to_last() -> None:
    volumes = usual(8)
    volumes[-50:-40] *= 200.0
    volumes[-40:] = np.nan
    _, over = told(volumes)
    assert over.over
    assert over.at == len(volumes) - 40 + 24
    assert (over.z, over.confidence) == (0.0, 1.0)


def test_a_dearth_of_volume_is_an_anomaly_too() -> None:
    volumes = usual(8)
    volumes[-20:-16] /= 500.0
    (anomaly,) = anomalies(volumes)
    assert anomaly.z < -4.0


@pytest.mark.parametrize("nothing", [0.0, np.nan])
def test_no_volume_tells_nothing(nothing: float) -> None:
    volumes = usual(4)
    silent = volumes.copy()
    silent[-100:-90] = nothing
    assert not anomalies(silent)
    assert z_after(silent[:-95]) == 0.0
    assert z_after(silent) == pytest.approx(z_after(volumes), abs=0.3)


def test_a_burst_hardly_changes_what_is_usual() -> None:
    volumes = usual(8)
    burst = volumes.copy()
    burst[-60:-50] *= 1e6
    quiet, wild = (
        watch(VolumeAnalyzer.of(ONE, HOUR), moving(np.zeros(8 * WEEK), v))[0].cells[0]
        for v in (volumes, burst)
    )
    assert wild["spread"] < 1.2 * quiet["spread"]
    assert wild["level"] == pytest.approx(quiet["level"], abs=0.1)


def test_the_market_is_unusual_when_all_its_coins_are() -> None:
    volumes = np.stack([usual(8, seed) for seed in range(3)], axis=1) * np.array([1.0, 50.0, 3e6])
    volumes[-30:-27] *= 100.0
    _, events = watch(VolumeAnalyzer.of(names(3), HOUR), moving(np.zeros((8 * WEEK, 3)), volumes))
    assert MARKET in {e.coin for e in events if isinstance(e, VolumeAnomaly)}


def test_a_coin_that_is_missing_does_not_move_the_market() -> None:
    volumes = np.stack([usual(8, seed) for seed in range(3)], axis=1) * np.array([1.0, 50.0, 3e6])
    volumes[-100:, 2] = np.nan
    _, events = watch(VolumeAnalyzer.of(names(3), HOUR), moving(np.zeros((8 * WEEK, 3)), volumes))
    assert not events


def illiquidity_after(volumes: NDArray[np.float64], moves: NDArray[np.float64]) -> float:
    state, _ = watch(VolumeAnalyzer.of(ONE, HOUR), moving(moves, volumes))
    return state.readings()[0].illiquidity


def test_the_same_moves_on_a_third_of_the_volume_are_three_times_as_illiquid() -> None:
    rows = 8 * WEEK
    moves = 0.004 * np.random.default_rng(1).standard_normal(rows)
    even = np.full(rows, 1000.0)
    thin = even.copy()
    thin[-120:] /= 3.0
    assert illiquidity_after(even, moves) == pytest.approx(1.0, abs=0.35)
    ratio = illiquidity_after(thin, moves) / illiquidity_after(even, moves)
    assert 2.0 < ratio < 3.0, "the usual one has begun to follow"


def test_illiquidity_is_unknown_before_the_warm_up_and_where_nothing_is_traded() -> None:
    moves = 0.004 * np.random.default_rng(1).standard_normal(400)
    assert np.isnan(illiquidity_after(np.full(300, 1000.0), moves[:300]))
    assert np.isnan(illiquidity_after(np.zeros(400), moves))
    assert np.isfinite(illiquidity_after(np.full(400, 1000.0), moves))


def test_the_table_says_what_the_reading_says() -> None:
    volumes = usual(4)
    bars = moving(0.004 * np.random.default_rng(2).standard_normal(len(volumes)), volumes)
    state, table = VolumeAnalyzer.of(ONE, HOUR).recorded(bars)
    for place, told in enumerate(state.readings()):
        assert table[-1, place].tolist() == [told.z, told.illiquidity]


def test_one_bar_in_ten_that_is_wild_changes_the_usual_little() -> None:
    """It would shift a mean by 1.4 and make a standard deviation nine times as large."""
    volumes = usual(12)
    wild = volumes.copy()
    wild[np.random.default_rng(3).random(len(wild)) < 0.1] *= 1e6
    bars = (moving(np.zeros(len(one)), one) for one in (volumes, wild))
    clean, dirty = (watch(VolumeAnalyzer.of(ONE, HOUR), one)[0].cells[0] for one in bars)
    shift = (dirty["level"] + dirty["season"].mean()) - (clean["level"] + clean["season"].mean())
    assert dirty["spread"] < 2.0 * clean["spread"]
    assert 0.0 < shift < 0.4
