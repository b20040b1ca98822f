"""Simulated forecasters are as good as they were made to be, where they were made to be."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.configuration import Topic
from trimtab.domain.observations import CLOSE
from trimtab.domain.units import HOUR, Coin, Micros, TopicName
from trimtab.lab.alignment import as_log_returns
from trimtab.lab.forecasters import (
    FORECASTERS,
    WARM_UP,
    Forecaster,
    SimulatedForecasts,
    simulate_forecasts,
)
from trimtab.lab.markets import SyntheticMarket, synthetic_market
from trimtab.lab.volatility_rank import rank_in_record, recent_volatility

CHANCE = (0.5, 0.5, 0.5, 0.5)
MOMENTUM, CALM, COIN_FLIP, SOL = range(4)


@pytest.fixture(scope="module")
def market() -> SyntheticMarket:
    return synthetic_market(12_000, np.random.default_rng(1))


@pytest.fixture(scope="module")
def forecasts(market: SyntheticMarket) -> SimulatedForecasts:
    return simulate_forecasts(market, np.random.default_rng(2))


def hits(market: SyntheticMarket, forecasts: SimulatedForecasts, topic: int) -> NDArray[np.float64]:
    """float64[rows, coins]: 1 right, 0 wrong, NaN not known."""
    closes = market.bars[:, CLOSE]
    chosen = forecasts.topics[topic]
    view = np.full_like(closes, np.nan)
    rows = np.searchsorted(market.closes_at, forecasts.instants)
    view[rows] = forecasts.values[:, topic]
    view = as_log_returns(chosen.kind, view, closes)
    horizon = chosen.horizon // market.interval
    right = np.full_like(closes, np.nan)
    right[:-horizon] = (view[:-horizon] > 0.0) == (closes[horizon:] >= closes[:-horizon])
    return np.where(np.isfinite(view), right, np.nan)


@pytest.mark.parametrize("topic", [MOMENTUM, COIN_FLIP])
def test_the_hit_rate_in_each_regime_is_the_skill_asked_for(
    market: SyntheticMarket, topic: int
) -> None:
    fickle = replace(FORECASTERS[topic], memory=0.0)
    told = simulate_forecasts(market, np.random.default_rng(4), (fickle,))
    found = hits(market, told, 0)
    rates = [np.nanmean(found[market.regimes == regime]) for regime in range(4)]
    np.testing.assert_allclose(rates, fickle.skill, atol=0.02)


def test_the_calm_topic_is_best_where_the_coin_is_calm(
    market: SyntheticMarket, forecasts: SimulatedForecasts
) -> None:
    found = hits(market, forecasts, CALM)
    rank = rank_in_record(recent_volatility(market.bars[:, CLOSE]))
    assert np.nanmean(found[rank < 1 / 3]) > np.nanmean(found[rank > 2 / 3]) + 0.08


def test_a_topic_of_two_coins_knows_nothing_of_the_others(
    market: SyntheticMarket, forecasts: SimulatedForecasts
) -> None:
    rates = dict(zip(market.coins, np.nanmean(hits(market, forecasts, SOL), axis=0), strict=True))
    good = [rates.pop(Coin("SOL")), rates.pop(Coin("NEAR"))]
    assert min(good) > 0.58
    assert np.mean(list(rates.values())) == pytest.approx(0.5, abs=0.02)


def test_a_skill_that_ends_is_gone_from_that_row_on(market: SyntheticMarket) -> None:
    fading = replace(
        FORECASTERS[COIN_FLIP], skill=(0.6, 0.6, 0.6, 0.6), memory=0.0, lasts=6_000, afterwards=0.4
    )
    found = hits(market, simulate_forecasts(market, np.random.default_rng(4), (fading,)), 0)
    rates = np.nanmean(found[:6_000]), np.nanmean(found[6_000:])
    np.testing.assert_allclose(rates, (0.6, 0.4), atol=0.02)


def test_luck_persists_and_is_shared_between_coins(
    market: SyntheticMarket, forecasts: SimulatedForecasts
) -> None:
    found = hits(market, forecasts, COIN_FLIP)[WARM_UP:-8]
    assert 0.55 < np.corrcoef(found[1:, 0], found[:-1, 0])[0, 1] < 0.8
    assert 0.1 < np.corrcoef(found[:, 0], found[:, 1])[0, 1] < 0.3


def test_the_size_of_an_uninformative_forecast_tells_nothing(
    market: SyntheticMarket, forecasts: SimulatedForecasts
) -> None:
    found = hits(market, forecasts, COIN_FLIP)[WARM_UP:-8]
    size = np.abs(forecasts.values[: len(found), COIN_FLIP])
    assert abs(np.nanmean(size[found == 1.0]) / np.nanmean(size[found == 0.0]) - 1.0) < 0.05


def test_an_informative_forecast_is_larger_when_it_is_right(market: SyntheticMarket) -> None:
    eager = Forecaster(FORECASTERS[COIN_FLIP].topic, CHANCE, informative=0.3)
    told = simulate_forecasts(market, np.random.default_rng(3), (eager,))
    found = hits(market, told, 0)[WARM_UP:-8]
    size = np.abs(told.values[: len(found), 0])
    assert np.nanmean(size[found == 1.0]) > 1.5 * np.nanmean(size[found == 0.0])


def test_every_close_is_forecast_from_the_warm_up_to_where_the_future_ends(
    market: SyntheticMarket, forecasts: SimulatedForecasts
) -> None:
    assert forecasts.instants.tolist() == market.closes_at[WARM_UP:-4].tolist()
    assert np.isfinite(forecasts.values[:-4]).all()
    assert np.isnan(forecasts.values[-4:, MOMENTUM]).all()
    assert np.isfinite(forecasts.values[-4:, SOL]).all()


def test_the_catalogue_is_that_of_the_forecasters(forecasts: SimulatedForecasts) -> None:
    assert forecasts.topics == tuple(one.topic for one in FORECASTERS)
    assert {topic.kind for topic in forecasts.topics} == {"log_return", "price"}


def test_equal_seeds_give_equal_bits_and_a_new_topic_leaves_the_others_alone(
    market: SyntheticMarket, forecasts: SimulatedForecasts
) -> None:
    again = simulate_forecasts(market, np.random.default_rng(2))
    first_two = simulate_forecasts(market, np.random.default_rng(2), FORECASTERS[:2])
    assert again.values.tobytes() == forecasts.values.tobytes()
    rows = len(first_two.values)
    assert first_two.values.tobytes() == forecasts.values[:rows, :2].tobytes()


def test_a_horizon_that_is_no_whole_number_of_bars_is_refused(market: SyntheticMarket) -> None:
    odd = Forecaster(Topic(TopicName("odd"), "log_return", Micros(HOUR + 1)), CHANCE)
    with pytest.raises(ValueError, match="topic odd: its horizon is not a whole number of bars"):
        simulate_forecasts(market, np.random.default_rng(1), (odd,))
