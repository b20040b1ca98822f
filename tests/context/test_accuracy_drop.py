"""A topic that becomes worse is noticed, told, and no longer traded; luck is not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from msgspec.structs import replace

from tests.context.accuracy_given import BULL, COMPILED, LOW, after
from trimtab.context.accuracy_drop import DropParameters
from trimtab.context.accuracy_tracker import AccuracyParameters, AccuracyTracker
from trimtab.domain.configuration import Topic
from trimtab.domain.event_types import AlloraAccuracyDrop
from trimtab.domain.units import HOUR, Bp, Coin, Micros, TopicName

COINS = tuple(Coin(name) for name in ("BTC", "ETH", "SOL", "LINK"))
SIGMA = 0.02
PATIENCE = 300.0
WARM_UP = 300 if COMPILED else 60
LENGTH = 1500 if COMPILED else 480
DROP = DropParameters(patience=PATIENCE, warm_up=float(WARM_UP))


def told(
    skill: Callable[[int], float], seed: int, hours: int = 1
) -> tuple[AccuracyTracker, list[tuple[int, AlloraAccuracyDrop]], np.ndarray]:
    """The ledger, its drops and recoveries with their bar, and P(net edge > 0) at every bar."""
    generator = np.random.default_rng(seed)
    topic = Topic(TopicName("one"), "log_return", Micros(hours * HOUR))
    state = AccuracyTracker.of((topic,), COINS, HOUR, Bp(11.0))
    state = replace(state, parameters=AccuracyParameters(drop=DROP))
    moves = generator.normal(0.0, SIGMA, (LENGTH + hours, len(COINS)))
    closes = 100.0 * np.exp(np.vstack([np.zeros(len(COINS)), np.cumsum(moves, axis=0)]))
    alarms: list[tuple[int, AlloraAccuracyDrop]] = []
    chances = np.zeros(LENGTH)
    for bar in range(LENGTH):
        state, facts = state.settle(after(bar), closes[bar])
        alarms += [(bar, fact) for fact in facts if isinstance(fact, AlloraAccuracyDrop)]
        right = generator.random(len(COINS)) < skill(bar)
        sign = np.sign(np.log(closes[bar + hours] / closes[bar])) * np.where(right, 1.0, -1.0)
        state, weighed = state.issue(
            after(bar), 0.01 * sign[None], closes[bar], BULL, np.full(len(COINS), LOW),
            np.full(len(COINS), SIGMA),
        )  # fmt: skip
        chances[bar] = weighed.probability.mean()
    return state, alarms, chances


def test_a_drop_is_told_with_what_was_believed_and_what_came() -> None:
    change = LENGTH // 2
    _, alarms, _ = told(lambda bar: 0.75 if bar < change else 0.3, seed=1)
    bar, drop = alarms[0]
    assert change < bar < change + LENGTH // 4
    assert drop.topic == "one"
    assert not drop.over
    assert drop.accuracy < drop.reference
    assert drop.evidence["statistic"] >= PATIENCE
    assert 0.0 <= drop.confidence <= 1.0


def test_after_a_drop_the_next_news_is_its_recovery_and_then_all_begins_anew() -> None:
    third = LENGTH // 3
    _, alarms, _ = told(lambda bar: 0.3 if third < bar < 2 * third else 0.75, seed=2)
    assert [drop.over for _, drop in alarms] == [False, True]
    assert alarms[0][0] < 2 * third < alarms[1][0]
    assert alarms[0][1].reference > 0.5


def steady(skill: float) -> Callable[[int], float]:
    return lambda _: skill


def test_a_steady_topic_alarms_less_often_than_promised_be_it_good_or_useless() -> None:
    skills = (0.5, 0.6, 0.5, 0.6) if COMPILED else (0.5,)
    alarms = [told(steady(skill), seed)[1] for seed, skill in enumerate(skills)]
    horizons = len(skills) * (LENGTH - WARM_UP)
    assert sum(map(len, alarms)) < horizons / PATIENCE


def test_overlapping_outcomes_are_not_taken_for_many() -> None:
    _, alarms, _ = told(lambda _: 0.5, seed=4, hours=8)
    assert len(alarms) <= 1


def test_a_topic_that_became_worse_is_not_traded_although_its_record_is_good() -> None:
    change = LENGTH * 2 // 3
    state, _, chances = told(lambda bar: 0.62 if bar < change else 0.42, seed=5)
    late = chances[-LENGTH // 12 :]
    assert chances[change - 1] > 0.75
    assert late.mean() < 0.6
    assert state.cells()[-1].accuracy > 0.5
