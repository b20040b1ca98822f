"""Forecasts become facts once, when they become known; silence is told, and so is its end."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import NamedTuple

import pytest

from tests.adapters.allora.given import NOON, Venue, venue
from tests.builders.awaiting import until
from trimtab.adapters.allora.feed import AlloraFeed
from trimtab.adapters.allora.forecast import Mark
from trimtab.adapters.allora.sources import (
    ApiSource,
    ChainSource,
    CheckedSource,
    ForecastSource,
)
from trimtab.adapters.allora.telling import marks_of
from trimtab.adapters.allora.watching import Past
from trimtab.domain.facts import Outside
from trimtab.domain.observations import FeedLost, FeedRestored, PredictionsIssued
from trimtab.domain.units import HOUR, SECOND, Micros

EPOCH = 75 * 5.6
"""Seconds between forecasts of topics 1, 2 and 3."""


class Fed(NamedTuple):
    """A feed, and what it has put."""

    feed: AlloraFeed
    facts: list[Outside]

    @property
    def forecasts(self) -> list[PredictionsIssued]:
        return [fact for fact in self.facts if isinstance(fact, PredictionsIssued)]

    @property
    def lost(self) -> list[str]:
        return [fact.reason for fact in self.facts if isinstance(fact, FeedLost)]

    @property
    def restored(self) -> list[str]:
        return [fact.feed for fact in self.facts if isinstance(fact, FeedRestored)]

    def cells(self) -> list[tuple[str, str, float]]:
        """Stream, coin and value of all that was told."""
        return [
            (stream, coin, value)
            for fact in self.forecasts
            for stream, row in zip(fact.topics, fact.values, strict=True)
            for coin, value in zip(fact.coins, row, strict=True)
            if value is not None
        ]


def source_of(here: Venue, name: str) -> ForecastSource:
    api, chain = ApiSource(here.api), ChainSource(here.chain)
    sources: dict[str, ForecastSource] = {
        "api": api, "chain": chain, "both": CheckedSource(api, chain),
    }  # fmt: skip
    return sources[name]


async def fed(
    here: Venue,
    *topics: int,
    source: str = "chain",
    marks: dict[int, Mark] | None = None,
    lost: tuple[str, ...] = (),
    before: list[Outside] | None = None,
) -> Fed:
    """`before`: what a former life has told; what this one tells is added."""
    facts = [] if before is None else before
    followed = await here.followed(*topics)
    feed = AlloraFeed(
        followed,
        source_of(here, source),
        facts.append,
        here.clock,
        lambda: 0.0,
        Past(marks or {}, lost),
    )
    return Fed(feed, facts)


def until_the_next(here: Venue) -> None:
    here.pass_time(EPOCH)


@pytest.mark.parametrize("source", ["api", "chain", "both"])
async def test_all_forecasts_of_one_moment_are_one_table(source: str) -> None:
    async with venue() as here:
        told = await fed(here, source=source)
        await told.feed.poll()
        (fact,) = told.facts
        assert isinstance(fact, PredictionsIssued)
        assert fact.at == NOON
        assert fact.topics == ("log-return-8h", "price-8h", "log-return-24h")
        assert fact.coins == ("BTC", "ETH", "SOL")
        given = [[value is not None for value in row] for row in fact.values]
        assert given == [[True, True, True], [True, True, True], [True, False, False]]


async def test_a_value_is_told_with_the_digits_that_recorded_ones_have() -> None:
    async with venue(value=lambda _, __: Decimal("0.004123456789")) as here:
        told = await fed(here, 1)
        await told.feed.poll()
        assert told.cells() == [("log-return-8h", "BTC", 0.00412346)]


async def test_an_interval_is_told_where_there_is_one() -> None:
    async with venue(value=lambda _, __: Decimal("0.01")) as here:
        told = await fed(here, 1, source="api")
        await told.feed.poll()
        (fact,) = told.forecasts
        assert (fact.lower, fact.upper) == (((0.0099,),), ((0.0101,),))


@pytest.mark.parametrize("source", ["api", "chain", "both"])
async def test_each_forecast_is_told_once_however_often_it_is_asked_for(source: str) -> None:
    async with venue() as here:
        told = await fed(here, 1, source=source)
        for _ in range(4):
            for _ in range(3):
                told.feed.wake()
                await told.feed.poll()
            until_the_next(here)
        assert len(told.forecasts) == 4
        assert len(set(told.cells())) == 4


async def test_a_topic_is_asked_for_when_its_next_forecast_is_due_and_not_before() -> None:
    async with venue() as here:
        told = await fed(here, 1, source="api")
        await told.feed.poll()
        asked = len(here.stand_in.asked)
        here.pass_time(1)
        await told.feed.poll()
        assert len(here.stand_in.asked) == asked
        until_the_next(here)
        await told.feed.poll()
        assert len(here.stand_in.asked) == asked + 1


async def test_one_inference_with_two_timestamps_is_told_once() -> None:
    async with venue() as here:
        told = await fed(here, 1, source="api")
        await told.feed.poll()
        here.stand_in.faults.restamped = Micros(90 * SECOND)
        here.pass_time(90)
        told.feed.wake()
        await told.feed.poll()
        assert len(told.forecasts) == 1


@pytest.mark.parametrize("source", ["api", "chain"])
async def test_after_a_restart_nothing_is_told_twice(source: str) -> None:
    async with venue() as here:
        first = await fed(here, source=source)
        await first.feed.poll()
        second = await fed(here, source=source, marks=first.feed.marks)
        await second.feed.poll()
        assert second.facts == []
        until_the_next(here)
        await second.feed.poll()
        assert len(second.forecasts) == 1


@pytest.mark.parametrize("source", ["api", "chain", "both"])
async def test_what_is_durable_in_the_journal_is_enough_to_tell_nothing_twice(source: str) -> None:
    async with venue() as here:
        first = await fed(here, source=source)
        await first.feed.poll()
        marks = marks_of(first.forecasts, first.feed.topics)
        assert set(marks) == {1, 2, 3, 9, 10, 14, 15}
        second = await fed(here, source=source, marks=marks)
        await second.feed.poll()
        assert second.facts == []
        until_the_next(here)
        await second.feed.poll()
        assert len(second.cells()) == 7


async def test_a_quiet_topic_that_is_stamped_anew_becomes_stale_all_the_same() -> None:
    async with venue() as here:
        told = await fed(here, 1, source="api")
        await told.feed.poll()
        here.stand_in.faults.quiet[1] = NOON
        for _ in range(5):
            until_the_next(here)
            here.stand_in.faults.restamped = Micros(here.clock.now() - NOON)
            await told.feed.poll()
        assert len(told.forecasts) == 1
        assert "topic 1 is quiet" in told.lost[0]


async def test_who_wants_to_be_left_alone_is() -> None:
    async with venue() as here:
        told = await fed(here, 1)
        here.stand_in.faults.status, here.stand_in.faults.retry_after = {429: -1}, 600
        await told.feed.poll()
        asked = len(here.stand_in.asked)
        here.pass_time(599)
        await told.feed.poll()
        assert len(here.stand_in.asked) == asked
        here.pass_time(1)
        await told.feed.poll()
        assert len(here.stand_in.asked) == asked + 1


async def test_what_is_called_for_while_it_is_being_asked_is_asked_again() -> None:
    async with venue() as here:
        told = await fed(here, 1)
        here.stand_in.faults.stall = 0.05
        here.stand_in.asked.clear()
        asking = asyncio.create_task(told.feed.poll())
        await until(lambda: bool(here.stand_in.asked))
        told.feed.wake(1)
        await asking
        assert told.feed.watch(1).due == 0
        await told.feed.poll()
        assert told.feed.watch(1).due > here.clock.now()


async def test_a_quiet_topic_tells_nothing_new_and_its_feed_is_lost_when_it_is_stale() -> None:
    async with venue() as here:
        told = await fed(here, 1)
        await told.feed.poll()
        here.stand_in.faults.quiet[1] = NOON
        for _ in range(4):
            until_the_next(here)
            await told.feed.poll()
        assert len(told.forecasts) == 1
        (reason,) = told.lost
        assert "topic 1 is quiet" in reason
        assert (
            told.feed.watch(1).freshness(Micros(int(EPOCH * SECOND)), here.clock.now()) == "stale"
        )


async def test_a_topic_that_speaks_again_is_restored_before_its_forecast_is_told() -> None:
    async with venue() as here:
        here.stand_in.faults.quiet[1] = Micros(NOON - 2 * HOUR)
        told = await fed(here, 1)
        await told.feed.poll()
        assert [type(fact) for fact in told.facts] == [FeedLost]
        here.stand_in.faults.quiet.clear()
        told.feed.wake()
        await told.feed.poll()
        assert [type(fact) for fact in told.facts] == [FeedLost, FeedRestored, PredictionsIssued]
        assert told.restored == ["forecasts/allora/testnet/1"]


async def test_a_feed_that_was_lost_before_a_restart_is_restored_after_it() -> None:
    """Else the bot would wait for it for ever."""
    async with venue() as here:
        told = await fed(here, 1, lost=("forecasts/allora/testnet/1", "hyperliquid/BTC"))
        await told.feed.poll()
        assert told.restored == ["forecasts/allora/testnet/1"]


async def test_a_feed_that_is_still_lost_after_a_restart_is_not_told_again() -> None:
    async with venue() as here:
        here.stand_in.faults.quiet[1] = Micros(NOON - 2 * HOUR)
        told = await fed(here, 1, lost=("forecasts/allora/testnet/1",))
        await told.feed.poll()
        assert told.facts == []


async def test_a_lost_feed_that_nobody_follows_any_more_is_let_go_once() -> None:
    async with venue() as here:
        told = await fed(
            here, 1, lost=("forecasts/allora/testnet/777", "forecasts/allora/mainnet/1")
        )
        await told.feed.poll()
        await told.feed.poll()
        assert told.restored == ["forecasts/allora/testnet/777", "forecasts/allora/mainnet/1"]


async def test_one_quiet_topic_does_not_silence_the_others() -> None:
    async with venue() as here:
        here.stand_in.faults.quiet[1] = Micros(NOON - 2 * HOUR)
        told = await fed(here, 1, 2)
        await told.feed.poll()
        assert [coin for _, coin, _ in told.cells()] == ["ETH"]


async def test_a_passing_failure_is_no_lost_feed_until_what_is_known_is_stale() -> None:
    async with venue() as here:
        told = await fed(here, 1)
        await told.feed.poll()
        here.stand_in.faults.status = {503: -1}
        for _ in range(2):
            until_the_next(here)
            await told.feed.poll()
        assert told.lost == []
        until_the_next(here)
        await told.feed.poll()
        (reason,) = told.lost
        assert "HTTP 503" in reason


@pytest.mark.parametrize("status", [401, 404])
async def test_a_failure_that_does_not_pass_is_told_at_once_and_once(status: int) -> None:
    async with venue() as here:
        told = await fed(here, 1, source="api")
        here.stand_in.faults.status = {status: -1}
        for _ in range(3):
            told.feed.wake()
            await told.feed.poll()
        assert len(told.lost) == 1


async def test_a_failure_that_does_not_pass_is_told_though_what_is_known_is_fresh() -> None:
    async with venue() as here:
        told = await fed(here, 1, source="api")
        await told.feed.poll()
        here.stand_in.faults.status = {401: 1}
        told.feed.wake()
        await told.feed.poll()
        assert len(told.lost) == 1


async def test_an_api_that_is_one_inference_behind_the_chain_agrees_with_it() -> None:
    async with venue() as here:
        here.stand_in.faults.behind = 1
        told = await fed(here, 14, source="both")
        await told.feed.poll()
        until_the_next(here)
        await told.feed.poll()
        assert (len(told.forecasts), told.lost) == (2, [])
        here.stand_in.faults.behind = 3
        told.feed.wake()
        await told.feed.poll()
        assert "the API tells" in told.lost[0]


async def test_sources_that_disagree_are_told_and_nothing_is_traded_on_them() -> None:
    async with venue() as here:
        here.stand_in.faults.deviating[14] = 1.01
        told = await fed(here, 14, source="both")
        await told.feed.poll()
        (reason,) = told.lost
        assert "the API tells" in reason
        assert told.forecasts == []
        here.stand_in.faults.deviating.clear()
        told.feed.wake()
        await told.feed.poll()
        assert len(told.restored) == len(told.forecasts) == 1


async def test_forecasts_from_the_future_are_not_used() -> None:
    async with venue() as here:
        here.stand_in.faults.clock_skew = Micros(HOUR)
        told = await fed(here, 1, source="api")
        await told.feed.poll()
        assert told.forecasts == []
        assert "in the future" in told.lost[0]


async def test_facts_never_go_back_in_time() -> None:
    async with venue() as here:
        told = await fed(here)
        for _ in range(80):
            await told.feed.poll()
            here.pass_time(37)
        moments = [fact.at for fact in told.facts]
        assert len(moments) > 10
        assert moments == sorted(moments)


async def test_age_is_split_into_network_fetch_and_queue() -> None:
    async with venue() as here:
        told = await fed(here, 1)
        await told.feed.poll()
        age = told.feed.watch(1).age
        assert age is not None
        issued_at = told.feed.watch(1).issued_at
        assert age.whole == age.network == NOON - (issued_at or 0)
        assert age.network > 12 * 5 * SECOND


async def test_a_feed_that_runs_tells_what_it_is_woken_for() -> None:
    async with venue() as here:
        told = await fed(here, 1)
        running = asyncio.create_task(told.feed.run())
        await until(lambda: len(told.forecasts) == 1)
        until_the_next(here)
        told.feed.wake(1)
        await until(lambda: len(told.forecasts) == 2)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
