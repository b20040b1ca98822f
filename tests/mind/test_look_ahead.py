"""Nothing that was decided depends on what came later."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from tests.builders.market import World, one_by_one, started, with_bars, world
from tests.builders.running import run
from trimtab.domain.units import Micros

ROWS = 400
seeds = some.integers(0, 2**32 - 1)
cuts = some.integers(200, ROWS - 24)
"""Late enough for events, orders and adaptations to come before."""


def decided(chosen: World) -> list[tuple[str, str]]:
    return run(started(chosen.opened), chosen.facts()).derived


def decided_until(chosen: World, moment: Micros) -> list[tuple[str, str]]:
    """By a bot that was told nothing of what came after the moment."""
    told = [fact for fact in one_by_one(chosen.facts()) if fact.at <= moment]
    return run(started(chosen.opened), told).derived


def other_prices(chosen: World, row: int) -> World:
    """From this row on everything costs a third more, and volume has halved."""
    bars = chosen.market.bars.copy()
    bars[row:, :4] *= 4.0 / 3.0
    bars[row:, 4] /= 2.0
    return replace(chosen, market=with_bars(chosen.market, bars))


def shifted_prices(chosen: World, row: int) -> World:
    """From this row on every bar comes one row late."""
    bars = chosen.market.bars.copy()
    bars[row:] = np.roll(bars[row:], 1, axis=0)
    return replace(chosen, market=with_bars(chosen.market, bars))


def other_forecasts(chosen: World, row: int) -> World:
    """After this row's open every forecast comes one instant late, the other way round."""
    moment = chosen.market.closes_at[row - 1]
    values = chosen.forecasts.values.copy()
    later = chosen.forecasts.instants > moment
    values[later] = -np.roll(values[later], 1, axis=0)
    return replace(chosen, forecasts=replace(chosen.forecasts, values=values))


@pytest.mark.parametrize("changed", [other_prices, shifted_prices, other_forecasts])
@settings(max_examples=5)
@given(seed=seeds, row=cuts)
def test_another_future_changes_no_earlier_decision(
    changed: Callable[[World, int], World], seed: int, row: int
) -> None:
    chosen = world(seed, ROWS)
    moment = Micros(int(chosen.market.closes_at[row - 1]))
    before = decided_until(chosen, moment)
    other = decided(changed(chosen, row))
    assert before
    assert other[: len(before)] == before
    assert decided(chosen)[: len(before)] == before


def test_the_changed_future_is_noticed_when_it_comes() -> None:
    chosen = world(3, ROWS)
    for changed in (other_prices, shifted_prices, other_forecasts):
        assert decided(changed(chosen, ROWS // 2)) != decided(chosen)
