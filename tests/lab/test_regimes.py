"""Spells of regimes and of breakdowns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from trimtab.lab.regimes import Spell, breakdown_path, regime_path


def spell_lengths(path: np.ndarray) -> np.ndarray:
    changes = np.flatnonzero(np.diff(path))
    return np.diff(changes)


def test_spells_last_as_long_as_asked_on_average() -> None:
    path = regime_path(200_000, Spell(120.0), np.random.default_rng(1))
    lengths = spell_lengths(path)
    assert lengths.mean() == pytest.approx(120.0, rel=0.06)
    assert lengths.std() == pytest.approx(120.0 / 2**0.5, rel=0.1)


def test_every_regime_rules_about_as_often() -> None:
    path = regime_path(200_000, Spell(60.0), np.random.default_rng(2))
    np.testing.assert_allclose(np.bincount(path) / len(path), 0.25, atol=0.03)


def test_every_other_regime_follows_about_as_often() -> None:
    path = regime_path(200_000, Spell(20.0), np.random.default_rng(3))
    changes = np.flatnonzero(np.diff(path))
    steps = (path[changes + 1] - path[changes]) % 4
    np.testing.assert_allclose(
        np.bincount(steps, minlength=4) / len(steps), [0, 1 / 3, 1 / 3, 1 / 3], atol=0.02
    )


def test_coins_are_apart_for_the_share_of_time_that_the_spells_say() -> None:
    apart = breakdown_path(200_000, Spell(150.0), Spell(50.0), np.random.default_rng(4))
    assert apart.mean() == pytest.approx(0.25, abs=0.02)
    assert not apart[0]


@given(some.integers(0, 5_000), some.floats(1.0, 400.0), some.integers(0, 100))
@settings(max_examples=30)
def test_a_path_covers_its_rows_whatever_the_spells(rows: int, mean: float, seed: int) -> None:
    draw = np.random.default_rng(seed)
    assert regime_path(rows, Spell(mean), draw).shape == (rows,)
    assert breakdown_path(rows, Spell(mean), Spell(mean), draw).shape == (rows,)
