"""Scores of phases: strict, and the same for everybody."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.context.phase_detector import PhaseParameters
from trimtab.lab.isotonic import isotonic_curve, pooled
from trimtab.lab.phase_training import read
from trimtab.lab.scores.phase_markets import PhaseFamily, bars_of, phase_markets
from trimtab.lab.scores.phase_picture import phase_picture
from trimtab.lab.scores.phase_rivals import Rival, averages, changes, held, naive
from trimtab.lab.scores.phase_scores import calibration_error, false_switches, phase_score

UNCERTAIN = 4


def test_every_phase_counts_alike_and_uncertain_is_wrong() -> None:
    truth = np.array([[0]] * 8 + [[1]] * 2)
    labels = np.array([[0]] * 8 + [[1], [UNCERTAIN]])
    assert phase_score(labels, truth).balanced_accuracy == pytest.approx(0.75)


def test_a_switch_is_false_when_the_new_label_is_not_the_truth_of_that_bar() -> None:
    truth = np.array([[0], [0], [0], [1], [1], [1], [1], [1]])
    labels = np.array([[0], [2], [0], [0], [1], [UNCERTAIN], [UNCERTAIN], [1]])
    assert false_switches(labels, truth) == pytest.approx(1000.0 * 2 / 7)


def test_delay_counts_spells_that_were_found_and_missed_those_that_were_not() -> None:
    truth = np.array([[0]] * 5 + [[1]] * 5 + [[2]] * 5)
    labels = np.array([[0]] * 8 + [[1]] * 7)
    score = phase_score(labels, truth)
    assert score.delay == pytest.approx(1.5)
    assert score.missed == pytest.approx(1.0 / 3.0)


def test_the_worst_market_is_told() -> None:
    truth = np.array([[0, 0], [1, 1]])
    labels = np.array([[0, 0], [1, 0]])
    score = phase_score(labels, truth)
    assert (score.balanced_accuracy, score.worst) == (0.75, 0.5)


def test_confidence_that_comes_true_has_no_error() -> None:
    sure = np.repeat([0.25, 0.75], 4)
    right = np.array([1, 0, 0, 0, 1, 1, 1, 0], bool)
    assert calibration_error(sure, right) == 0.0
    assert calibration_error(sure, ~right) == pytest.approx(0.5)


def test_isotonic_regression_pools_what_falls() -> None:
    assert pooled(np.array([1.0, 3.0, 2.0, 4.0]), np.array([1.0, 1.0, 3.0, 1.0])).tolist() == [
        1.0,
        2.25,
        2.25,
        4.0,
    ]


def test_the_curve_gives_hit_rates_and_never_falls() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random(20_000)
    curve = isotonic_curve(scores, generator.random(20_000) < scores**2, 11)
    assert list(curve) == sorted(curve)
    assert np.abs(np.array(curve) - np.linspace(0.0, 1.0, 11) ** 2).max() < 0.08


def test_equal_seeds_draw_equal_markets_and_families_keep_to_their_ranges() -> None:
    family = PhaseFamily((0.1, 0.1), sigma=(0.005, 0.005))
    one, same = (phase_markets(family, 4_000, 3, np.random.default_rng(7)) for _ in range(2))
    assert one.moves.tobytes() == same.moves.tobytes()
    assert one.regimes.tobytes() == same.regimes.tobytes()
    assert set(np.unique(one.regimes)) == {0, 1, 2, 3}
    wide, narrow = one.moves[one.regimes == 3].std(), one.moves[one.regimes == 2].std()
    assert 2.5 < wide / narrow < 6.5


def test_bars_close_where_the_moves_lead() -> None:
    moves = np.random.default_rng(1).normal(0.0, 0.01, (50, 2))
    bars = bars_of(moves)
    assert np.diff(np.log(bars[:, 3]), axis=0) == pytest.approx(moves[1:])
    assert not bars.flags.writeable


def test_a_label_is_taken_when_it_has_lasted() -> None:
    labels = np.array([[0], [1], [0], [1], [1], [1], [2]])
    assert held(labels, 3)[:, 0].tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert held(labels, 1).tolist() == labels.tolist()


@pytest.mark.parametrize("rival", [naive, averages, changes])
def test_a_rival_sees_what_is_plain_and_nothing_of_the_future(rival: Rival) -> None:
    generator = np.random.default_rng(3)
    parts = [(0.0, 0.005), (0.004, 0.005), (0.0, 0.02)]
    moves = np.concatenate([generator.normal(mean, size, 300) for mean, size in parts])
    labels = rival(moves[:, np.newaxis], 1.0)
    assert np.mean(labels[330:600] == 0) > 0.5
    assert np.mean(labels[610:700] == 3) > 0.5
    assert rival(moves[:500, np.newaxis], 1.0).tolist() == labels[:500].tolist()


def test_the_detector_beats_chance_by_far_and_naive_rules_by_half() -> None:
    markets = phase_markets(PhaseFamily((0.25, 0.25)), 3_000, 3, np.random.default_rng(99))
    labels = read(PhaseParameters(), markets)[:, :, 0].astype(np.int64)
    ours, theirs = (
        phase_score(one, markets.regimes) for one in (labels, naive(markets.moves, 1.0))
    )
    assert ours.balanced_accuracy > max(0.6, 1.3 * theirs.balanced_accuracy)
    assert ours.false_switches < 0.15 * theirs.false_switches


def test_the_picture_shows_each_stretch_in_its_colour() -> None:
    truth = np.array([0, 0, 1, 1, 3])
    text = phase_picture(np.array([1.0, 1.1, 1.0, 0.9, 1.2]), truth, np.array([5, 0, 0, 1, 1]))
    assert text.startswith("<svg")
    assert text.count('height="24"') == 6
