"""Clocks: one that is set, and the machine's."""

from __future__ import annotations

from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.system_clock import SystemClock
from trimtab.domain.units import DAY, Micros


def test_a_standing_clock_shows_what_it_was_set_to() -> None:
    clock = StandingClock(Micros(5))
    assert (clock.now(), clock.now()) == (5, 5)
    clock.set(Micros(9))
    assert clock.now() == 9


def test_the_systems_clock_counts_microseconds_since_1970_and_goes_on() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert 19_000 * DAY < first <= second < 60_000 * DAY
