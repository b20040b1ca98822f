"""Bad input: what is no forecast changes nothing, and absurd numbers do not stick."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.context.accuracy_given import BTC, BULL, ETH, LOW, NAN, after, issued, ledger, topic
from trimtab.context.accuracy_beliefs import Floats
from trimtab.context.accuracy_tracker import AccuracyTracker
from trimtab.records.snapshot import encode

TOPICS = (
    topic(2), topic(2, "price", "prices"), topic(2, "volatility", "volatilities"),
    topic(2, "classification", "classes"),
)  # fmt: skip
absurd = some.sampled_from(
    [NAN, float("inf"), -float("inf"), -1.0, 0.0, 1e-300, 1e300, 0.01, 100.0]
)
rows = some.lists(some.tuples(absurd, absurd, absurd), min_size=1, max_size=12)


@settings(max_examples=60)
@given(rows)
def test_absurd_numbers_leave_every_sum_and_belief_finite(
    given_rows: list[tuple[float, float, float]],
) -> None:
    state = ledger(*TOPICS, coins=(BTC, ETH))
    for hour, (value, close, sigma) in enumerate(given_rows):
        closes = np.array([close, 100.0])
        state, _ = state.settle(after(hour), closes)
        state, weighed = state.issue(
            after(hour), np.full((4, 2), value), closes, BULL, np.array([LOW, LOW]),
            np.array([sigma, 0.01]), np.full((2, 4, 2), value),
        )  # fmt: skip
        assert not np.isinf(weighed.probability).any()
    state, _ = state.settle(after(len(given_rows)), np.array([100.0, 101.0]))
    for array in finite(state):
        assert np.isfinite(array).all()
    for cell in state.cells():
        assert 0.0 <= cell.low <= cell.high <= 1.0


def finite(state: AccuracyTracker) -> list[Floats]:
    sums, beliefs = state.sums, state.beliefs
    numbers = [name for name in sums.cells.dtype.names or () if name not in {"loss", "reference"}]
    return [
        *(sums.cells[name] for name in numbers), sums.squares, sums.totals, sums.magnitudes,
        beliefs.means, beliefs.covariances, beliefs.spreads, state.surroundings.sizes,
        state.watched.streams,
    ]  # fmt: skip


def test_a_doubled_forecast_counts_once() -> None:
    once, _ = issued(ledger(), 0, 0.005)
    twice, _ = issued(issued(ledger(), 0, 0.005)[0], 0, 0.005)
    once, facts = once.settle(after(4), np.array([102.0]))
    twice, same = twice.settle(after(4), np.array([102.0]))
    assert same == facts
    assert encode(twice.sums) == encode(once.sums)


def test_a_coin_that_is_delisted_leaves_its_forecasts_unscored_and_the_others_alone() -> None:
    state, _ = issued(ledger(coins=(BTC, ETH)), 0, 0.005, 0.005)
    for hour in range(1, 9):
        state, _ = state.settle(after(hour), np.array([NAN, 100.0 + hour]))
        state, _ = issued(state, hour, NAN, 0.005, closes=(NAN, 100.0 + hour))
    counts = state.sums.cells["count"][0].sum((0, 1))
    assert counts.tolist() == [0, 5, 5]
    left = state.joined((ETH,))
    assert left.sums.cells["count"][0].sum((0, 1)).tolist() == [5, 5]


def test_a_hole_in_the_record_makes_the_trend_unknown_and_then_it_is_known_again() -> None:
    state = ledger()
    trends: list[int] = []
    for hour in [*range(200), *range(500, 700)]:
        state, _ = issued(state, hour, 0.005, closes=(100.0 * 1.002**hour,))
        trends.append(state.surroundings.trend)
    unknown, strong = 2, 1
    assert set(trends[:168]) == {unknown}
    assert trends[199] == strong
    assert trends[200] == unknown
    assert trends[-1] == strong
