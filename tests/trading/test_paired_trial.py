"""The paired test finds harm and help, and seldom sees either where there is none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from trimtab.domain.records import Records
from trimtab.trading.paired_trial import BETS, CLIP, FIRST, evidence, see_difference
from trimtab.trading.records import BOOK, TRIAL

CAPITAL, ENOUGH = 10_000.0, 20.0


class Watched(NamedTuple):
    trials: Records
    decided: list[int]
    """The bars at which a trial became evidence enough."""


def watched(own: NDArray[np.float64], others: NDArray[np.float64]) -> Watched:
    """Gains in bp of capital: of the actual book [bar], of its counterfactuals [bar, slot]."""
    slots = others.shape[1]
    books, trials = np.zeros(2 + slots, BOOK), np.zeros(slots, TRIAL)
    trials["capital"], trials["enough"] = CAPITAL, ENOUGH
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


def bets_on(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is staked on, told plainly: each in units of the bound that the ones before it set."""
    seen, bets = list[float](), list[float]()
    for difference in differences[np.abs(differences) > 1e-6].tolist():
        bound = CLIP * float(np.sqrt(np.mean(np.square(seen)))) if len(seen) >= FIRST else np.inf
        seen.append(float(np.clip(difference, -bound, bound)))
        bets.append(seen[-1] / bound)
    return np.array(bets)


tenths = some.integers(-90, 90).map(lambda tenth: tenth / 10)


@settings(max_examples=40)
@given(some.lists(some.tuples(tenths, tenths), min_size=1, max_size=60))
def test_evidence_is_what_the_plain_formula_says(gains: list[tuple[float, float]]) -> None:
    own, other = np.array(gains, np.float64).T
    trial = watched(own, other[:, np.newaxis]).trials[0]
    y = bets_on(own - other)
    harm = sum(float(np.prod(1.0 - bet * y)) for bet in BETS) / 3
    good = sum(float(np.prod(1.0 + bet * y)) for bet in BETS) / 3
    assert evidence(trial["harm"]) == pytest.approx(harm, rel=1e-6)
    assert evidence(trial["help"]) == pytest.approx(good, rel=1e-6)
    assert trial["bars"] == len(gains)
    assert trial["sum"] == pytest.approx((own - other).sum(), abs=1e-6)
    assert trial["squares"] == pytest.approx(((own - other) ** 2).sum(), abs=1e-6)


@pytest.mark.parametrize("scale", [1e2, 1e4])
def test_evidence_does_not_depend_on_how_large_differences_are(scale: float) -> None:
    plain, scaled = watched(np.zeros(600), luck(0.1)), watched(np.zeros(600), luck(0.1) * scale)
    np.testing.assert_allclose(scaled.trials["harm"], plain.trials["harm"], rtol=1e-6, atol=1e-9)


def test_bars_without_a_difference_change_nothing() -> None:
    """A coin that is seldom held is judged by the hours in which it is."""
    gains = luck(0.1, bars=100, slots=3)
    seldom = np.zeros((1_000, 3))
    seldom[::10] = gains
    own, often = watched(np.zeros(1_000), seldom).trials, watched(np.zeros(100), gains).trials
    np.testing.assert_allclose(own["harm"], often["harm"], rtol=1e-6, atol=1e-9)
    assert own["bars"].tolist() == [1_000] * 3


def test_the_rounding_of_two_sums_is_no_difference() -> None:
    trial = watched(np.zeros(50), np.full((50, 1), 1e-9)).trials[0]
    assert (evidence(trial["harm"]), int(trial["active"])) == (1.0, 0)


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
    others = np.full((200, 1), 2.0)
    seen = watched(np.zeros(200), others)
    assert len(seen.decided) == 1
    assert 5 < seen.decided[0] < 40
    assert seen.trials["proven"].all()


def test_one_wild_bar_is_no_proof() -> None:
    others = np.tile([[1.0], [-1.0]], (10, 1))
    others[13] = 1e6
    usual, wild = watched(np.zeros(13), others[:13]), watched(np.zeros(14), others[:14])
    ratio = np.exp(wild.trials[0]["harm"] - usual.trials[0]["harm"])
    assert ratio == pytest.approx([1.225, 1.45, 1.9])
    assert wild.decided == []


def alarms(effect: float, bars: int, seed: int) -> list[int]:
    """Bars at which the actual book has proven to fall behind its twin, by so much a bar."""
    books, trials = np.zeros(2, BOOK), np.zeros(0, TRIAL)
    books["equity"] = CAPITAL
    heard: list[int] = []
    luck_of = np.random.default_rng(seed).standard_normal((bars, 2))
    for bar, (own, twins) in enumerate(luck_of.tolist()):
        books["equity"] += [own + effect, twins]
        if see_difference(books, trials):
            heard.append(bar)
    return heard


def test_a_book_that_does_no_worse_than_its_twin_is_seldom_said_to() -> None:
    """In ten times the patience there may be ten alarms; after luck, too, nothing is remembered."""
    assert len(alarms(0.0, 43_800, 1)) <= 10


def test_a_book_that_falls_behind_its_twin_is_noticed_again_and_again() -> None:
    heard = alarms(-0.4, 1_000, 2)
    assert len(heard) >= 2
    assert heard[0] < 500


def test_a_halted_book_is_not_measured_against_its_twin() -> None:
    books, trials = np.zeros(2, BOOK), np.zeros(0, TRIAL)
    books["equity"], books["halted"][0] = CAPITAL, True
    for _ in range(500):
        books["equity"][1] += 1.0
        assert not see_difference(books, trials)
    assert books["behind"][0].tolist() == [0.0, 0.0, 0.0]


def test_the_bar_after_a_rebasing_is_not_counted() -> None:
    books, trials = np.zeros(3, BOOK), np.zeros(1, TRIAL)
    trials["capital"], trials["enough"] = CAPITAL, ENOUGH
    trials["rebased"] = True
    books["equity"] = [5.0, 0.0, 9.0]
    see_difference(books, trials)
    assert (trials[0]["bars"], bool(trials[0]["rebased"])) == (0, False)
    books["equity"] = [6.0, 0.0, 9.0]
    see_difference(books, trials)
    assert trials[0]["sum"] == pytest.approx(1.0)
