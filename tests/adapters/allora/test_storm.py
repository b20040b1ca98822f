"""Whatever fails on the way: each inference is told once at most, as it was, in time, and in order."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from tests.adapters.allora.given import Venue, venue
from tests.adapters.allora.test_feed import Fed, fed
from trimtab.adapters.allora.telling import marks_of
from trimtab.adapters.stand_ins.allora.catalogue import StandInTopic
from trimtab.domain.units import SECOND, Micros

CADENCES = {1: 75 * 5.6, 14: 60 * 5.6}
CELLS = {1: ("log-return-8h", "BTC"), 14: ("price-8h", "BTC")}


def numbered(topic: StandInTopic, at: Micros) -> Decimal:
    """A forecast that says of which epoch it is, so that it is known again."""
    scale = Decimal("1e-12") if topic.kind == "log_return" else Decimal(1)
    return Decimal(at // SECOND % 10_000_000) * scale


def trouble(here: Venue, luck: Random, source: str) -> None:
    """Something goes wrong, or right again. One source alone cannot be caught lying."""
    faults = here.stand_in.faults
    match luck.randrange(8):
        case 0:
            faults.status = {luck.choice([429, 500, 503, 404]): luck.randrange(1, 4)}
        case 1:
            faults.quiet = {luck.choice([1, 14]): here.clock.now()}
        case 2:
            faults.restamped = Micros(luck.randrange(90) * SECOND)
        case 3:
            here.stand_in.version = luck.choice(["v7", "v9", "v10"])
        case 4:
            faults.hang_ups = luck.randrange(3)
        case 5 if source == "both":
            faults.deviating = {14: luck.choice([1.0, 1.1])}
        case _:
            faults.status, faults.quiet, faults.restamped = {}, {}, Micros(0)
            faults.hang_ups, faults.deviating = 0, {}


@pytest.mark.parametrize("source", ["api", "chain", "both"])
@pytest.mark.parametrize("seed", range(4))
async def test_in_a_storm_each_inference_is_told_once_in_time_and_in_order(
    seed: int, source: str
) -> None:
    luck = Random(seed)  # noqa: S311 - a test's own luck
    async with venue(value=numbered) as here:
        life = await fed(here, 1, 14, source=source)
        for _ in range(120):
            trouble(here, luck, source)
            here.pass_time(luck.choice([5, 30, 120, 400]))
            if luck.random() < 0.1:
                marks = marks_of(life.forecasts, life.feed.topics)
                here.stand_in.faults.status, here.stand_in.faults.hang_ups = {}, 0
                life = await fed(here, 1, 14, source=source, marks=marks, before=life.facts)
            if luck.random() < 0.3:
                life.feed.wake()
            await life.feed.poll()
        assert len(life.cells()) > 30
        assert len(set(life.cells())) == len(life.cells())
        moments = [fact.at for fact in life.facts]
        assert moments == sorted(moments)
        for topic_id, cell in CELLS.items():
            _check(life, cell, CADENCES[topic_id])


def _check(whole: Fed, cell: tuple[str, str], cadence: float) -> None:
    """Each is newer than the one before, and was not stale when it was told."""
    stream, coin = cell
    scale = 1e12 if stream.startswith("log") else 1.0
    told: list[float] = []
    for fact in whole.forecasts:
        value = fact.values[fact.topics.index(stream)][fact.coins.index(coin)]
        if value is not None:
            told.append(value * scale)
            age = fact.at / SECOND % 10_000_000 - value * scale
            assert -100.0 < age <= 3.0 * cadence + 90.0
    assert told == sorted(told)
