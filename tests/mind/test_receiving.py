"""Bars that are missing, doubled, late or of another kind never make a wrong state in silence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import cut, started, world
from tests.builders.running import reacted, run
from tests.mind.given import awake, bar, forecast, hour
from trimtab.domain.facts import Outside
from trimtab.domain.observations import BarsClosed
from trimtab.domain.units import HOUR, MINUTE, Micros
from trimtab.mind.mind import Mind
from trimtab.mind.receiving import LONGEST, received
from trimtab.records.snapshot import encode
from trimtab.runtime.replay import replayed


def rows_of(fact: BarsClosed, first: int, last: int) -> BarsClosed:
    """Some rows of a block, as a block of their own."""
    end = Micros(fact.at - (len(fact.bars) - last) * fact.interval)
    return BarsClosed(end, fact.interval, fact.coins, fact.bars[first:last])


def without_bars(fact: BarsClosed) -> BarsClosed:
    bars = np.full_like(fact.bars, np.nan)
    bars.flags.writeable = False
    return BarsClosed(fact.at, fact.interval, fact.coins, bars)


@given(some.integers(0, 2**32 - 1), some.integers(1, 150), some.integers(1, 60))
def test_rows_that_are_missing_are_rows_without_a_bar(seed: int, begin: int, length: int) -> None:
    chosen = world(seed, 240)
    facts = chosen.facts()
    market = BarsClosed(
        Micros(int(chosen.market.closes_at[-1])), HOUR, chosen.market.coins, chosen.market.bars
    )
    first, last = rows_of(market, 0, begin), rows_of(market, begin + length, 240)
    silent = without_bars(rows_of(market, begin, begin + length))
    start = Mind.of(started(chosen.opened))

    told, _ = reacted(start, first, silent, last)
    missed, _ = reacted(start, first, last)

    assert encode(missed) == encode(told)
    assert len(facts) > 1


@pytest.mark.parametrize("again", [(5,), (3, 4, 5), (2, 5, 1)])
def test_bars_that_come_again_or_late_change_nothing(again: tuple[int, ...]) -> None:
    mind = awake()
    moved, derived = reacted(mind, *[bar(number, 90.0, 40.0, 9.0) for number in again])
    assert derived == []
    assert encode(moved) == encode(mind)


def test_of_a_block_that_is_partly_late_the_new_rows_count() -> None:
    chosen = world(2, 100)
    market = BarsClosed(
        Micros(int(chosen.market.closes_at[-1])), HOUR, chosen.market.coins, chosen.market.bars
    )
    start = Mind.of(started(chosen.opened))
    whole, _ = reacted(start, market)
    overlapping, _ = reacted(start, rows_of(market, 0, 60), rows_of(market, 40, 100))
    assert encode(overlapping) == encode(whole)


def test_bars_of_another_length_are_left_alone() -> None:
    mind = awake()
    minutes = BarsClosed(hour(6), MINUTE, mind.coins, bar(6).bars)
    moved, derived = reacted(mind, minutes)
    assert derived == []
    assert encode(moved) == encode(mind)


def test_a_very_long_silence_is_shortened_by_whole_weeks() -> None:
    mind, years = awake(), 10 * 365 * 24
    before, bars = received(mind, bar(5 + years))
    assert LONGEST - 168 < len(bars) - 1 <= LONGEST
    assert (years - len(bars)) % 168 == 0
    assert before.books.closed == hour(5 + years - len(bars))


def test_a_position_does_not_outlive_its_horizon_in_a_silence() -> None:
    opened, _ = reacted(awake(), forecast(5), bar(6))
    assert (opened.books.positions["lots"][0] != 0).all()
    over, _ = reacted(opened, bar(40), bar(41))
    assert (over.books.positions["lots"][0] == 0).all()


def test_late_and_missing_bars_are_recorded_and_replayed() -> None:
    chosen = world(5, 200)
    facts = cut(chosen.facts(), np.random.default_rng(5))
    kept = [fact for place, fact in enumerate(facts) if place % 7]
    jumbled: list[Outside] = [one for fact in kept for one in (fact, *_again(fact))]
    recorded = run(started(chosen.opened), jumbled)
    replay = replayed(recorded.rows, {}, compare=True)
    assert replay.differences == ()
    assert encode(replay.mind) == encode(recorded.mind)
    clean = run(started(chosen.opened), kept)
    assert clean.derived == recorded.derived


def _again(fact: Outside) -> tuple[Outside, ...]:
    return (replace(fact),) if isinstance(fact, BarsClosed) else ()
