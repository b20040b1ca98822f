"""Which events are answered, in which order, and how soon again."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.adaptation.given import (
    BTC,
    COINS,
    ETH,
    QUICK,
    SLOW,
    SOL,
    WRITTEN,
    drop,
    engine,
    fall,
    odd_volume,
    parting,
    regime,
    seen,
    situation,
    spike,
)
from tests.builders.running import of_kind
from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.answering import RULES, in_order, listens_to, rule_of
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Adapting
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationProposed,
    AdaptationRefused,
    Decision,
)
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.units import MARKET, Leverage

ALL: list[MarketEvent] = [
    fall(),
    drop(),
    spike(SOL),
    parting((BTC, SOL)),
    odd_volume(SOL),
    regime("bear"),
    drop(SLOW, over=True),
    spike(ETH, over=True),
    parting(),
    odd_volume(ETH, over=True),
]
"""In the order in which they are answered."""
CONTEXT: list[MarketEvent] = [spike(MARKET), odd_volume(MARKET), regime("bear", coin=SOL)]


def after(
    *events: MarketEvent, start: AdaptationEngine | None = None
) -> tuple[AdaptationEngine, list[Decision]]:
    now, told = start or engine(), list[Decision]()
    for event in events:
        now, facts = now.on_event(event, situation(), [seen()] * len(now.contracts))
        told += facts
    return now, told


@given(some.permutations(ALL))
def test_events_of_an_instant_are_answered_by_priority_and_giving_back_comes_last(
    events: list[MarketEvent],
) -> None:
    assert in_order(events) == ALL


def test_alarms_of_the_market_as_a_whole_and_phases_of_a_coin_are_context() -> None:
    assert not any(map(listens_to, CONTEXT))
    assert all(map(listens_to, ALL))


@pytest.mark.parametrize("event", ALL[1:])
def test_a_rule_that_is_switched_off_hears_nothing(event: MarketEvent) -> None:
    off = replace(WRITTEN, adapting=Adapting(without=(rule_of(event),)))
    heard = [one for one in ALL if replace(engine(), written=off).listens_to(one)]
    assert heard == [one for one in ALL if type(one) is not type(event)]
    assert {rule_of(one) for one in ALL} == {*RULES, "strategy_rollback"}


@pytest.mark.parametrize(("at", "allowed"), [(0.5, False), (1.0, True)])
def test_a_rule_leaves_a_coin_alone_for_a_bar(at: float, *, allowed: bool) -> None:
    now, told = after(spike(SOL, 2.0), spike(SOL, 4.0, at=at))
    refused = of_kind(told, AdaptationRefused)
    assert len(of_kind(told, AdaptationApplied)) == 1 + allowed
    assert now.configuration.risk.of(SOL) == (1.25 if allowed else 2.5)
    if not allowed:
        (why,) = refused
        assert why.because == "quiet period: tighten_risk changed SOL less than a bar ago"
        assert why.adaptation == of_kind(told, AdaptationProposed)[1].adaptation


def test_another_rule_and_giving_back_need_not_wait() -> None:
    now, told = after(spike(SOL, 2.0), odd_volume(SOL, at=0.1), spike(SOL, over=True, at=0.2))
    assert len(of_kind(told, AdaptationApplied)) == 3
    assert now.configuration.risk.of(SOL) == WRITTEN.risk.of(SOL)


def test_the_end_of_one_alarm_does_not_undo_what_another_asks() -> None:
    both, _ = after(spike(SOL, 5.0), parting((ETH, SOL), before=0.8, now=0.2))
    assert both.configuration.risk.of(SOL) == 1.0
    calm, _ = after(spike(SOL, over=True, at=1), start=both)
    assert calm.configuration.risk.of(SOL) == 2.5
    together, _ = after(parting(at=2), start=calm)
    assert hash_of(together.configuration) == hash_of(WRITTEN)
    other_way, _ = after(parting(at=1), start=both)
    assert other_way.configuration.risk.of(SOL) == 1.0
    assert other_way.configuration.risk.of(ETH) == WRITTEN.risk.of(ETH)


def test_a_change_of_the_mix_does_not_bring_a_paused_topic_back() -> None:
    sure = [[0.9] * 3] * 2
    now, _ = after(drop(QUICK))
    now, facts = now.on_event(regime("bull", at=9), situation(sure), [seen()] * len(now.contracts))
    assert now.configuration.mix[QUICK] == ()
    assert not of_kind(facts, AdaptationApplied)


def test_what_the_judge_has_taken_back_is_held_no_longer() -> None:
    paused, _ = after(drop(QUICK))
    back, _ = paused.judged(paused.next_deadline, [seen(harm=20.0)])
    assert hash_of(back.configuration) == hash_of(WRITTEN)
    assert after(drop(QUICK, over=True, at=500), start=back) == (back, [])


def begun(coin: int, size: float, kind: int) -> MarketEvent:
    return (
        spike(COINS[coin], size),
        parting((COINS[coin], COINS[coin - 1]), now=0.8 - size / 10.0),
        drop((QUICK, SLOW)[coin % 2]),
        odd_volume(COINS[coin], size),
    )[kind]


ENDS: list[MarketEvent] = [
    *(spike(coin, over=True) for coin in COINS),
    parting(),
    drop(QUICK, over=True),
    drop(SLOW, over=True),
    *(odd_volume(coin, over=True) for coin in COINS),
]


@given(
    some.lists(
        some.builds(begun, some.integers(0, 2), some.floats(1.2, 8.0), some.integers(0, 3))
        | some.sampled_from(ENDS),
        max_size=12,
    ),
    some.permutations(ENDS),
)
def test_whatever_comes_and_goes_when_all_is_over_everything_is_as_written(
    events: list[MarketEvent], ends: list[MarketEvent]
) -> None:
    now = engine()
    for hour, event in enumerate([*events, *ends]):
        moment = situation(at=hour)
        told = replace(event, at=moment.at)
        now, facts = now.on_event(told, moment, [seen()] * len(now.contracts))
        for fact in of_kind(facts, AdaptationApplied):
            assert fact.after_hash == hash_of(now.configuration)
        for coin in COINS:
            assert Leverage(0.25) <= now.configuration.risk.of(coin) <= WRITTEN.risk.of(coin)
    assert hash_of(now.configuration) == hash_of(WRITTEN)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_open_changes_of_all_rules_are_taken_back_in_any_order(order: tuple[int, ...]) -> None:
    narrow = replace(WRITTEN, mix={QUICK: (BTC,), SLOW: (ETH,)})
    now = engine(configuration=narrow)
    for event in (spike(SOL), odd_volume(ETH), drop(QUICK)):
        moment = situation(written=narrow)
        now, _ = now.on_event(event, moment, [seen()] * len(now.contracts))
    names = [one.adaptation for one in now.contracts]
    assert len(names) == 3
    for place in order:
        if place < len(names):
            now, _ = now.rolled_back(spike().at, names[place], "an exercise")
    assert hash_of(now.configuration) == hash_of(narrow)
