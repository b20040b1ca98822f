"""A setting is chosen by enough trades of earlier days, and what is told of it knows all trials."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.lab.deflated_sharpe import daily_sharpe, deflated_sharpe
from trimtab.lab.overfitting import overfitting_probability
from trimtab.lab.tuning.choosing import FEWEST_TRADES, Tried, choose, judge, score
from trimtab.lab.tuning.folds import folds

DAYS = 400


def tried(*means: float, trades: float = 1.0) -> Tried:
    """Trials of such daily means and spread 1; the same luck for all."""
    luck = np.random.default_rng(3).normal(0.0, 1.0, DAYS)
    profits = np.column_stack([luck - luck.mean() + mean for mean in means])
    return Tried(profits, np.full(profits.shape, trades))


def resting(found: Tried, trial: int, days: slice = slice(None)) -> Tried:
    """That trial does not trade on those days."""
    profits, trades = found.profits.copy(), found.trades.copy()
    profits[days, trial] = trades[days, trial] = 0.0
    return Tried(profits, trades)


def test_a_book_that_never_traded_does_not_win_where_all_others_lose() -> None:
    found = resting(tried(-0.5, -0.2, -0.1), 2)
    assert score(found.profits[:, 2], 0) > score(found.profits[:, 1], 0)
    assert choose(found, 0).trial == 1


@pytest.mark.parametrize(("fewer", "chosen"), [(0, 1), (1, 0)])
def test_the_fewest_trades_are_asked_of_the_days_that_choose(fewer: int, chosen: int) -> None:
    found = tried(0.0, 0.3, trades=0.0)
    found.trades[DAYS // 2, 1] = FEWEST_TRADES - fewer
    assert choose(found, 0).trial == chosen


def test_the_default_is_kept_where_no_other_traded_enough() -> None:
    assert choose(tried(-0.3, 0.5, 0.9, trades=0.0), 0).trial == 0


def test_the_first_of_equals_is_chosen() -> None:
    assert choose(tried(0.1, 0.2, 0.2), 0).trial == 1


def test_days_that_judge_have_no_say() -> None:
    found = tried(0.1, 0.2, 0.0)
    walk = folds(DAYS, 2, 10)
    before = judge(found, walk, 2)
    changed = Tried(found.profits.copy(), found.trades.copy())
    changed.profits[walk[-1].chosen_by :, 2] += 50.0
    after = judge(changed, walk, 2)
    assert [one.trial for one in after.folds] == [one.trial for one in before.folds] == [1, 1]
    assert after.deflated == before.deflated
    assert after.overfitting == before.overfitting


def test_the_best_is_held_against_all_trials_though_some_never_traded() -> None:
    found = resting(tried(0.0, 0.2, 0.1, 0.4), 3)
    walk = folds(DAYS, 1, 10)
    chose = found.profits[: walk[-1].chosen_by]
    verdict = judge(found, walk, 0)
    ratios = [daily_sharpe(column) for column in chose.T[:3]]
    expected = deflated_sharpe(chose[:, 1], 4, float(np.var(np.array(ratios, float), ddof=1)))
    assert verdict.deflated == expected
    assert verdict.overfitting == overfitting_probability(chose[:, :3])


def test_a_better_setting_is_told_to_be_better_and_none_differs_from_itself() -> None:
    noise = np.random.default_rng(8).normal(0.0, 1.0, (DAYS, 2))
    better = Tried(noise + np.array([0.0, 1.0]), np.ones((DAYS, 2)))
    verdict = judge(better, folds(DAYS, 2, 5), 1)
    assert verdict.low is not None
    assert verdict.low > 0.0
    alone = judge(tried(0.1), folds(DAYS, 2, 5), 1)
    assert (alone.difference, alone.low, alone.high) == (0.0, None, None)
    assert alone.overfitting is None
