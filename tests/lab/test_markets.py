"""The synthetic market looks like a market, and like the one that was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from trimtab.domain.observations import CLOSE, HIGH, LOW, OPEN, VOLUME
from trimtab.domain.units import HOUR, MINUTE
from trimtab.lab.markets import MarketParameters, SyntheticMarket, synthetic_market
from trimtab.lab.regimes import BEAR, BULL, SIDEWAYS, VOLATILE
from trimtab.lab.sma_market import minute_bars
from trimtab.lab.synthetic_coins import SYNTHETIC_COINS, instruments

ROWS = 12_000
EVEN = (1.0, 1.0, 1.0, 1.0)
NONE = (0.0, 0.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def market() -> SyntheticMarket:
    return synthetic_market(ROWS, np.random.default_rng(1))


@pytest.fixture(scope="module")
def returns(market: SyntheticMarket) -> NDArray[np.float64]:
    """float64[rows, coins]; 0 in the first row."""
    return np.diff(np.log(market.bars[:, CLOSE]), axis=0, prepend=np.log(market.bars[:1, CLOSE]))


def mean_correlation(returns: NDArray[np.float64]) -> float:
    coins = returns.shape[1]
    matrix = np.asarray(np.corrcoef(returns.T))
    return float((matrix.sum() - coins) / (coins * (coins - 1)))


@given(some.integers(0, 2**32), some.integers(1, 300), some.integers(1, 8))
@settings(max_examples=25)
def test_every_bar_is_possible(seed: int, rows: int, coins: int) -> None:
    parameters = MarketParameters(coins=SYNTHETIC_COINS[:coins])
    bars = synthetic_market(rows, np.random.default_rng(seed), parameters).bars
    assert bars.shape == (rows, 5, coins)
    assert np.isfinite(bars).all()
    assert (bars > 0.0).all()
    assert (bars[:, HIGH] >= bars[:, (OPEN, CLOSE)].max(axis=1)).all()
    assert (bars[:, LOW] <= bars[:, (OPEN, CLOSE)].min(axis=1)).all()


def test_equal_seeds_give_equal_bits_and_other_seeds_do_not() -> None:
    one, same, other = (synthetic_market(200, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.bars.tobytes() == same.bars.tobytes()
    assert one.regimes.tobytes() == same.regimes.tobytes()
    assert one.bars.tobytes() != other.bars.tobytes()


def test_what_was_drawn_cannot_be_changed(market: SyntheticMarket) -> None:
    arrays = (market.closes_at, market.bars, market.regimes, market.apart)
    assert [array.flags.writeable for array in arrays] == [False] * 4
    assert market.bars.flags.c_contiguous


def test_rows_close_one_interval_apart(market: SyntheticMarket) -> None:
    assert market.closes_at[0] == MarketParameters().start + HOUR
    assert set(np.diff(market.closes_at).tolist()) == {HOUR}


def test_a_bar_opens_near_the_close_before(market: SyntheticMarket) -> None:
    gaps = np.log(market.bars[1:, OPEN] / market.bars[:-1, CLOSE])
    assert 0.0 < np.abs(gaps).mean() < 0.001


def test_volatility_follows_the_regime(
    market: SyntheticMarket, returns: NDArray[np.float64]
) -> None:
    sigma = {
        regime: np.median(np.abs(returns[market.regimes == regime]))
        for regime in (BULL, BEAR, SIDEWAYS, VOLATILE)
    }
    assert sorted(sigma, key=lambda regime: sigma[regime]) == [SIDEWAYS, BULL, BEAR, VOLATILE]
    assert sigma[VOLATILE] / sigma[BULL] == pytest.approx(2.4, rel=0.15)


def test_prices_rise_in_bull_markets_and_fall_in_bear_markets(
    market: SyntheticMarket, returns: NDArray[np.float64]
) -> None:
    whole = returns.mean(axis=1)
    assert whole[market.regimes == BULL].mean() > 0.0003
    assert whole[market.regimes == BEAR].mean() < -0.0003


def test_coins_move_together_except_while_they_are_apart(
    market: SyntheticMarket, returns: NDArray[np.float64]
) -> None:
    assert mean_correlation(returns[~market.apart]) == pytest.approx(0.6, abs=0.06)
    assert mean_correlation(returns[market.apart]) < 0.25
    assert 0.0 < market.apart.mean() < 0.1


def test_tails_are_fat_and_volatility_clusters(returns: NDArray[np.float64]) -> None:
    bitcoin = returns[:, 0]
    kurtosis = (bitcoin**4).mean() / (bitcoin**2).mean() ** 2
    clustering = np.corrcoef(np.abs(bitcoin[1:]), np.abs(bitcoin[:-1]))[0, 1]
    direction = np.corrcoef(bitcoin[1:], bitcoin[:-1])[0, 1]
    assert kurtosis > 6.0
    assert clustering > 0.15
    assert abs(direction) < 0.08


def test_a_bars_range_is_that_of_a_random_walk() -> None:
    """The mean range of a Brownian motion is twice its mean absolute move (Feller 1951)."""
    steady = MarketParameters(coins=SYNTHETIC_COINS[:1], sigma=EVEN, trend=NONE, tails=200.0)
    bars = synthetic_market(ROWS, np.random.default_rng(3), steady).bars
    ranges = np.log(bars[:, HIGH] / bars[:, LOW])
    moves = np.abs(np.log(bars[:, CLOSE] / bars[:, OPEN]))
    assert ranges.mean() / moves.mean() == pytest.approx(2.0, abs=0.06)


def test_volume_follows_the_hour_of_the_week_and_the_moves(
    market: SyntheticMarket, returns: NDArray[np.float64]
) -> None:
    notional = market.bars[:, VOLUME, 0] * market.bars[:, CLOSE, 0]
    hours = (market.closes_at // HOUR - 1 + 72) % 168
    usual = {hour: np.median(notional[hours == hour]) for hour in (27, 39, 39 + 96)}
    assert usual[39] > 1.5 * usual[27]
    assert usual[39] > 1.3 * usual[39 + 96]
    assert np.corrcoef(np.log(notional), np.log(np.abs(returns[:, 0]) + 1e-6))[0, 1] > 0.3


def test_prices_are_whole_ticks(market: SyntheticMarket) -> None:
    bitcoin = market.bars[:, CLOSE, 0]
    assert bitcoin.tolist() == np.round(bitcoin, 1).tolist()


def test_shorter_bars_move_less() -> None:
    one_coin = SYNTHETIC_COINS[:1]
    deviation = {
        interval: np.diff(
            np.log(
                synthetic_market(
                    5_000, np.random.default_rng(4), MarketParameters(one_coin, interval)
                ).bars[:, CLOSE, 0]
            )
        ).std()
        for interval in (HOUR, MINUTE)
    }
    assert deviation[HOUR] / deviation[MINUTE] == pytest.approx(60**0.5, rel=0.05)


def test_minutes_of_one_coin_for_timing() -> None:
    market = minute_bars(3_000, np.random.default_rng(5))
    assert market.bars.shape == (3_000, 5, 1)
    assert market.interval == MINUTE
    moves = np.diff(np.log(market.bars[:, CLOSE, 0]))
    assert 0.0002 < moves.std() < 0.003


def test_every_coin_has_its_trading_rules(market: SyntheticMarket) -> None:
    assert tuple(one.coin for one in instruments()) == market.coins
