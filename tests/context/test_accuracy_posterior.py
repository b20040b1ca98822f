"""The posterior of the edge: by hand, and what must hold for any evidence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.context.accuracy_given import BEAR, BULL, HIGH, LOW, SIDEWAYS, learnt
from trimtab.context.accuracy_beliefs import Floats, Priors, Sums
from trimtab.context.accuracy_posterior import survey
from trimtab.context.accuracy_sums import AccuracySums

ALL = -1
FIXED = Priors(siblings=1e12, correlation=0.0, pairs=1e12, outcomes=1e12)
"""Nothing is learnt but edges: scores have variance 1 and are independent."""


def surveyed(
    sums: AccuracySums, priors: Priors = FIXED, fade: float = 1.0, topic: int = 0
) -> Floats:
    return survey(Sums(sums.cells, sums.contexts, sums.crowds, fade), priors, topic)


def test_one_coin_in_one_context_counts_once_on_every_level() -> None:
    table = surveyed(learnt(1, {(LOW, BULL, 0): (100.0, 0.1)}))
    gain = 0.0018 / (0.0018 + 1 / 100)
    for place in [(ALL, ALL, ALL), (ALL, ALL, 0), (LOW, BULL, ALL), (LOW, BULL, 0)]:
        assert table[place].tolist() == pytest.approx([gain * 0.1, 0.0018 * (1 - gain), 100.0])


def test_a_coin_is_the_mean_of_all_moved_by_how_it_differs_from_the_rest() -> None:
    table = surveyed(learnt(2, {(LOW, BULL, 0): (100.0, 0.2), (LOW, BULL, 1): (100.0, 0.0)}))
    gain = 0.0018 / (0.0018 + 1 / 200)
    pull = 0.0013 / (0.0013 + 2 / 100)
    assert table[LOW, BULL, ALL, 0] == pytest.approx(gain * 0.1)
    assert table[LOW, BULL, 0, 0] == pytest.approx(gain * 0.1 + 0.5 * pull * 0.2)
    assert table[LOW, BULL, 1, 0] == pytest.approx(gain * 0.1 - 0.5 * pull * 0.2)
    assert table[LOW, BULL, 0, 1] == pytest.approx(0.0018 * (1 - gain) + 0.25 * 0.0013 * (1 - pull))


def test_a_phase_is_judged_by_the_other_volatilities_first_then_here() -> None:
    evidence = {(HIGH, BULL, 0): (100.0, 0.2), (HIGH, BEAR, 0): (100.0, 0.0)}
    table = surveyed(learnt(1, evidence))
    gain = 0.0018 / (0.0018 + 1 / 200)
    pull = 0.0009 / (0.0009 + 2 / 100)
    assert table[LOW, BULL, ALL, 0] == pytest.approx(gain * 0.1 + 0.5 * pull * 0.2)
    spreads = 0.0009 + 0.25 * (0.0009 * (1 - pull) + 0.0004)
    assert table[LOW, BULL, ALL, 1] == pytest.approx(0.0018 * (1 - gain) + spreads)


def test_a_phase_elsewhere_and_here_and_its_volatility_are_seen_one_after_the_other() -> None:
    evidence = {
        (HIGH, BULL, 0): (100.0, 0.2), (HIGH, BEAR, 0): (100.0, 0.0),
        (LOW, BULL, 0): (50.0, 0.3), (LOW, BEAR, 0): (50.0, 0.0),
    }  # fmt: skip
    topic = updated(0.0, 0.0018, seen=35 / 300, noise=1 / 300)
    low = updated(0.0, 0.0009, seen=0.15 - 0.1, noise=1 / 100 + 1 / 200)
    elsewhere = updated(0.0, 0.0009, seen=0.2, noise=2 / 100)
    here = updated(elsewhere[0], elsewhere[1] + 0.0004, seen=0.3, noise=2 / 50)
    mean = topic[0] + 2 / 3 * low[0] + 1 / 2 * here[0]
    variance = topic[1] + 4 / 9 * low[1] + 1 / 4 * here[1]
    table = surveyed(learnt(1, evidence))
    assert table[LOW, BULL, ALL].tolist() == pytest.approx([mean, variance, 50.0])


def updated(mean: float, variance: float, seen: float, noise: float) -> tuple[float, float]:
    gain = variance / (variance + noise)
    return mean + gain * (seen - mean), variance * (1 - gain)


def three_together() -> AccuracySums:
    """Three coins that were always scored at the same time; the first was better."""
    means = (0.4, 0.1, 0.1)
    sums = learnt(3, {(LOW, BULL, coin): (100.0, mean) for coin, mean in enumerate(means)}).copy()
    sums.contexts["company"][0, LOW, BULL] = 600.0
    sums.crowds["company"] = 600.0
    sums.crowds["pairs"] = 600.0
    sums.crowds["product"] = 300.0
    return sums


def test_coins_that_move_together_count_for_less_together_but_differ_more_clearly() -> None:
    table = surveyed(three_together(), FIXED._replace(correlation=0.5))
    assert table[LOW, BULL, ALL, 2] == pytest.approx(300.0 / 2.0)
    assert table[ALL, ALL, ALL, 2] == pytest.approx(300.0 / 2.0)
    assert table[LOW, BULL, 0, 2] == pytest.approx(100.0)
    whole = updated(0.0, 0.0018, seen=0.2, noise=2 / 300)
    better = updated(0.0, 0.0013, seen=0.3, noise=0.5 * (1 / 100 + 1 / 200))
    assert table[LOW, BULL, 0, 0] == pytest.approx(whole[0] + 2 / 3 * better[0])


def test_how_much_coins_move_together_is_learnt() -> None:
    table = surveyed(three_together(), FIXED._replace(pairs=1e-9))
    assert table[ALL, ALL, ALL, 2] == pytest.approx(300.0 / (1 + 0.5 * 2))


def test_how_much_scores_vary_is_learnt() -> None:
    sums = learnt(1, {(LOW, BULL, 0): (100.0, 0.1)}).copy()
    sums.crowds["square"] = 400.0
    table = surveyed(sums, FIXED._replace(outcomes=1e-9))
    believed = updated(0.0, 0.0018, seen=0.1, noise=4 / 100)
    assert table[ALL, ALL, ALL].tolist() == pytest.approx([*believed, 100.0])


def test_a_cell_with_one_lucky_outcome_lives_off_its_parents() -> None:
    evidence = {(LOW, BULL, coin): (200.0, 0.0) for coin in range(5)}
    lucky = {**evidence, (HIGH, SIDEWAYS, 0): (1.0, 4.0)}
    before, now = surveyed(learnt(5, evidence)), surveyed(learnt(5, lucky), Priors())
    assert now[HIGH, SIDEWAYS, 0, 0] - before[HIGH, SIDEWAYS, 0, 0] < 0.02


def test_what_other_topics_earn_counts_as_one_topic_and_only_as_a_start() -> None:
    good = learnt(1, {(LOW, BULL, 0): (100.0, 0.3)})
    three = AccuracySums(
        np.concatenate([good.cells, good.cells, AccuracySums.of(1, 1).cells]),
        np.concatenate([good.contexts, good.contexts, AccuracySums.of(1, 1).contexts]),
        np.concatenate([good.crowds, good.crowds, AccuracySums.of(1, 1).crowds]),
        np.zeros((3, 1), np.int64),
    )
    gain = 0.0009 / (0.0009 + 1 / 100)
    new = surveyed(three, topic=2)[ALL, ALL, ALL]
    assert new.tolist() == pytest.approx([gain * 0.3, 0.0009 * (1 - gain) + 0.0009, 0.0])


def test_where_coins_differ_much_they_are_pulled_together_less() -> None:
    evidence = {(LOW, BULL, coin): (400.0, 0.3 if coin % 2 else -0.3) for coin in range(10)}
    learning, fixed = surveyed(learnt(10, evidence), Priors()), surveyed(learnt(10, evidence))
    assert learning[LOW, BULL, 1, 0] > 1.5 * fixed[LOW, BULL, 1, 0] > 0.0


def test_where_coins_do_not_differ_they_are_pulled_together_more() -> None:
    evidence = {(LOW, BULL, coin): (400.0, 0.1) for coin in range(10)}
    learning, fixed = surveyed(learnt(10, evidence), Priors()), surveyed(learnt(10, evidence))
    assert learning[HIGH, BULL, 1, 1] < fixed[HIGH, BULL, 1, 1]


places = some.tuples(some.integers(0, 3), some.integers(0, 5), some.integers(0, 2))
means = some.integers(-1000, 1000).map(lambda number: number / 1000)
evidences = some.dictionaries(places, some.tuples(some.floats(0.01, 1000.0), means), max_size=12)


@settings(max_examples=40)
@given(evidences, means)
def test_where_all_cells_agree_every_belief_lies_between_nothing_and_what_was_seen(
    evidence: dict[tuple[int, int, int], tuple[float, float]], mean: float
) -> None:
    agreed = {place: (weight, mean) for place, (weight, _) in evidence.items()}
    table = surveyed(learnt(3, agreed), Priors())[:-1, :-1]
    assert (table[..., 0] * np.sign(mean) >= -1e-9).all()
    assert (np.abs(table[..., 0]) <= abs(mean) + 1e-9).all()
    assert (table[..., 1] > 0.0).all()


@settings(max_examples=40)
@given(evidences, places, some.floats(0.01, 1.0))
def test_a_better_outcome_never_lowers_the_belief_about_its_own_cell(
    evidence: dict[tuple[int, int, int], tuple[float, float]],
    place: tuple[int, int, int],
    gain: float,
) -> None:
    weight, mean = evidence.get(place, (1.0, 0.0))
    worse = surveyed(learnt(3, {**evidence, place: (weight, mean)}))
    better = surveyed(learnt(3, {**evidence, place: (weight, mean + gain)}))
    assert better[place][0] > worse[place][0]


@settings(max_examples=40)
@given(evidences, some.integers(1, 30))
def test_counting_weights_from_another_epoch_changes_no_bit(
    evidence: dict[tuple[int, int, int], tuple[float, float]], halflives: int
) -> None:
    sums = learnt(3, evidence)
    before = surveyed(sums, Priors(), fade=0.25)
    after = surveyed(sums.rebased(halflives), Priors(), fade=0.25 * 2.0**halflives)
    assert after.tobytes() == before.tobytes()
