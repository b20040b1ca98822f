"""A placebo keeps everything of a forecast but what it could know."""

from __future__ import annotations

import numpy as np

from trimtab.domain.configuration import PredictionKind, Topic
from trimtab.domain.units import HOUR, Micros, TopicName
from trimtab.lab.placebo import signs_shuffled

CLOSES = np.array([[100.0, 50.0], [101.0, 49.0]] * 500)


def topic(kind: PredictionKind) -> Topic:
    return Topic(TopicName(kind), kind, Micros(8 * HOUR))


def test_sizes_stay_and_signs_are_a_fair_coins() -> None:
    topics = (topic("log_return"), topic("price"))
    values = np.stack([np.full(CLOSES.shape, 0.02), CLOSES * np.exp(0.02)], axis=1)

    shuffled = signs_shuffled(topics, values, CLOSES, np.random.default_rng(3))

    returns = np.stack([shuffled[:, 0], np.log(shuffled[:, 1] / CLOSES)], axis=1)
    np.testing.assert_allclose(np.abs(returns), 0.02, rtol=1e-9)
    assert abs(np.sign(returns).mean()) < 0.05


def test_what_has_no_direction_and_what_is_missing_stay() -> None:
    topics = (topic("volatility"), topic("log_return"))
    values = np.full((len(CLOSES), 2, 2), 0.01)
    values[0, 1, 0] = np.nan

    shuffled = signs_shuffled(topics, values, CLOSES, np.random.default_rng(3))

    np.testing.assert_array_equal(shuffled[:, 0], values[:, 0])
    assert np.isnan(shuffled[0, 1, 0])
    assert np.isfinite(shuffled[:, 1]).sum() == np.isfinite(values[:, 1]).sum()


def test_equal_seeds_give_equal_placebos() -> None:
    values = np.full((len(CLOSES), 1, 2), 0.01)
    again = [
        signs_shuffled((topic("log_return"),), values, CLOSES, np.random.default_rng(seed))
        for seed in (1, 1, 2)
    ]
    assert again[0].tobytes() == again[1].tobytes() != again[2].tobytes()
