"""The judge is scored with the bot's own books, trials and engine, on changes whose effect is known."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.lab.scores.judge_markets import FAMILIES, UNPAIRED_SPREAD, Family
from trimtab.lab.scores.judge_scores import (
    BAD,
    GOOD,
    judge_picture,
    most_possible,
    score_judge,
)
from trimtab.lab.scores.judge_trials import HOURS, Ending, ending

NORMAL = FAMILIES[0]
WILD = FAMILIES[-1]


def endings(effect: float, count: int = 12) -> list[Ending]:
    return [ending(NORMAL, effect, np.random.default_rng(seed)) for seed in range(count)]


def test_a_bad_change_is_taken_back_before_its_deadline_and_nothing_of_it_is_left() -> None:
    for end in endings(BAD):
        assert (end.verdict, end.restored) == ("rolled_back", True)
        assert end.hours < HOURS


def test_a_good_change_is_kept() -> None:
    assert {(end.verdict, end.restored) for end in endings(GOOD)} == {("kept", None)}


def test_two_equal_arms_are_seldom_told_apart() -> None:
    """At the deadline the change goes, for it adds risk, but that is no verdict of harm."""
    ends = endings(0.0)
    undecided = [end for end in ends if end.verdict == "inconclusive"]
    assert len(undecided) >= 10
    assert {(end.hours, end.restored) for end in undecided} == {(HOURS, True)}


def test_the_same_seed_ends_the_same_way() -> None:
    one, again = (ending(NORMAL, BAD, np.random.default_rng(3)) for _ in range(2))
    assert one == again


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_noise_has_no_mean_and_the_spread_that_its_family_says(family: Family) -> None:
    both = family.noise(np.random.default_rng(4), 200_000)
    differences = (both[0] - both[1]) * family.spread
    assert abs(differences.mean()) < 0.02 * family.spread
    assert differences.std() == pytest.approx(family.spread, rel=0.1)


def test_what_is_possible_at_best_follows_from_the_level_and_the_distance() -> None:
    assert most_possible(Family("", NORMAL.noise, 1e9)) == pytest.approx(0.05, abs=1e-4)
    assert most_possible(WILD) == pytest.approx(0.788, abs=0.002)
    assert most_possible(NORMAL) > 0.9999


def test_the_report_has_every_market_and_a_picture() -> None:
    scores = score_judge(2, np.random.default_rng, (NORMAL, WILD))
    assert {row.market for row in scores.rows} == {NORMAL.name, WILD.name}
    for row in scores.rows:
        assert row.rolled_back + row.kept + row.inconclusive == pytest.approx(1.0)
        assert row.restored
    assert scores.row(NORMAL.name, BAD).rolled_back == 1.0
    assert "good, kept" in judge_picture(scores)
    with pytest.raises(KeyError, match="in 'nowhere'"):
        scores.row("nowhere", BAD)


def test_arms_that_do_not_share_the_market_take_much_longer() -> None:
    scores = score_judge(2, np.random.default_rng, (NORMAL,))
    assert 3.0 * NORMAL.spread < UNPAIRED_SPREAD
    assert scores.delay_over_unpaired < 0.5


def test_no_seeds_no_score() -> None:
    with pytest.raises(ValueError, match="give 1 or more"):
        score_judge(0, np.random.default_rng)
