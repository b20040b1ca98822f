"""Allora's forecasts as facts: asked for at each topic's own pace, told once, and their silence told too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from trimtab.adapters.allora.checks import check_possible, check_time
from trimtab.adapters.allora.errors import (
    AlloraError,
    ServerFailedError,
    TooManyRequestsError,
    UnreachableError,
)
from trimtab.adapters.allora.forecast import Age, Forecast, Mark
from trimtab.adapters.allora.sources import ForecastSource
from trimtab.adapters.allora.streams import FEEDS, Followed, length
from trimtab.adapters.allora.telling import Table
from trimtab.adapters.allora.watching import Past, Watch, after_failure, is_worth, next_question
from trimtab.domain.facts import Outside
from trimtab.domain.observations import FeedLost, FeedRestored
from trimtab.domain.units import MINUTE, NEVER, SECOND, Micros
from trimtab.ports import Clock

_TOGETHER = 1.0
"""Seconds that answers wait for each other, to be told as one table."""

_PASSING = (UnreachableError, TooManyRequestsError, ServerFailedError)
"""A feed is lost by these only when what is known has become stale."""


class _Answer(NamedTuple):
    topic: Followed
    told: Forecast | AlloraError
    asked_at: Micros
    received_at: Micros


class AlloraFeed:
    """Puts `PredictionsIssued`, `FeedLost` and `FeedRestored`. Belongs to one event loop.

    A forecast is told at the moment when it became known here, once, however often and by whichever
    way it comes. One that is stale, or half of whose horizon is over, is not told.
    """

    def __init__(
        self,
        topics: Sequence[Followed],
        source: ForecastSource,
        put: Callable[[Outside], object],
        clock: Clock,
        chance: Callable[[], float],
        past: Past | None = None,
    ) -> None:
        """`chance`: numbers in [0, 1) for the jitter; `past`: what a former life has told."""
        past = past or Past()
        self.topics = tuple(topics)
        self._table = Table.of(topics)
        self._source = source
        self._put = put
        self._clock = clock
        self._chance = chance
        self._woken = asyncio.Event()
        self._called = set[int]()
        self._watches = {one.entry.topic_id: _watch(one, past) for one in topics}
        self._orphans = [one for one in past.lost if one.startswith(FEEDS)]

    @property
    def marks(self) -> dict[int, Mark]:
        """By topic: keep them, and give them to the next life."""
        return {
            topic: watch.mark for topic, watch in self._watches.items() if watch.mark is not None
        }

    def watch(self, topic_id: int) -> Watch:
        """What is known of one topic."""
        return self._watches[topic_id]

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.poll()
            await self._pause()

    async def poll(self) -> None:
        """Asks for every topic that is due, and tells what is new."""
        self._let_go()
        asked = {asyncio.create_task(self._ask(topic)) for topic in self._due()}
        try:
            while asked:
                done, asked = await asyncio.wait(asked, timeout=_TOGETHER)
                self._take([task.result() for task in done])
        finally:
            for task in asked:
                task.cancel()

    def wake(self, topic_id: int | None = None) -> None:
        """One topic, or all, are asked for at once: somebody says that there is more."""
        for topic in self.topics:
            number = topic.entry.topic_id
            if topic_id in {None, number}:
                self._watches[number] = replace(self._watches[number], due=Micros(0))
                self._called.add(number)
        self._woken.set()

    def _let_go(self) -> None:
        """Nobody waits any more for feeds that are lost and no longer followed."""
        followed = {one.feed for one in self.topics}
        for feed in self._orphans:
            if feed not in followed:
                self._put(FeedRestored(self._clock.now(), feed))
        self._orphans.clear()

    def _due(self) -> list[Followed]:
        now = self._clock.now()
        due = [one for one in self.topics if self._watches[one.entry.topic_id].due <= now]
        self._called -= {one.entry.topic_id for one in due}
        return due

    def _next(self, topic: Followed, due: Micros) -> Micros:
        """At once where it was called for while it was being asked."""
        return Micros(0) if topic.entry.topic_id in self._called else due

    async def _pause(self) -> None:
        due = min((watch.due for watch in self._watches.values()), default=NEVER)
        seconds = max(0.0, (due - self._clock.now()) / SECOND)
        try:
            async with asyncio.timeout(min(seconds, MINUTE / SECOND)):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    async def _ask(self, topic: Followed) -> _Answer:
        asked_at = self._clock.now()
        told: Forecast | AlloraError
        try:
            told = await self._source.latest(topic)
            check_time(told, self._clock.now())
            check_possible(told)
        except AlloraError as error:
            told = error
        return _Answer(topic, told, asked_at, self._clock.now())

    def _take(self, answers: Sequence[_Answer]) -> None:
        news = [one for answer in answers if (one := self._seen(answer)) is not None]
        if news:
            self._put(self._table.fact(self._clock.now(), news))

    def _seen(self, answer: _Answer) -> tuple[Followed, Forecast] | None:
        """What is to be told of it, if anything."""
        if isinstance(answer.told, AlloraError):
            self._failed(answer.topic, answer.told)
            return None
        topic, told = answer.topic, answer.told
        watch, now = self._watches[topic.entry.topic_id], self._clock.now()
        is_known = watch.mark is not None and watch.mark.is_of(told, topic.entry.cadence)
        worth = not is_known and is_worth(told, topic.entry.cadence, now)
        mark = watch.mark if is_known and watch.mark is not None else told.mark
        self._watches[topic.entry.topic_id] = watch = replace(
            watch,
            mark=mark,
            due=self._next(topic, next_question(topic, mark.issued_at, now, self._chance())),
            age=_age(answer, told, now) if worth else watch.age,
        )
        self._tell_state(topic, _silence(topic, watch, now, is_late=not is_known and not worth))
        return (topic, told) if worth else None

    def _failed(self, topic: Followed, error: AlloraError) -> None:
        number, now = topic.entry.topic_id, self._clock.now()
        after = error.after if isinstance(error, TooManyRequestsError) else None
        due = self._next(topic, after_failure(now, self._chance(), after))
        self._watches[number] = watch = replace(self._watches[number], due=due)
        if isinstance(error, _PASSING) and watch.freshness(topic.entry.cadence, now) != "stale":
            return
        self._tell_state(topic, str(error))

    def _tell_state(self, topic: Followed, reason: str) -> None:
        """Only what changes is told."""
        number, now = topic.entry.topic_id, self._clock.now()
        watch = self._watches[number]
        if reason and not watch.lost:
            self._put(FeedLost(now, topic.feed, reason))
        if watch.lost and not reason:
            self._put(FeedRestored(now, topic.feed))
        self._watches[number] = replace(watch, lost=reason)


def _watch(topic: Followed, past: Past) -> Watch:
    lost = "lost before the restart" if topic.feed in past.lost else ""
    return Watch(past.marks.get(topic.entry.topic_id), lost=lost)


def _age(answer: _Answer, told: Forecast, now: Micros) -> Age:
    return Age(
        Micros(max(0, answer.asked_at - told.issued_at)),
        Micros(answer.received_at - answer.asked_at),
        Micros(now - answer.received_at),
    )


def _silence(topic: Followed, watch: Watch, now: Micros, *, is_late: bool) -> str:
    """Why the feed is as good as lost; empty while it is well."""
    age = length(Micros(max(MINUTE, now - (watch.issued_at or now)) // MINUTE * MINUTE))
    if watch.freshness(topic.entry.cadence, now) == "stale":
        return f"topic {topic.entry.topic_id} is quiet: its last forecast is {age} old"
    if is_late:
        return (
            f"topic {topic.entry.topic_id} is late: its forecast is {age} old, and half of its"
            f" {length(topic.horizon)} are over"
        )
    return ""
