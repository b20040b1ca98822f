"""Forecasters learn month by month from what has ended, and from nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.lab.forecasting.market import FIRST, HISTORY, record, topic
from trimtab.domain.units import DAY, HOUR, Micros
from trimtab.lab.forecasting.features import sight
from trimtab.lab.forecasting.learners import ECHO, Forecaster, Predictor, ridge
from trimtab.lab.forecasting.look_ahead import first_that_knew
from trimtab.lab.forecasting.record import Record
from trimtab.lab.forecasting.walk_forward import forecasts, months

Floats = NDArray[np.float64]

RIDGE = Forecaster(topic(8), ridge)
FEBRUARY = 31 * 24 - 1
"""The row whose bar closes when February begins."""
WHOLE = record(75)


def views(seen: Record, forecaster: Forecaster = RIDGE) -> Floats:
    """[row, coin, value, lower and upper]."""
    told = list(forecasts(seen, sight(seen), forecaster, HISTORY))
    return np.concatenate([np.stack(one[1:], axis=2) for one in told])


@pytest.mark.parametrize("cut", [FEBRUARY, FEBRUARY + 1, FEBRUARY + 2, 1_111, 1_500])
@pytest.mark.parametrize("forecaster", [RIDGE, Forecaster(topic(24), None, ECHO)])
def test_taking_the_future_away_changes_no_forecast(forecaster: Forecaster, cut: int) -> None:
    assert first_that_knew(lambda seen: views(seen, forecaster), WHOLE, cut) is None


def test_a_forecast_that_sees_one_bar_too_much_is_found() -> None:
    def peeping(seen: Record) -> Floats:
        told = views(seen)
        return np.vstack([told[1:], np.full((1, *told.shape[1:]), np.nan)])

    assert first_that_knew(peeping, WHOLE, 1_000) == 999


def test_scaling_by_the_whole_record_is_found() -> None:
    def scaled(seen: Record) -> Floats:
        closes = seen.last_closes()
        return closes / np.nanstd(closes)

    assert first_that_knew(scaled, WHOLE, 1_000) == 0


def test_learning_from_moves_that_have_not_ended_is_found() -> None:
    """As if what is learnt at a month's begin were not purged."""

    def unpurged(seen: Record) -> Floats:
        closes = seen.last_closes()
        ahead = closes[8:] / closes[:-8] - 1.0
        level = float(np.nanmean(ahead[: FEBRUARY + 1]))
        return np.where(np.arange(len(closes)) >= FEBRUARY, level, 0.0)

    assert first_that_knew(unpurged, WHOLE, FEBRUARY + 1) == FEBRUARY


def test_what_is_learnt_from_has_ended_and_is_not_too_old() -> None:
    taught: list[int] = []

    def counted(features: Floats, moves: Floats) -> Predictor:
        taught.append(len(moves))
        return ridge(features, moves)

    short = record(75, coins=4)
    told = list(forecasts(short, sight(short), Forecaster(topic(8), counted), Micros(45 * DAY)))
    # In March: 45 days of six rows, less the last two, of coins with a move and a week before it.
    march = told[2].month
    known = sight(short)
    closes_at = short.closes_at
    rows = [
        row
        for row in range(march.first)
        if march.begins - 45 * DAY < closes_at[row] <= march.begins - 8 * HOUR
        if closes_at[row] % (4 * HOUR) == 0
    ]
    assert taught[-1] == int(np.isfinite(known.features[rows]).all(axis=2).sum())
    assert len(rows) == 45 * 6 - 2


def test_months_are_those_of_the_calendar() -> None:
    found = months(record(62))
    assert [month.begins for month in found] == [
        FIRST, FIRST + 31 * DAY, FIRST + 60 * DAY
    ]  # fmt: skip
    assert (found[0].first, found[1].first, found[-1].stop) == (0, FEBRUARY, 62 * 24)


def test_nothing_is_said_before_enough_was_seen() -> None:
    told = views(WHOLE)
    assert np.isnan(told[:FEBRUARY]).all()
    assert np.isfinite(told[FEBRUARY:]).mean() > 0.9


def test_a_coin_without_a_bar_gets_no_forecast() -> None:
    missing = np.isnan(WHOLE.bars[:, 3])
    assert missing[FEBRUARY:].any()
    assert np.isnan(views(WHOLE)[missing]).all()


def test_what_undoes_itself_is_foreseen() -> None:
    """Half of each hour's move is undone in the next."""
    market = record(100, echo=0.5)
    told = views(market, Forecaster(topic(1), ridge))[:-1, :, 0]
    closes = market.last_closes()
    came = np.log(closes[1:] / closes[:-1])
    there = np.isfinite(told) & (came != 0.0)
    assert (np.sign(told) == np.sign(came))[there].mean() > 0.62


def test_a_market_without_memory_is_not_foreseen() -> None:
    told = views(record(100), Forecaster(topic(1), ridge))[:-1, :, 0]
    closes = record(100).last_closes()
    came = np.log(closes[1:] / closes[:-1])
    there = np.isfinite(told) & (came != 0.0)
    assert (np.sign(told) == np.sign(came))[there].mean() == pytest.approx(0.5, abs=0.03)


def test_the_interval_holds_about_two_thirds() -> None:
    told = views(WHOLE)[:-8]
    closes = WHOLE.last_closes()
    came = np.log(closes[8:] / closes[:-8])
    there = np.isfinite(told).all(axis=2)
    inside = (told[..., 1] <= came) & (came <= told[..., 2])
    assert 0.55 < inside[there].mean() < 0.85


def test_a_horizon_between_bars_is_refused() -> None:
    short = record(3)
    wide = short._replace(interval=Micros(5 * HOUR))
    with pytest.raises(ValueError, match="own-8h"):
        list(forecasts(wide, sight(short), RIDGE, HISTORY))
