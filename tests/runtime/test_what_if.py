"""What if: the same past under another configuration, from any place on."""

from __future__ import annotations

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import LIVELY, one_by_one, started, world
from tests.builders.operator import with_orders
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.domain.configuration import Configuration, RiskLimits
from trimtab.domain.units import HOUR, Leverage, Micros
from trimtab.records import snapshot
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.reactive_bot import Past, ReactiveBot
from trimtab.runtime.rebuilding import rebuilt
from trimtab.runtime.what_if import Course, WhatIf, what_if

VERSIONS = {"trimtab": "1"}
EAGER = replace(LIVELY, gate=None)
CAREFUL = replace(EAGER, risk=RiskLimits(Leverage(0.5), maximum_drawdown=0.08))


@lru_cache(maxsize=1)
def ran() -> tuple[MemoryJournal, ReactiveBot]:
    """Once restarted in the middle, with an operator and adaptations."""
    chosen = world(21, 300)
    facts = one_by_one(with_orders(chosen.facts()))
    start = replace(started(chosen.opened, EAGER), versions=VERSIONS)
    journal = MemoryJournal(start.bot, StandingClock(start.at))
    bot = ReactiveBot(start, journal, EventDispatcher(), snapshot_every=60)
    half = len(facts) // 2
    for fact in facts[:half]:
        bot.take(fact)
    again = replace(start, at=Micros(bot.mind.instant + HOUR // 3))
    past = Past(bot.mind, bot.facts)
    bot = ReactiveBot(again, journal, EventDispatcher(), past=past, snapshot_every=60)
    for fact in facts[half:]:
        bot.take(fact)
    bot.finish()
    return journal, bot


def last() -> int:
    row = ran()[0].last()
    assert row is not None
    return row.seq


def tried(written: Configuration, begin: int, until: int | None = None) -> WhatIf:
    return what_if(ran()[0], VERSIONS, written, begin, until or last())


@settings(max_examples=10)
@given(some.integers(1, 500))
def test_under_the_configuration_in_force_the_end_is_the_same_to_the_bit(begin: int) -> None:
    journal, bot = ran()
    in_force = rebuilt(journal, VERSIONS, begin).mind.adaptation.configuration
    for written in (EAGER, in_force):
        outcome = tried(written, begin)
        assert not outcome.replaced
        assert outcome.what_if == outcome.as_it_was
        assert outcome.what_if.state_hash == snapshot.hash_of(snapshot.encode(bot.mind))


@settings(max_examples=5)
@given(some.integers(1, 400), some.integers(10, 100))
def test_as_it_was_is_what_was_recorded(begin: int, rows: int) -> None:
    journal, _ = ran()
    outcome = tried(CAREFUL, begin, begin + rows)
    assert outcome.as_it_was.state_hash == rebuilt(journal, VERSIONS, begin + rows).state_hash


def test_another_configuration_is_in_force_to_the_end_also_past_a_later_start() -> None:
    outcome = tried(CAREFUL, 150)
    assert outcome.replaced
    was, other = outcome.as_it_was, outcome.what_if
    assert was.trades > 0
    assert other.trades > 0
    assert was.equity != other.equity
    assert other.drawdown < was.drawdown


def test_less_leverage_than_in_force_makes_the_same_trades_smaller() -> None:
    quiet = replace(EAGER, risk=RiskLimits(Leverage(1.0)))
    bolder = replace(EAGER, risk=RiskLimits(Leverage(2.0)))
    one, two = tried(quiet, 1).what_if, tried(bolder, 1).what_if
    assert isinstance(one, Course)
    assert abs(one.equity - EAGER.capital) < abs(two.equity - EAGER.capital)


def test_the_same_question_has_the_same_answer() -> None:
    assert tried(CAREFUL, 150) == tried(CAREFUL, 150)


def test_what_the_state_holds_for_cannot_be_replaced() -> None:
    with pytest.raises(ValueError, match="these differ: capital"):
        tried(replace(EAGER, capital=1.0), 150)
