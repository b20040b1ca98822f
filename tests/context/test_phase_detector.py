"""Phases: four fixed meanings, committed to late, given up when there is no telling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from tests.context.bars_given import ONE, moving, names, watch
from tests.context.forward_filter import ForwardFilter
from trimtab.context.phase_confidence import confidences
from trimtab.context.phase_detector import PhaseDetector, PhaseParameters
from trimtab.context.phase_table import CONFIDENCE
from trimtab.domain.event_types import MarketEvent, MarketRegimeChange
from trimtab.domain.units import HOUR, MARKET, MINUTE, Micros

LEARNING = 400


def noise(rows: int, seed: int = 0, size: float = 0.005) -> NDArray[np.float64]:
    return size * np.random.default_rng(seed).standard_t(5, rows)


def phase_after(tail: NDArray[np.float64]) -> str:
    moves = np.concatenate([noise(LEARNING), tail])
    state, _ = watch(PhaseDetector.of(ONE, HOUR), moving(moves))
    return state.readings()[0].phase


@pytest.mark.parametrize(
    ("phase", "tail"),
    [
        ("bull", noise(60, 1, 0.003) + 0.006),
        ("bear", noise(60, 1, 0.003) - 0.006),
        ("sideways", noise(60, 1, 0.0012)),
        ("volatile", noise(60, 1, 0.02)),
    ],
)
def test_a_plain_market_gets_its_plain_name(phase: str, tail: NDArray[np.float64]) -> None:
    assert phase_after(tail) == phase


def test_the_phase_is_unknown_before_there_is_data() -> None:
    state, events = watch(PhaseDetector.of(ONE, HOUR), moving(noise(40)))
    assert {reading.phase for reading in state.readings()} == {"unknown"}
    assert not events


def test_after_a_gap_in_the_data_the_phase_is_uncertain() -> None:
    moves = np.concatenate([noise(LEARNING), noise(60, 1, 0.0012), np.full(6, np.nan)])
    state, events = watch(PhaseDetector.of(ONE, HOUR), moving(moves))
    assert state.readings()[0].phase == "uncertain"
    assert state.readings()[0].confidence == 0.0
    last = events[-1]
    assert isinstance(last, MarketRegimeChange)
    assert (last.before, last.after) == ("sideways", "uncertain")
    assert last.at == len(moves)
    assert last.evidence["steps_without_bars"] == 6.0


def test_it_makes_up_its_mind_again_after_a_gap() -> None:
    gap = np.full(30, np.nan)
    assert phase_after(np.concatenate([gap, noise(60, 1, 0.02)])) == "volatile"


def test_a_jump_across_a_long_gap_tells_nothing() -> None:
    before = np.concatenate([noise(LEARNING), np.full(10, np.nan)])
    leapt, _ = watch(PhaseDetector.of(ONE, HOUR), moving([*before, 0.5, 0.001]))
    stayed, _ = watch(PhaseDetector.of(ONE, HOUR), moving([*before, 0.0, 0.001]))
    assert leapt.readings() == stayed.readings()


def test_it_goes_over_only_to_a_phase_that_is_clearly_likelier() -> None:
    firm = PhaseParameters(margin=0.5, decide=1.0, patience=1e6)
    _, readings = PhaseDetector.of(ONE, HOUR, firm).recorded(moving(noise(3000, 4)))
    phases, beliefs = readings[:, 0, 0].astype(int), readings[:, 0, 1:]
    changes = np.flatnonzero(np.diff(phases)) + 1
    assert len(changes) > 10
    for row in changes[1:]:
        held, taken = beliefs[row, phases[row - 1]], beliefs[row, phases[row]]
        assert taken > held + 0.5
    kept = np.arange(len(phases)) >= changes[0]
    kept[changes] = False
    others = np.flatnonzero(kept)
    held = beliefs[others, phases[others]]
    assert (beliefs[others].max(axis=1) <= held + 0.5).all()


def test_when_no_phase_is_believed_in_for_long_it_is_uncertain() -> None:
    unsure = PhaseParameters(doubt=0.9, margin=0.4)
    moves = np.concatenate([noise(LEARNING), noise(40, 1, 0.02), noise(300, 2, 0.0058)])
    _, events = watch(PhaseDetector.of(ONE, HOUR, unsure), moving(moves))
    changes = [e.after for e in events if isinstance(e, MarketRegimeChange) and e.coin != MARKET]
    assert "uncertain" in changes[changes.index("volatile") :]


def test_a_change_tells_the_belief_before_and_after() -> None:
    moves = np.concatenate([noise(LEARNING), noise(60, 1, 0.0012), noise(60, 2, 0.02)])
    _, events = watch(PhaseDetector.of(ONE, HOUR), moving(moves))
    changes = [e for e in events if isinstance(e, MarketRegimeChange) and e.coin != MARKET]
    change = next(e for e in changes if (e.before, e.after) == ("sideways", "volatile"))
    before, after = change.probabilities_before, change.probabilities_after
    assert before.sideways == max(before.bull, before.bear, before.sideways, before.volatile)
    assert after.volatile > after.sideways + PhaseParameters().margin
    assert 0.0 < change.confidence < 1.0


def test_every_change_goes_on_from_the_one_before() -> None:
    _, events = watch(PhaseDetector.of(ONE, HOUR), moving(noise(1500, 3)))
    changes = [e for e in events if isinstance(e, MarketRegimeChange) and e.coin == ONE[0]]
    assert changes[0].before == "unknown"
    assert [e.before for e in changes[1:]] == [e.after for e in changes[:-1]]
    assert all(e.before != e.after for e in changes)


@settings(max_examples=10)
@given(some.integers(0, 1000))
def test_the_belief_is_the_forward_recursion(seed: int) -> None:
    """Against one in matrices, over states and stages; a missing bar is a step without news."""
    moves = noise(200, seed)
    moves[120:123] = moves[160] = np.nan
    given = PhaseParameters()
    state, _ = watch(PhaseDetector.of(ONE, HOUR), moving(moves))
    filter_ = ForwardFilter(given)
    base, count, missing = 0.0, 0, 0
    for move in moves[1:]:
        if np.isnan(move):
            missing += 1
            filter_.wait()
            continue
        count += 1
        x, missing = move / np.sqrt(missing + 1.0), 0
        if count > given.warm_up:
            filter_.see(x / (given.unit * base))
        base += max(1.0 - 2.0 ** (-1.0 / given.base_halflife), 1.0 / count) * (abs(x) - base)
    told = state.readings()[0].probabilities
    beliefs = [told.bull, told.bear, told.sideways, told.volatile]
    assert beliefs == pytest.approx(filter_.belief.reshape(2, 4).sum(axis=0).tolist())


@settings(max_examples=10)
@given(some.integers(0, 1000), some.floats(1e-6, 1e6))
def test_the_probabilities_add_up_to_one_whatever_happens(seed: int, wild: float) -> None:
    moves = noise(200, seed)
    moves[150] = wild
    state, _ = watch(PhaseDetector.of(ONE, HOUR), moving(np.clip(moves, -200.0, 200.0)))
    told = state.readings()[0].probabilities
    assert told.bull + told.bear + told.sideways + told.volatile == pytest.approx(1.0)


def test_minutes_give_the_phases_of_the_hours_that_they_make_up() -> None:
    hourly = noise(300, 5)
    minutely = np.repeat(hourly / 60.0, 60)
    minutely[:59] = np.nan  # the first hour has no move in either
    _, by_hour = watch(PhaseDetector.of(ONE, HOUR), moving(hourly))
    _, by_minute = watch(PhaseDetector.of(ONE, MINUTE), moving(minutely))
    assert [(e.at, e.after) for e in _changes(by_minute)] == [
        (60 * e.at, e.after) for e in _changes(by_hour)
    ]


def test_all_coins_change_their_phases_on_common_rows() -> None:
    moves = np.random.default_rng(0).standard_t(5, (1000, 3)) * 0.005
    moves[:7, 2] = np.nan
    _, events = watch(PhaseDetector.of(names(3), HOUR), moving(moves))
    rows = {int(e.at) % 2 for e in events}
    assert rows == {0}


def test_a_coin_with_strong_trends_is_told_from_one_with_weak_ones() -> None:
    generator = np.random.default_rng(8)
    ups = np.repeat(generator.permutation(np.resize([1.0, -1.0, 0.0, 0.0], 60)), 50)
    widths = np.where(ups == 0.0, 0.6, 1.0) * 0.005
    noisy = generator.standard_t(5, len(ups)) * np.sqrt(0.6)
    moves = np.column_stack([widths * (noisy + drift * ups) for drift in (0.05, 0.35)])
    state, _ = watch(PhaseDetector.of(names(2), HOUR), moving(moves))
    weak, strong = state.cells["strong"][:2]
    assert weak < 0.3
    assert strong > 0.7


def test_confidence_is_the_hit_rate_of_the_belief_and_none_without_a_phase() -> None:
    beliefs = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7], [0.25] * 4, [0.25] * 4])
    told = confidences([0, 3, 4, 5], beliefs)
    assert told == pytest.approx([CONFIDENCE[7], CONFIDENCE[7], 0.0, 0.0])
    assert list(CONFIDENCE) == sorted(CONFIDENCE)


def test_the_market_moves_by_the_mean_of_its_coins() -> None:
    moves = np.random.default_rng(1).standard_t(5, (300, 2)) * 0.005
    both, _ = watch(PhaseDetector.of(names(2), HOUR), moving(moves))
    mean, _ = watch(PhaseDetector.of(ONE, HOUR), moving(moves.mean(axis=1)))
    assert both.cells["belief"][-1] == pytest.approx(mean.cells["belief"][0], rel=1e-6)


def test_nothing_fires_twice() -> None:
    state, row = PhaseDetector.of(ONE, HOUR), 0
    bars = moving(noise(1000, 3))
    while not state.fired:
        state, row = state.advance(bars, row, 1000)
    after, _ = state.advance(bars, row, row + 1)
    assert state.events(Micros(0))
    assert not after.events(Micros(0))


def _changes(events: list[MarketEvent]) -> list[MarketRegimeChange]:
    return [e for e in events if isinstance(e, MarketRegimeChange)]
