"""The paired test finds harm and help, and seldom sees either where there is none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from trimtab.domain.records import Records
from trimtab.trading.paired_trial import evidence, see_difference
from trimtab.trading.records import BOOK, TRIAL

STAKES = (0.1, 0.25, 0.5)
CAPITAL, BOUND, ENOUGH = 10_000.0, 4.5, 20.0


class Watched(NamedTuple):
    trials: Records
    decided: list[int]
    """The bars at which a trial became evidence enough."""


def watched(own: NDArray[np.float64], others: NDArray[np.float64]) -> Watched:
    """Gains in bp of capital: of the actual book [bar], of its counterfactuals [bar, slot]."""
    slots = others.shape[1]
    books, trials = np.zeros(2 + slots, BOOK), np.zeros(slots, TRIAL)
    trials["capital"], trials["bound"], trials["enough"] = CAPITAL, BOUND, ENOUGH
    decided: list[int] = []
    for bar, (gain, theirs) in enumerate(zip(own, others, strict=True)):
        books["equity"][0] += gain * CAPITAL * 1e-4
        books["equity"][2:] += theirs * CAPITAL * 1e-4
        if see_difference(books, trials):
            decided.append(bar)
    return Watched(trials, decided)


def luck(mean: float, bars: int = 600, slots: int = 300) -> NDArray[np.float64]:
    """Fat-tailed gains of a unit of spread."""
    chance = np.random.default_rng(5)
    gains: NDArray[np.float64] = mean + chance.standard_t(3.0, (bars, slots)) / 3.0**0.5
    return gains


@settings(max_examples=40)
@given(some.lists(some.tuples(some.floats(-9, 9), some.floats(-9, 9)), min_size=1, max_size=60))
def test_evidence_is_what_the_plain_formula_says(gains: list[tuple[float, float]]) -> None:
    own, other = np.array(gains, np.float64).T
    trial = watched(own, other[:, np.newaxis]).trials[0]
    y: NDArray[np.float64] = np.clip((own - other) / BOUND, -1.0, 1.0)
    harm = sum(float(np.prod(1.0 - bet * y)) for bet in STAKES) / 3
    good = sum(float(np.prod(1.0 + bet * y)) for bet in STAKES) / 3
    assert evidence(trial["harm"]) == pytest.approx(harm, rel=1e-6)
    assert evidence(trial["help"]) == pytest.approx(good, rel=1e-6)
    assert trial["bars"] == len(gains)
    assert trial["sum"] == pytest.approx((own - other).sum(), abs=1e-6)
    assert trial["squares"] == pytest.approx(((own - other) ** 2).sum(), abs=1e-6)


def test_two_equal_books_are_told_apart_in_at_most_one_trial_of_twenty() -> None:
    """Watched at every bar, in either direction."""
    others = luck(0.0)
    assert watched(np.zeros(len(others)), others).trials["proven"].mean() <= 0.05


def test_harm_and_help_are_found() -> None:
    nothing = np.zeros(600)
    harmed, helped = watched(nothing, luck(0.3)), watched(nothing, luck(-0.3))
    for trial in harmed, helped:
        assert trial.trials["proven"].mean() > 0.9
    assert np.median([evidence(logs) for logs in harmed.trials["harm"]]) > ENOUGH
    assert np.median([evidence(logs) for logs in helped.trials["help"]]) > ENOUGH
    assert np.median([evidence(logs) for logs in harmed.trials["help"]]) < 1.0


def test_a_trial_is_decided_once() -> None:
    others = np.full((100, 1), 2.0)
    seen = watched(np.zeros(100), others)
    assert len(seen.decided) == 1
    assert 5 < seen.decided[0] < 40
    assert seen.trials["proven"].all()


def test_one_wild_bar_is_no_proof() -> None:
    others = np.zeros((10, 1))
    others[3] = 1e6
    seen = watched(np.zeros(10), others)
    assert seen.decided == []
    assert evidence(seen.trials[0]["harm"]) == pytest.approx(np.mean([1.1, 1.25, 1.5]))


def test_the_bar_after_a_rebasing_is_not_counted() -> None:
    books, trials = np.zeros(3, BOOK), np.zeros(1, TRIAL)
    trials["capital"], trials["bound"], trials["enough"] = CAPITAL, BOUND, ENOUGH
    trials["rebased"] = True
    books["equity"] = [5.0, 0.0, 9.0]
    see_difference(books, trials)
    assert (trials[0]["bars"], bool(trials[0]["rebased"])) == (0, False)
    books["equity"] = [6.0, 0.0, 9.0]
    see_difference(books, trials)
    assert trials[0]["sum"] == pytest.approx(1.0)
