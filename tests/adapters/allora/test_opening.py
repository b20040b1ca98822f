"""A bot opens a network in one step, and is told everything that it trades on."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.allora.given import COINS, QUICK, venue
from tests.adapters.allora.test_feed import EPOCH, Fed
from tests.builders.awaiting import until
from trimtab.adapters.allora.api_key import ApiKey
from trimtab.adapters.allora.errors import KeyRefusedError
from trimtab.adapters.allora.opening import Listening, opened
from trimtab.adapters.allora.telling import marks_of
from trimtab.adapters.allora.watching import Past
from trimtab.adapters.stand_ins.allora.stand_in import KEY
from trimtab.domain.facts import Outside


@pytest.mark.parametrize("key", [None, ApiKey(KEY)], ids=["chain", "both"])
async def test_what_is_opened_tells_forecasts_as_they_are_announced(key: ApiKey | None) -> None:
    async with venue() as here:
        facts: list[Outside] = []
        listening = Listening(facts.append, here.clock, lambda: 0.0)
        async with opened(here.places, key, COINS, listening, QUICK) as allora:
            told = Fed(allora.feed, facts)
            assert [one.name for one in allora.streams] == [
                "log-return-8h", "price-8h", "log-return-24h",
            ]  # fmt: skip
            running = asyncio.create_task(allora.run())
            await until(lambda: len(told.cells()) == 7)
            await until(lambda: len(here.stand_in.events.subscriptions) == 2)
            here.pass_time(EPOCH)
            await until(lambda: len(told.cells()) == 14)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        assert len(set(told.cells())) == 14
        assert told.lost == []


async def test_a_next_life_finds_out_from_facts_what_it_need_not_tell() -> None:
    async with venue() as here:
        facts: list[Outside] = []
        listening = Listening(facts.append, here.clock, lambda: 0.0)
        async with opened(here.places, None, COINS, listening, QUICK) as allora:
            await allora.feed.poll()
            told = Fed(allora.feed, facts)
        again = Listening(
            facts.append, here.clock, lambda: 0.0,
            lambda topics: Past(marks_of(told.forecasts, topics)),
            {one.entry.topic_id: one.stream for one in told.feed.topics},
        )  # fmt: skip
        before = len(facts)
        async with opened(here.places, None, COINS, again, QUICK) as allora:
            await allora.feed.poll()
        assert len(facts) == before


async def test_with_a_wrong_key_nothing_is_opened() -> None:
    async with venue() as here:
        listening = Listening(lambda _: None, here.clock, lambda: 0.0)
        with pytest.raises(KeyRefusedError):
            async with opened(here.places, ApiKey("UP-wrong"), COINS, listening, QUICK):
                pass
