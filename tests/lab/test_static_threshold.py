"""The twin's threshold is chosen on rows that may be known, among six candidates."""

from __future__ import annotations

import numpy as np

from trimtab.domain.units import DAY, HOUR
from trimtab.lab.daily import sharpe
from trimtab.lab.static_threshold import (
    QUANTILES,
    candidates,
    choose_threshold,
    daily_profits,
)
from trimtab.lab.static_twin import TwinMarket, TwinRules, simulate

ROWS = 24 * 60
OPENS_AT = np.arange(ROWS, dtype=np.int64) * HOUR
RULES = TwinRules(horizon=4)


def market(knows_when_large: float, coins: int = 4) -> TwinMarket:
    """Forecasts whose sign is right with this probability if they are large, else by chance."""
    draw = np.random.default_rng(7)
    opens = 100.0 * np.exp(draw.normal(0.0, 0.01, (ROWS, coins)).cumsum(axis=0))
    realised = np.full_like(opens, 1.0)
    realised[:-4] = np.sign(opens[4:] - opens[:-4])
    size = np.abs(draw.normal(0.0, 0.01, opens.shape))
    right = draw.random(opens.shape) < np.where(size > 0.0115, knows_when_large, 0.5)
    return TwinMarket(opens, size * realised * np.where(right, 1.0, -1.0), np.zeros_like(opens))


def test_where_only_large_forecasts_are_good_only_large_ones_are_traded() -> None:
    chosen = choose_threshold(market(0.9), OPENS_AT, RULES)
    assert chosen.quantile in {0.7, 0.8}
    assert chosen.sharpe is not None
    assert chosen.sharpe > 5.0


def test_the_choice_is_the_best_of_those_that_trade_enough() -> None:
    seen = market(0.6)
    tried = candidates(seen, OPENS_AT, RULES)
    assert tuple(one.quantile for one in tried) == QUANTILES
    enough = [one.sharpe for one in tried if one.trades >= 200 and one.sharpe is not None]
    assert choose_threshold(seen, OPENS_AT, RULES).sharpe == max(enough)


def test_a_candidate_with_too_few_trades_is_not_taken_however_good() -> None:
    seen = market(0.9, coins=1)
    tried = candidates(seen, OPENS_AT, RULES)
    best = max(tried, key=lambda one: one.sharpe or 0.0)
    assert best.trades < 200
    assert choose_threshold(seen, OPENS_AT, RULES).trades >= 200


def test_without_forecasts_every_forecast_would_be_traded() -> None:
    seen = market(0.5)
    silent = seen._replace(forecasts=np.full_like(seen.opens, np.nan))
    chosen = choose_threshold(silent, OPENS_AT, RULES)
    assert (chosen.value, chosen.quantile, chosen.sharpe, chosen.trades) == (0.0, 0.0, None, 0)


def test_quantile_zero_trades_even_the_smallest_forecast() -> None:
    assert candidates(market(0.5), OPENS_AT, RULES)[0].value == 0.0


def test_a_candidate_says_what_a_run_with_its_threshold_would_give() -> None:
    seen = market(0.6)
    tried = candidates(seen, OPENS_AT, RULES)[2]
    run = simulate(seen, TwinRules(horizon=4, threshold=tried.value))
    assert tried.trades == len(run.trades)
    assert tried.sharpe == sharpe(daily_profits(run.equity, OPENS_AT))


def test_daily_profits_are_counted_from_open_to_open_of_utc_days() -> None:
    opens_at = np.array([20 * HOUR, DAY, DAY + HOUR, 2 * DAY, 3 * DAY], np.int64)
    equity = np.array([1.0, 10.0, 999.0, 12.0, 9.0])
    assert daily_profits(equity, opens_at).tolist() == [2.0, -3.0]
