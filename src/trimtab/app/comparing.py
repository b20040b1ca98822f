"""The runs of a comparison, one bot a topic and variant, over as many processes as are wanted."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from trimtab.app.configuring import configuration, unhalted
from trimtab.app.output import console, progress_bar
from trimtab.app.placebo import with_signs_shuffled
from trimtab.app.recording import Files, Recording, only_topic, read_recording
from trimtab.app.running import run
from trimtab.app.settings import Settings
from trimtab.app.starting import started_on
from trimtab.app.summary import Change
from trimtab.app.thresholds import AUTO, static_threshold
from trimtab.app.trade_log import TradeLog
from trimtab.app.variants import VARIANTS
from trimtab.context.accuracy_cells import AccuracyCell
from trimtab.domain.decisions import BooksMarked
from trimtab.domain.units import Micros, TopicName
from trimtab.lab.round_trips import RoundTrips


class Asked(Struct, frozen=True):
    """What every run of a comparison has in common."""

    files: Files
    settings: Settings
    begin: Micros | None
    """Earlier rows only teach (UTC)."""
    threshold: str
    """Of the static twin: a number, or `auto`."""
    placebo: int | None = None
    """Seed of signs that are drawn anew before anything else; None: forecasts as they are."""


class Told(Struct, frozen=True):
    """What one bot left behind."""

    variant: str
    topic: TopicName
    marks: list[BooksMarked]
    changes: list[Change]
    round_trips: RoundTrips
    phases: list[tuple[Micros, int]]
    cells: tuple[AccuracyCell, ...]


Job = tuple[str, int]
"""Variant, and the topic's place in its recording."""


def runs(asked: Asked, variants: Sequence[str], processes: int) -> dict[str, dict[TopicName, Told]]:
    """By variant and topic, in their order. Raises UserError, DataError."""
    jobs = [
        (variant, place)
        for variant in variants
        for place in range(len(_recording(asked, variant).topics))
    ]
    told = dict(_told(asked, jobs, min(processes, len(jobs))))
    found: dict[str, dict[TopicName, Told]] = {variant: {} for variant in variants}
    for job in jobs:
        found[job[0]][told[job].topic] = told[job]
    return found


def _told(asked: Asked, jobs: Sequence[Job], processes: int) -> Iterator[tuple[Job, Told]]:
    """In the order in which they end."""
    if processes <= 1:
        for job in jobs:
            yield job, told_of(asked, job)
        return
    # Forked processes would inherit the locks of libraries' threads: they are begun afresh.
    fresh = multiprocessing.get_context("spawn")
    with (
        progress_bar("compare", len(jobs)) as show,
        ProcessPoolExecutor(processes, mp_context=fresh, initializer=_silently) as pool,
    ):
        waiting = {pool.submit(told_of, asked, job): job for job in jobs}
        for done, future in enumerate(as_completed(waiting), 1):
            yield waiting[future], future.result()
            show(done)


def told_of(asked: Asked, job: Job) -> Told:
    """One bot from the first bar to the last. No drawdown stops it: nobody could resume it.

    A threshold that was found for the twin is the twin's alone: the gate has its own.
    """
    variant, place = job
    recording = only_topic(_recording(asked, variant), place)
    settings = VARIANTS[variant].settings(asked.settings)
    written = unhalted(configuration(settings, recording.topics, recording.candles.coins))
    start = started_on(recording, written, bot=settings.bot, begin=asked.begin)
    topic = written.topics[0]
    if asked.threshold != AUTO or topic.name not in settings.thresholds:
        level = static_threshold(asked.threshold, recording, asked.begin, written)
        twin = replace(start.twin, topics=(replace(topic, threshold=level),))
        start = replace(start, twin=twin)
    log = TradeLog()
    bot, summary = run(recording, start, title=f"{topic.name}, {variant}", watch=log.see)
    return Told(
        variant, topic.name, summary.marks, summary.changes, log.round_trips, log.phases,
        bot.mind.accuracy.cells(),
    )  # fmt: skip


def _recording(asked: Asked, variant: str) -> Recording:
    return _changed(asked.files, asked.placebo, variant)


@cache
def _changed(files: Files, placebo: int | None, variant: str) -> Recording:
    return VARIANTS[variant].recording(_as_asked(files, placebo))


@cache
def _as_asked(files: Files, placebo: int | None) -> Recording:
    """Read once a process."""
    recording = read_recording(files)
    return recording if placebo is None else with_signs_shuffled(recording, placebo)


def _silently() -> None:
    """Only the process that was called shows how far it is."""
    console.quiet = True
