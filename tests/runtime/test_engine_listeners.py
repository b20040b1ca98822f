"""A listener that fails is seen from outside, and harms neither the engine nor the others."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from structlog.testing import capture_logs

from tests.builders.market import started
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.dashboard.hub import Hub
from trimtab.dashboard.metrics import metrics_of
from trimtab.dashboard.websocket_manager import WebSocketManager
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import HOUR, Micros
from trimtab.ports import Recorded
from trimtab.runtime.engine_loop import EngineLoop
from trimtab.runtime.event_dispatcher import EventDispatcher
from trimtab.runtime.inbox import Inbox
from trimtab.runtime.reactive_bot import ReactiveBot

OPENED = Micros(473_352 * HOUR)


class Deaf:
    """Fails on everything after the start."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)

    def publish(self, records: Sequence[Recorded]) -> None:
        if records[-1].seq > 1:
            self.asked.release()
            raise ValueError("not now")


def test_what_a_listener_failed_on_shows_in_the_metrics() -> None:
    deaf, inbox = Deaf(), Inbox()
    journal = MemoryJournal("test", StandingClock(OPENED))
    bot = ReactiveBot(started(OPENED), journal, EventDispatcher([deaf]))
    loop = EngineLoop(bot, inbox, SystemClock())
    hub = Hub()
    hub.watch(lambda: loop.state)
    read = metrics_of(hub, WebSocketManager(hub.snapshot, hub.resync))
    assert b"trimtab_listeners_behind 0.0" in read()
    engine = threading.Thread(target=loop.run, daemon=True)
    with capture_logs():
        engine.start()
        inbox.put(TimePassed(Micros(OPENED + 1)))
        assert deaf.asked.acquire(timeout=10.0)
        inbox.put(TimePassed(Micros(OPENED + 2)))
        assert deaf.asked.acquire(timeout=10.0)
        assert b"trimtab_dead_letters 0.0" in read()
        inbox.close()
        engine.join(10.0)
    assert not engine.is_alive()
    assert loop.state.status == "ended"
    assert (loop.state.unheard, loop.state.buried) == (0, 2)
    assert b"trimtab_dead_letters 2.0" in read()
    assert len(list(journal.read())) == 3
