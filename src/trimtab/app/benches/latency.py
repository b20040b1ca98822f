"""Latency: from a fact's intended arrival to the durable decision, through the live loop."""

from __future__ import annotations

import gc
import os
import resource
import tempfile
import time
from array import array
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import get_args

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.schema import Synchronous
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.benches.latency_load import Load, forecasts, spikes
from trimtab.app.compose import live_bot
from trimtab.domain.decisions import Decision
from trimtab.domain.observations import BarsClosed, PredictionsIssued
from trimtab.ports import Recorded
from trimtab.runtime.engine_loop import EngineLoop
from trimtab.runtime.inbox import Inbox

LOADS: dict[str, Callable[[int], Load]] = {"spikes": spikes, "forecasts": forecasts}
"""By name: what every event is."""

LEARNING = 1_000
"""Facts in one flush while the bot learns what it has to know."""

WARM_UP = 3.0
"""Seconds under load before anything is counted."""

_DECISIONS = get_args(Decision)
_EVENTS = (BarsClosed, PredictionsIssued)


class Percentiles(Struct, frozen=True):
    """Milliseconds."""

    p50: float
    p99: float
    max: float


class LatencyFigures(Struct, frozen=True):
    """From the moment an event was due to be sent to its decision being durable."""

    rate: int
    """Events a second that were sent, whether the engine kept up or not."""
    sync: str
    events: str
    seconds: float
    appended: int
    """Events accepted, the warm-up's included."""
    lost: int
    """Accepted and never seen durable."""
    decisions: int
    decided: float
    """Share of the events that made at least one decision."""
    facts_per_s: float
    """Durable, derived ones included."""
    event_to_durable_ms: Percentiles
    group_facts: Percentiles
    """Facts made durable by one flush."""
    lag_at_end_ms: float
    """Median of the last tenth."""
    lag_in_middle_ms: float
    """Median of the tenth in the middle: a lag that grows shows against it."""
    memory_growth_mb: float
    """Of the process, in the second half: by then SQLite's cache (64 MB) is mostly filled."""
    journal_mb: float
    load_average: float
    """Of the machine in the minute before the end: other programs included."""


class Stopwatch:
    """Keeps ports.Audience: notes when each event's decision was durable."""

    def __init__(self) -> None:
        self.armed = False
        """Nothing is noted before: the bot is still learning."""
        self.durable_at = array("d")
        """Monotonic seconds, by event."""
        self.groups = array("d")
        """Facts, by flush."""
        self.decisions = 0
        self.decided = 0

    def publish(self, records: Sequence[Recorded]) -> None:
        """As ports.Audience has it."""
        if not self.armed:
            return
        now = time.perf_counter()
        self.groups.append(len(records))
        undecided = False
        for _, fact in records:
            if isinstance(fact, _EVENTS):
                self.durable_at.append(now)
                undecided = True
            elif isinstance(fact, _DECISIONS):
                self.decisions += 1
                self.decided += undecided
                undecided = False


class Sender(Thread):
    """Sends at its own times, whatever the engine does: a slow engine is not waited for."""

    def __init__(self, load: Load, inbox: Inbox, rate: int) -> None:
        super().__init__(name="bench sender", daemon=True)
        self._events, self._inbox, self._rate = load.events, inbox, rate
        self.due = array("d")
        """When each event should have been sent, monotonic seconds."""
        self.memory_in_middle = 0.0

    def run(self) -> None:
        """Until all were sent."""
        began, middle = time.perf_counter(), len(self._events) // 2
        for number, fact in enumerate(self._events):
            due = began + number / self._rate
            while (left := due - time.perf_counter()) > 0.0:
                time.sleep(left)
            if number == middle:
                self.memory_in_middle = _own_memory_mb()
            self._inbox.put(fact)
            self.due.append(due)
        self._inbox.close()


def measure_latency(
    rate: int, sync: Synchronous = "FULL", seconds: float = 20.0, events: str = "spikes"
) -> LatencyFigures:
    """One run on a journal in a temporary folder of this machine's disk."""
    load = LOADS[events](int((WARM_UP + seconds) * rate))
    watch, inbox = Stopwatch(), Inbox(room=len(load.events))
    sender = Sender(load, inbox, rate)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        journal = SqliteJournal.open(path, load.start.bot, SystemClock(), synchronous=sync)
        with closing(journal):
            bot = live_bot(load.start, journal, [watch], LEARNING)
            for fact in load.past:
                bot.take(fact)
            bot.flush()
            watch.armed = True
            with _collector_frozen():
                sender.start()
                EngineLoop(bot, inbox, SystemClock()).run()
        grown, size = _own_memory_mb() - sender.memory_in_middle, path.stat().st_size / 1e6
    return _figures(rate, sync, events, watch, sender.due, grown, size)


@contextmanager
def _collector_frozen() -> Generator[None]:
    """Facts hold no cycles: nothing to look for."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _figures(
    rate: int,
    sync: str,
    events: str,
    watch: Stopwatch,
    due: array[float],
    grown: float,
    size: float,
) -> LatencyFigures:
    seen = len(watch.durable_at)
    late = (np.array(watch.durable_at) - np.array(due[:seen])) * 1e3
    counted = late[int(WARM_UP * rate) :]
    tenth = max(1, len(counted) // 10)
    middle = counted[len(counted) // 2 :][:tenth]
    facts = sum(watch.groups)
    lasted = watch.durable_at[-1] - due[0]
    return LatencyFigures(
        rate=rate,
        sync=sync,
        events=events,
        seconds=round(len(counted) / rate, 1),
        appended=len(due),
        lost=len(due) - seen,
        decisions=watch.decisions,
        decided=round(watch.decided / seen, 4),
        facts_per_s=round(facts / lasted),
        event_to_durable_ms=percentiles(counted),
        group_facts=percentiles(np.array(watch.groups)),
        lag_in_middle_ms=round(float(np.median(middle)), 3),
        lag_at_end_ms=round(float(np.median(counted[-tenth:])), 3),
        memory_growth_mb=round(grown, 1),
        journal_mb=round(size, 1),
        load_average=round(os.getloadavg()[0], 2),
    )


def percentiles(values: NDArray[np.float64]) -> Percentiles:
    """Median, 99th percentile and largest, in milliseconds."""
    p50, p99, largest = np.percentile(values, (50, 99, 100)).tolist()
    return Percentiles(round(p50, 3), round(p99, 3), round(largest, 3))


def _own_memory_mb() -> float:
    """Memory of this process that is in use now, without the journal's file, which it maps."""
    _, resident, shared, *_ = map(int, Path("/proc/self/statm").read_text().split())
    return (resident - shared) * resource.getpagesize() / 1e6
