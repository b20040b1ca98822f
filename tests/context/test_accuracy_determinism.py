"""The ledger is a pure fold: no look-ahead, no hidden state, nothing written into twice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from tests.context.accuracy_given import BTC, COMPILED, ETH, after, ledger, market, topic
from trimtab.context import (
    accuracy_drop,
    accuracy_learning,
    accuracy_pending,
    accuracy_posterior,
    accuracy_settlement,
    accuracy_surroundings,
    accuracy_weighing,
)
from trimtab.context.accuracy_tracker import AccuracyTracker
from trimtab.records.snapshot import decode, encode

BARS = 60 if COMPILED else 24
seeds = some.integers(0, 2**32 - 1)
START = ledger(topic(4), topic(2.5, "price", "prices"), coins=(BTC, ETH))


class World:
    """A market with gaps, forecasts with gaps, changing contexts."""

    def __init__(self, seed: int) -> None:
        generator = np.random.default_rng(seed)
        self.closes = market(BARS, 2, seed)
        self.values = np.stack([generator.normal(0, 0.01, (BARS, 2)), self.closes * 1.001], axis=1)
        self.phases = generator.integers(0, 6, BARS)
        self.regimes = generator.integers(0, 4, (BARS, 2))
        self.sigmas = generator.uniform(0.005, 0.02, (BARS, 2))
        for array in (self.closes, self.values, self.sigmas):
            array[generator.random(array.shape) < 0.1] = np.nan
        self.missing = generator.random(BARS) < 0.1


Told = list[bytes]


def run(state: AccuracyTracker, world: World, bars: range) -> tuple[AccuracyTracker, Told]:
    told: Told = []
    for bar in bars:
        if not world.missing[bar]:
            state, facts = state.settle(after(bar), world.closes[bar])
            told += [encode(fact) for fact in facts]
        state, weighed = state.issue(
            after(bar), world.values[bar], world.closes[bar], int(world.phases[bar]),
            world.regimes[bar], world.sigmas[bar],
        )  # fmt: skip
        told += [array.tobytes() for array in weighed]
    return state, told


@settings(max_examples=10)
@given(seeds, some.integers(1, BARS - 1))
def test_the_future_changes_nothing_that_was_said_before(seed: int, cut: int) -> None:
    world, other = World(seed), World(seed)
    other.closes[cut:] *= 1.5
    other.values[cut:] *= -0.5
    other.missing[cut:] = ~other.missing[cut:]
    assert run(START, other, range(cut))[1] == run(START, world, range(cut))[1]
    _, whole = run(START, world, range(BARS))
    _, prefix = run(START, world, range(cut))
    assert whole[: len(prefix)] == prefix


@settings(max_examples=10)
@given(seeds, some.integers(0, BARS))
def test_a_restored_ledger_goes_on_as_if_nothing_happened(seed: int, cut: int) -> None:
    world = World(seed)
    state, _ = run(START, world, range(cut))
    restored = decode(encode(state), AccuracyTracker)
    assert encode(restored) == encode(state)
    ended, told = run(state, world, range(cut, BARS))
    again, told_again = run(restored, world, range(cut, BARS))
    assert told_again == told
    assert encode(again) == encode(ended)


@settings(max_examples=5)
@given(seeds)
def test_a_ledger_once_given_out_never_changes(seed: int) -> None:
    world = World(seed)
    middle, _ = run(START, world, range(BARS // 2))
    kept, first = encode(middle), encode(START)
    run(middle, world, range(BARS // 2, BARS))
    middle.cells()
    middle.joined((ETH,))
    assert encode(middle) == kept
    assert encode(START) == first


@settings(max_examples=5)
@given(seeds)
def test_what_was_passed_in_is_neither_written_nor_kept(seed: int) -> None:
    world, spoilt = World(seed), World(seed)
    state, told = run(START, world, range(BARS // 2))
    values = spoilt.values[0].copy()
    before = values.tobytes()
    START.issue(after(0), values, spoilt.closes[0], 0, spoilt.regimes[0], spoilt.sigmas[0])
    assert values.tobytes() == before
    world.closes[:] = world.values[:] = 1.0
    assert encode(state) == encode(run(START, World(seed), range(BARS // 2))[0])
    assert told == run(START, World(seed), range(BARS // 2))[1]


@settings(max_examples=10)
@given(seeds)
def test_the_sums_of_all_coins_are_the_sums_of_each(seed: int) -> None:
    state, _ = run(START, World(seed), range(BARS))
    for name in state.sums.cells.dtype.names or ():
        cells = state.sums.cells[name]
        np.testing.assert_allclose(cells[..., :-1].sum(axis=3), cells[..., -1], atol=1e-9)


@pytest.mark.skipif(not COMPILED, reason="without the compiler there are no compiled signatures")
def test_every_kernel_is_compiled_once_whatever_the_arrays_are_like() -> None:
    world = World(7)
    state, _ = run(START, world, range(BARS))
    state = decode(encode(state), AccuracyTracker)
    state, _ = state.settle(after(BARS), strided(world.closes[0]))
    state, _ = state.issue(
        after(BARS), np.asfortranarray(world.values[0]), strided(world.closes[0]), 1,
        world.regimes[0].astype(np.int32), world.sigmas[0].astype(np.float32),
    )  # fmt: skip
    state.cells()
    for kernel in (
        accuracy_pending.as_log_returns, accuracy_pending.remember, accuracy_pending.undirected,
        accuracy_surroundings.see, accuracy_surroundings.classify, accuracy_settlement.settle_due,
        accuracy_drop.watch, accuracy_learning.learn, accuracy_posterior.renew,
        accuracy_weighing.weigh, accuracy_weighing.survey,
    ):  # fmt: skip
        assert len(kernel.signatures) == 1, kernel


def strided(row: NDArray[np.float64]) -> NDArray[np.float64]:
    table = np.stack([row, row], axis=1)[:, 0]
    table.flags.writeable = False
    return table
