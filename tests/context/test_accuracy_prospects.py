"""What may come within a phase is never less than what is."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from tests.context.accuracy_given import BEAR, BULL, HIGH, LOW, after, ledger, topic
from trimtab.context.accuracy_prospects import prospects
from trimtab.context.accuracy_tracker import AccuracyTracker
from trimtab.domain.units import Coin

COINS = (Coin("BTC"), Coin("ETH"))
SIGMAS = np.full(2, 0.01)


def schooled(seed: int, *, contexts: bool = True) -> AccuracyTracker:
    """Right in quiet times, wrong in wild ones."""
    noise = np.random.default_rng(seed)
    state = replace(ledger(topic(4.0), coins=COINS), contexts=contexts)
    for moment in range(150):
        regime = LOW if noise.random() < 0.5 else HIGH
        at = after(moment * 4.0)
        state, _ = state.issue(
            at, np.full((1, 2), 0.01), np.full(2, 100.0), BULL, np.full(2, regime), SIGMAS
        )
        right = 0.8 if regime == LOW else 0.2
        moves = np.where(noise.random(2) < right, 0.02, -0.02)
        state, _ = state.settle(after((moment + 1) * 4.0), 100.0 * np.exp(moves))
    return state


@pytest.mark.parametrize("regime", [LOW, HIGH])
def test_a_prospect_is_at_least_as_good_as_the_moment(regime: int) -> None:
    state = schooled(3)
    now = state.preview(BULL, np.full(2, regime), SIGMAS)
    best = prospects(state, BULL, SIGMAS)
    assert (best.probability >= now.probability - 1e-12).all()


def test_who_is_good_in_quiet_times_has_a_prospect_in_wild_ones() -> None:
    state = schooled(3)
    wild = state.preview(BULL, np.full(2, HIGH), SIGMAS).probability
    assert (wild < 0.6).all()
    assert (prospects(state, BULL, SIGMAS).probability > 0.75).all()


def test_looking_ahead_changes_nothing() -> None:
    state = schooled(3)
    before = state.preview(BULL, np.full(2, LOW), SIGMAS).probability.tolist()
    prospects(state, BULL, SIGMAS)
    assert state.preview(BULL, np.full(2, LOW), SIGMAS).probability.tolist() == before


def test_topics_without_a_direction_have_no_prospect() -> None:
    state = ledger(topic(4.0, "volatility"), coins=COINS)
    assert np.isnan(prospects(state, BULL, SIGMAS).probability).all()


def test_without_contexts_all_markets_are_alike_and_there_is_nothing_to_hope_for() -> None:
    state = schooled(3, contexts=False)
    quiet, wild = (state.preview(BULL, np.full(2, one), SIGMAS) for one in (LOW, HIGH))
    falling = state.preview(BEAR, np.full(2, LOW), SIGMAS)
    best = prospects(state, BULL, SIGMAS)
    for one in (wild, falling, best):
        assert one.probability.tolist() == quiet.probability.tolist()
    assert (quiet.probability < schooled(3).preview(BULL, np.full(2, LOW), SIGMAS)[1]).all()
