"""The first fact of a bot on real markets, and where its feeds go on."""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import replace

from trimtab.adapters.allora.forecast import Mark
from trimtab.adapters.allora.telling import marks_of
from trimtab.adapters.allora.watching import Past
from trimtab.adapters.hyperliquid.bar_gatherer import INTERVALS
from trimtab.app.compose import started, versions
from trimtab.app.configuring import check_thresholds, configuration
from trimtab.app.live.world import World
from trimtab.app.settings import Settings
from trimtab.domain.observations import EngineStarted, PredictionsIssued, VenuePolicy
from trimtab.domain.units import Micros
from trimtab.ports import Journal
from trimtab.records.upcasting import facts_after
from trimtab.runtime.resuming import resumed

_LOOK = 20_000
"""Rows in which the newest forecasts are looked for."""

HISTORY = 2_000
"""Bars that teach a new bot: twelve weeks of hours, after which every analyzer is warm."""


class Beginning(NamedTuple):
    """How a start begins."""

    start: EngineStarted
    since: Micros
    """Close of the last bar that the journal knows; of a new bot, where its history begins."""
    past: Past = Past()
    """What was told of forecasts."""


def begun(settings: Settings, world: World, journal: Journal, now: Micros) -> Beginning:
    """A new bot learns from history first; one that was here before goes on.

    What it trades stands in its journal: topics that came since are for another journal. Raises
    JournalError, UserError.
    """
    past = resumed(journal, versions())
    check_thresholds(settings, world.topics, None)
    if past is None:
        return _first(settings, world, now)
    before, closed = past.mind.started, past.mind.books.closed
    coins = tuple(one.coin for one in before.instruments)
    written = configuration(settings, before.configuration.topics, coins)
    again = started(
        written, before.instruments, before.interval, now,
        bot=settings.bot, mode=settings.mode, stage=settings.stage,
    )  # fmt: skip
    return Beginning(
        replace(again, reported_from=before.reported_from, venue=_policy(settings)),
        max(closed, Micros(now - HISTORY * before.interval)),
        Past(_told(journal, past.seq, world), past.mind.lost_feeds),
    )


def _first(settings: Settings, world: World, now: Micros) -> Beginning:
    interval = bar_of(settings)
    since = Micros(now // interval * interval - HISTORY * interval)
    written = configuration(settings, world.topics, world.coins)
    start = started(
        written, world.instruments, interval, since,
        bot=settings.bot, mode=settings.mode, stage=settings.stage,
    )  # fmt: skip
    trades_from = Micros(now // interval * interval)
    start = replace(
        start, reported_from=trades_from, standby=settings.standby, venue=_policy(settings)
    )
    return Beginning(start, since)


def _told(journal: Journal, last: int, world: World) -> dict[int, Mark]:
    """By which forecasts are known that the journal has already."""
    facts = (one.fact for one in facts_after(journal, max(0, last - _LOOK)))
    issued = (one for one in facts if isinstance(one, PredictionsIssued))
    return marks_of(issued, world.followed)


def bar_of(settings: Settings) -> Micros:
    """The length of a bar."""
    return next(length for length, name in INTERVALS.items() if name == settings.bar)


def _policy(settings: Settings) -> VenuePolicy | None:
    """On paper the fill model is the exchange."""
    if settings.mode == "paper":
        return None
    return VenuePolicy(settings.hyperliquid.stop, settings.hyperliquid.strangers)
