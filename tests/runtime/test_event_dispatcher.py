"""One listener's error is nobody else's; each hears in order, and nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

from hypothesis import given
from hypothesis import strategies as some
from structlog.testing import capture_logs

from trimtab.domain.decisions import Decision, RiskAdjustment, SafetyPaused
from trimtab.domain.event_types import MarketEvent, VolatilitySpike
from trimtab.domain.facts import Fact
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import Coin, Micros
from trimtab.ports import Recorded
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.listener import ATTEMPTS

BATCH = [Recorded(1, TimePassed(Micros(5)))]
BTC = Coin("BTC")


def spike(seq: int) -> Recorded:
    at = Micros(seq)
    return Recorded(seq, VolatilitySpike(at, BTC, 2.0, over=False, confidence=0.9, evidence={}))


def adjusted(seq: int) -> Recorded:
    return Recorded(seq, RiskAdjustment(Micros(seq), None, BTC, 2.0, 1.0, "it moves"))


def passed(seq: int) -> Recorded:
    return Recorded(seq, TimePassed(Micros(seq)))


class Listener:
    """Keeps ports.Audience and remembers."""

    def __init__(self) -> None:
        self.heard: list[Recorded] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        self.heard += records


class Clumsy(Listener):
    """Breaks its promise not to raise: falls over a fact so many times."""

    def __init__(self, times: Callable[[int], int] = lambda _: 1_000_000) -> None:
        super().__init__()
        self._left: dict[int, int] = {}
        self._times = times

    def publish(self, records: Sequence[Recorded]) -> None:
        for record in records:
            left = self._left.setdefault(record.seq, self._times(record.seq))
            if left > 0:
                self._left[record.seq] = left - 1
                raise ValueError(f"fell over {record.seq}")
            self.heard.append(record)

    @property
    def seqs(self) -> list[int]:
        return [record.seq for record in self.heard]


def test_a_listener_that_fails_is_noted_and_others_hear_all_the_same() -> None:
    first, last = Listener(), Listener()
    dispatcher = EventDispatcher([first, Clumsy(), last])
    dispatcher.publish(BATCH)
    assert first.heard == last.heard == BATCH
    assert dispatcher.errors == ["Clumsy: fell over 1"]


def test_who_subscribes_hears_from_the_next_batch_on() -> None:
    late, dispatcher = Listener(), EventDispatcher()
    dispatcher.publish(BATCH)
    dispatcher.subscribe(late)
    assert late.heard == []
    dispatcher.publish(BATCH)
    assert late.heard == BATCH


def test_old_errors_are_forgotten_before_they_fill_the_memory() -> None:
    dispatcher = EventDispatcher([Clumsy()])
    with capture_logs():
        for seq in range(1, 400):
            dispatcher.publish([passed(seq)])
    assert len(dispatcher.errors) == len(dispatcher.dead_letters) == 100


def test_a_handler_is_given_the_facts_of_its_type_and_no_others() -> None:
    heard: list[tuple[int, float]] = []

    def on_spike(seq: int, fact: VolatilitySpike) -> None:
        heard.append((seq, fact.ratio))

    dispatcher = EventDispatcher()
    dispatcher.on(VolatilitySpike, on_spike)
    dispatcher.publish([passed(1), spike(2), adjusted(3), spike(4)])
    assert heard == [(2, 2.0), (4, 2.0)]


def test_an_audience_of_some_types_hears_them_in_one_order() -> None:
    listener, dispatcher = Listener(), EventDispatcher()
    dispatcher.subscribe(listener, kinds=(VolatilitySpike, RiskAdjustment))
    dispatcher.publish([adjusted(1), spike(2), passed(3), adjusted(4)])
    assert listener.heard == [adjusted(1), spike(2), adjusted(4)]


def test_a_fact_that_failed_comes_again_before_any_later_one() -> None:
    clumsy = Clumsy(lambda seq: 1 if seq == 2 else 0)
    dispatcher = EventDispatcher([clumsy])
    for seq in (1, 2, 3):
        dispatcher.publish([passed(seq)])
    assert clumsy.seqs == [1, 2, 3]
    assert dispatcher.dead_letters == []


def test_what_waits_is_tried_again_when_nothing_is_published() -> None:
    clumsy = Clumsy(lambda _: 1)
    dispatcher = EventDispatcher([clumsy])
    dispatcher.publish([passed(1)])
    assert dispatcher.standings[0].waiting == 1
    dispatcher.retry()
    assert clumsy.seqs == [1]
    assert dispatcher.standings[0].waiting == 0


def test_at_the_end_what_waits_is_taken_or_put_aside() -> None:
    clumsy = Clumsy(lambda seq: {1: 2, 3: 9}.get(seq, 0))
    dispatcher = EventDispatcher([clumsy])
    for seq in range(1, 5):
        dispatcher.publish([passed(seq)])
    dispatcher.drain()
    assert clumsy.seqs == [1, 2, 4]
    assert [letter.record.seq for letter in dispatcher.dead_letters] == [3]
    assert dispatcher.standings[0].waiting == 0


def test_after_three_attempts_a_fact_is_a_dead_letter_and_the_listener_goes_on() -> None:
    clumsy = Clumsy(lambda seq: ATTEMPTS if seq == 2 else 0)
    dispatcher = EventDispatcher([clumsy])
    with capture_logs() as logs:
        for seq in range(1, 6):
            dispatcher.publish([passed(seq)])
    assert clumsy.seqs == [1, 3, 4, 5]
    (letter,) = dispatcher.dead_letters
    assert letter == ("Clumsy", passed(2), "fell over 2")
    standing = dispatcher.standings[0]
    assert standing == ("Clumsy", 5, 0, ATTEMPTS, 1, None)
    assert [log["event"] for log in logs] == ["listener failed", "fact put aside"]
    assert (logs[0]["seq"], logs[0]["type"]) == (2, "time_passed")


def test_of_several_facts_at_once_the_one_that_fails_is_found() -> None:
    clumsy = Clumsy(lambda seq: 1_000 if seq == 3 else 0)
    dispatcher = EventDispatcher([clumsy])
    dispatcher.publish([passed(seq) for seq in range(1, 6)])
    for seq in range(6, 12):
        dispatcher.publish([passed(seq)])
    assert [letter.record.seq for letter in dispatcher.dead_letters] == [3]
    assert sorted({*clumsy.seqs}) == [1, 2, *range(4, 12)]


def test_a_listener_too_far_behind_is_told_where_to_read_again() -> None:
    told: list[int] = []
    clumsy, other = Clumsy(lambda seq: 1_000 if seq <= 14 else 0), Listener()
    dispatcher = EventDispatcher(backlog=10)
    dispatcher.subscribe(clumsy, missed=told.append)
    dispatcher.subscribe(other)
    for seq in range(1, 31):
        dispatcher.publish([passed(seq)])
    gap = told[0]
    assert told == [gap]
    assert dispatcher.standings[0].gap_after == gap
    buried = [letter.record.seq for letter in dispatcher.dead_letters]
    assert buried == list(range(1, gap + 1))
    assert clumsy.seqs == list(range(clumsy.seqs[0], 31))
    assert len(other.heard) == 30


def test_who_cannot_even_be_told_of_a_gap_harms_nobody() -> None:
    def missed(_: int) -> None:
        raise ValueError("no journal at hand")

    other, dispatcher = Listener(), EventDispatcher(backlog=1)
    dispatcher.subscribe(Clumsy(), missed=missed)
    dispatcher.subscribe(other)
    for seq in (1, 2, 3):
        dispatcher.publish([passed(seq)])
    assert len(other.heard) == 3
    assert "Clumsy: no journal at hand" in dispatcher.errors


def test_the_registry_tells_of_every_event_and_decision_who_listens() -> None:
    def on_pause(seq: int, fact: SafetyPaused) -> None:
        """Of a user."""

    dispatcher = EventDispatcher([Listener()])
    dispatcher.on(SafetyPaused, on_pause)
    registry = dispatcher.registry()
    assert len(registry) == len(get_args(MarketEvent)) + len(get_args(Decision))
    assert registry["volatility_spike"] == ("Listener",)
    *_, last = registry["safety_paused"]
    assert last.endswith("on_pause")


Fails = dict[int, int]
"""By seq: how often it goes wrong."""


@given(
    cuts=some.lists(some.integers(1, 4), min_size=1, max_size=12),
    fails=some.dictionaries(some.integers(1, 48), some.integers(1, 5), max_size=6),
)
def test_one_by_one_every_fact_is_taken_in_order_or_put_aside(
    cuts: list[int], fails: Fails
) -> None:
    """Whatever the batches and the failures: taken and dead together are everything, once each."""
    taken: list[int] = []
    left = dict(fails)

    def handler(seq: int, _: TimePassed) -> None:
        if left.get(seq, 0) > 0:
            left[seq] -= 1
            raise ValueError(str(seq))
        taken.append(seq)

    dispatcher = EventDispatcher()
    dispatcher.on(TimePassed, handler)
    with capture_logs():
        seq = 0
        for size in cuts:
            dispatcher.publish([passed(seq + each) for each in range(1, size + 1)])
            seq += size
        for _ in range(ATTEMPTS * len(fails)):
            dispatcher.retry()
    dead = {number for number, times in fails.items() if times >= ATTEMPTS and number <= seq}
    assert taken == [number for number in range(1, seq + 1) if number not in dead]
    assert {letter.record.seq for letter in dispatcher.dead_letters} == dead


def test_facts_are_heard_as_what_they_are() -> None:
    """The same objects, not copies: publishing costs nothing per fact that nobody asked for."""
    listener, dispatcher = Listener(), EventDispatcher()
    dispatcher.subscribe(listener)
    records: list[Recorded] = [spike(1), adjusted(2)]
    dispatcher.publish(records)
    facts: list[Fact] = [record.fact for record in listener.heard]
    assert all(fact is record.fact for fact, record in zip(facts, records, strict=True))
