"""Markets of known correlation are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.lab.scores.correlation_markets import (
    SIGMA,
    Breakdown,
    Floats,
    Kind,
    QuietMarket,
    Tails,
    bars_of,
    broken_moves,
    quiet_moves,
    resampled,
)

SEED = 11


def correlations(moves: Floats) -> Floats:
    """Of each pair; of signs and sizes alike, fat tails notwithstanding (Kendall's tau)."""
    signs = np.sign(np.diff(moves, axis=0, n=1)[::2])
    tau = signs.T @ signs / len(signs)
    rows, columns = np.tril_indices(moves.shape[1], -1)
    found: Floats = np.sin(0.5 * np.pi * tau[rows, columns])
    return found


@pytest.mark.parametrize("tails", ["factors", "shared"])
@pytest.mark.parametrize("rho", [0.3, 0.8])
def test_any_two_coins_are_correlated_as_asked(tails: Tails, rho: float) -> None:
    moves = quiet_moves(20_000, QuietMarket(rho, tails, coins=4), np.random.default_rng(SEED))
    assert correlations(moves) == pytest.approx([rho] * 6, abs=0.08)


@pytest.mark.parametrize("tails", ["factors", "shared", "own"])
def test_moves_have_the_usual_size_fat_tails_and_calm_and_wild_times(tails: Tails) -> None:
    moves = quiet_moves(40_000, QuietMarket(tails=tails, coins=2), np.random.default_rng(SEED))
    assert moves.std() == pytest.approx(SIGMA, rel=0.15)
    assert (moves**4).mean() / (moves**2).mean() ** 2 > 3.5
    sizes = np.abs(moves) - np.abs(moves).mean()
    assert (sizes[1:] * sizes[:-1]).mean() / sizes.var() > 0.05


def test_bursts_make_the_same_path_wilder_now_and_then() -> None:
    calm = quiet_moves(4000, QuietMarket(coins=3), np.random.default_rng(SEED))
    wild = quiet_moves(4000, QuietMarket(coins=3, burst=3.0), np.random.default_rng(SEED))
    multiples = np.unique(np.round(wild / calm, 6))
    assert multiples.tolist() == [1.0, 3.0]
    assert 0.01 < (wild != calm).mean() < 0.15


@pytest.mark.parametrize(
    ("kind", "fallen"), [("all", {0, 1, 2, 3, 4, 5}), ("one", {1, 2, 5}), ("halves", {1, 2, 3, 4})]
)
def test_a_breakdown_lets_go_of_the_pairs_that_it_is_about(kind: Kind, fallen: set[int]) -> None:
    """Pairs of four coins in the order 10 20 21 30 31 32; the third coin is the one."""
    breakdown = Breakdown(kind, start=500, rows=8000)
    moves = broken_moves(9000, QuietMarket(0.8, coins=4), breakdown, np.random.default_rng(SEED))
    found = correlations(moves[500:8500])
    assert {place for place in range(6) if found[place] < 0.5} == fallen
    assert (correlations(moves[:500]) > 0.6).all()


def test_equal_generators_give_equal_paths() -> None:
    one, other = (quiet_moves(300, QuietMarket(), np.random.default_rng(SEED)) for _ in range(2))
    assert (one == other).all()


def test_resampled_rows_are_rows_of_the_path_in_blocks() -> None:
    moves = np.arange(200.0).reshape(100, 2)
    drawn = resampled(moves, 35, 10, np.random.default_rng(SEED))
    assert drawn.shape == (35, 2)
    steps = np.diff(drawn[:, 0])
    assert (np.delete(steps, [9, 19, 29]) == 2.0).all()
    assert (drawn[:, 1] == drawn[:, 0] + 1.0).all()


def test_bars_follow_the_moves() -> None:
    moves = quiet_moves(50, QuietMarket(coins=2), np.random.default_rng(SEED))
    bars = bars_of(moves)
    assert np.diff(np.log(bars[:, 3]), axis=0) == pytest.approx(moves[1:])
    assert not bars.flags.writeable


def test_a_market_and_a_breakdown_have_names() -> None:
    assert QuietMarket(0.6, freedom=3.5, burst=3.0, coins=4).name == (
        "0.6 t3.5 factors bursts x3 4 coins"
    )
    assert Breakdown("all", 100).name == "all for 48 h"
