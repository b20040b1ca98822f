"""The posterior of the edges: against plain linear algebra, and what must hold for any evidence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.context.accuracy_given import COMPILED, after, ledger, topic
from trimtab.context.accuracy_axes import COIN, PHASE, REGIME, axis_of_effects
from trimtab.context.accuracy_beliefs import Floats, Priors
from trimtab.context.accuracy_posterior import prior_spreads
from trimtab.context.accuracy_tracker import AccuracyTracker
from trimtab.domain.units import Coin

COINS = tuple(Coin(name) for name in ("BTC", "ETH", "SOL"))
MOMENTS = 40 if COMPILED else 12
HOURS = 4
SIGMA = 0.01
seeds = some.integers(0, 2**32 - 1)


class Seen:
    """Forecasts that do not overlap, and the levels of what was scored."""

    def __init__(self, seed: int, moments: int = MOMENTS) -> None:
        generator = np.random.default_rng(seed)
        self.state = ledger(topic(HOURS), coins=COINS)
        prices = np.full(3, 100.0)
        for moment in range(moments):
            at = after(moment * HOURS)
            self.state, _ = self.state.settle(at, prices)
            self.state, _ = self.state.issue(
                at, generator.choice([-0.01, 0.01], (1, 3)), prices,
                int(generator.integers(0, 4)), generator.integers(0, 3, 3), np.full(3, SIGMA),
            )  # fmt: skip
            prices = prices * np.exp(generator.normal(0.0, 2 * SIGMA, 3))
        self.state, _ = self.state.settle(after(moments * HOURS), prices)
        nothing = np.full((1, 3), np.nan)
        self.before = self.state
        self.state, _ = self.state.issue(
            after(moments * HOURS), nothing, prices, 0, np.zeros(3, np.int64), np.full(3, SIGMA)
        )


def by_hand(before: AccuracyTracker, after_renewal: AccuracyTracker) -> tuple[Floats, Floats]:
    """Mean and covariance of the effects from the same sums, by numpy."""
    elapsed = after_renewal.beliefs.renewed[0] - before.beliefs.renewed[0]
    fade = 2.0 ** (-elapsed / before.parameters.halflife)
    own, together, _, crowd = after_renewal.beliefs.noise[0]
    correlation = max(0.0, (together / own - 1.0) / (crowd - 1.0)) if crowd > 1.0 else 0.0
    shared = crowd * correlation / (1.0 + (crowd - 1.0) * correlation)
    squares, totals = before.sums.squares[0] * fade, before.sums.totals[0] * fade
    scale = own * (1.0 - correlation)
    spreads = before.beliefs.spreads[0][axis_of_effects(3)]
    precision = (squares[0] - shared * squares[1]) / scale + np.diag(1.0 / spreads)
    covariance = np.asarray(np.linalg.inv(precision), np.float64)
    mean: Floats = covariance @ (totals[0] - shared * totals[1]) / scale
    return mean, covariance


@settings(max_examples=10)
@given(seeds)
def test_the_beliefs_are_the_posterior_of_a_regression_with_shared_shocks(seed: int) -> None:
    seen = Seen(seed)
    mean, covariance = by_hand(seen.before, seen.state)
    np.testing.assert_allclose(seen.state.beliefs.means[0], mean, atol=1e-9)
    np.testing.assert_allclose(seen.state.beliefs.covariances[0], covariance, atol=1e-9)


def test_sums_over_coins_and_over_moments_stand_for_the_whole_correlated_regression() -> None:
    """Of full moments: the precision by blocks equals that of the written-out covariance."""
    generator = np.random.default_rng(3)
    levels = np.zeros((5, 3, 4))
    levels[..., 0] = 1.0
    levels[np.arange(5)[:, None], np.arange(3), 1 + generator.integers(0, 3, (5, 3))] = 1.0
    correlation, own = 0.4, 0.7
    shared = 3 * correlation / (1 + 2 * correlation)
    squares = np.einsum("mci,mcj->ij", levels, levels)
    sums = levels.sum(axis=1)
    crowd = np.einsum("mi,mj->ij", sums, sums) / 3
    by_sums = (squares - shared * crowd) / (own * (1 - correlation))
    noise = own * (correlation + (1 - correlation) * np.eye(3))
    written_out = sum(one.T @ np.linalg.inv(noise) @ one for one in levels)
    np.testing.assert_allclose(by_sums, written_out)


@settings(max_examples=10)
@given(seeds)
def test_evidence_makes_every_belief_firmer_than_its_prior(seed: int) -> None:
    seen = Seen(seed)
    state, prior = seen.state, np.diag(seen.before.beliefs.spreads[0][axis_of_effects(3)])
    assert (np.linalg.eigvalsh(prior - state.beliefs.covariances[0]) > -1e-12).all()
    assert (np.linalg.eigvalsh(state.beliefs.covariances[0]) > 0.0).all()


def test_before_any_outcome_the_spreads_are_the_priors() -> None:
    state = ledger(topic(HOURS), coins=COINS)
    assert state.beliefs.means.tolist() == [[0.0] * (COIN + 3)]
    assert state.beliefs.spreads[0] == pytest.approx(prior_spreads(Priors()) ** 2)


def test_where_one_level_is_better_its_effect_and_its_axis_spread_grow() -> None:
    better, even = worlds(0.7), worlds(0.5)
    effects = better.beliefs.means[0]
    assert effects[REGIME] > 0.01 > effects[REGIME + 2]
    assert better.beliefs.spreads[0, 1] > 1.5 * even.beliefs.spreads[0, 1]
    assert abs(effects[PHASE]) < effects[REGIME]


def test_what_is_not_learnt_yet_is_not_taken_for_noise() -> None:
    """One coin always wrong, the others always right: soon believed, and hardly any noise is left."""
    generator = np.random.default_rng(7)
    state = ledger(topic(HOURS), coins=COINS)
    prices = np.full(3, 100.0)
    for moment in range(120):
        moves = generator.normal(0.0, 2 * SIGMA, 3)
        ahead = 0.01 * np.sign(moves) * (1.0, 1.0, -1.0)
        state, _ = state.settle(after(moment * HOURS), prices)
        state, _ = state.issue(
            after(moment * HOURS), ahead[None], prices, 0, np.zeros(3, np.int64), np.full(3, SIGMA)
        )
        prices = prices * np.exp(moves)
    chances = state.preview(0, np.zeros(3, np.int64), np.full(3, SIGMA)).probability[0]
    assert (chances > 0.95).tolist() == [True, True, False]
    assert chances[2] < 0.05
    assert state.beliefs.noise[0, 0] < 0.5


def worlds(skill: float) -> AccuracyTracker:
    """Right with this probability in the first regime, else half of the time; 400 moments."""
    generator = np.random.default_rng(11)
    state = ledger(topic(HOURS), coins=COINS)
    prices = np.full(3, 100.0)
    for moment in range(400):
        regimes = np.full(3, 0 if moment // 10 % 2 else 2)
        moves = generator.normal(0.0, 2 * SIGMA, 3)
        right = generator.random(3) < (skill if regimes[0] == 0 else 0.5)
        state, _ = state.settle(after(moment * HOURS), prices)
        state, _ = state.issue(
            after(moment * HOURS), 0.01 * np.sign(moves)[None] * np.where(right, 1.0, -1.0), prices,
            0, regimes, np.full(3, SIGMA),
        )  # fmt: skip
        prices = prices * np.exp(moves)
    return state
