"""Choosing on one half of the days is judged on the other."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from trimtab.lab.overfitting import overfitting_probability


def noise(seed: int, days: int = 320, trials: int = 20) -> np.ndarray:
    return np.random.default_rng(seed).normal(0.0, 1.0, (days, trials))


def probability(profits: np.ndarray, blocks: int = 16) -> float:
    found = overfitting_probability(profits, blocks)
    assert found is not None
    return found


def test_one_good_setting_among_many_is_chosen_rightly() -> None:
    profits = noise(1)
    profits[:, 7] += 0.5
    assert probability(profits) == 0.0


def test_where_nobody_has_skill_choosing_is_drawing_lots() -> None:
    assert np.mean([probability(noise(seed), 8) for seed in range(100)]) == pytest.approx(
        0.5, abs=0.06
    )


def test_settings_that_are_good_in_turns_are_chosen_wrongly() -> None:
    """Each is good in one half of the record and as bad in the other; even halves draw lots."""
    profits = 0.1 * noise(2, trials=2)
    profits[:160, 0] += 1.0
    profits[160:, 0] -= 1.0
    profits[:, 1] -= profits[:, 0]
    assert probability(profits) > 0.75


def test_it_counts_as_a_walk_through_all_halves_does() -> None:
    profits = noise(3, days=40, trials=5)
    blocks = np.array_split(profits, 4)
    poor = 0
    for half in combinations(range(4), 2):
        inside = np.concatenate([blocks[one] for one in half])
        outside = np.concatenate([blocks[one] for one in range(4) if one not in half])
        best = (inside.mean(axis=0) / inside.std(axis=0)).argmax()
        order = (outside.mean(axis=0) / outside.std(axis=0)).argsort().argsort()
        poor += (order[best] + 1) / 6 <= 0.5
    assert probability(profits, 4) == poor / 6


def test_settings_that_never_trade_are_neither_better_nor_worse() -> None:
    assert probability(np.zeros((100, 4))) == 1.0


@pytest.mark.parametrize("shape", [(320, 1), (79, 5)])
def test_too_little_says_nothing(shape: tuple[int, int]) -> None:
    assert overfitting_probability(noise(4, *shape)) is None


def test_an_odd_number_of_blocks_cannot_be_halved() -> None:
    with pytest.raises(ValueError, match="3 blocks"):
        overfitting_probability(noise(5), 3)
