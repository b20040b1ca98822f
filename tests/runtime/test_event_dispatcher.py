"""One listener's error is nobody else's."""

from __future__ import annotations

from collections.abc import Sequence

from structlog.testing import capture_logs

from trimtab.domain.observations import TimePassed
from trimtab.domain.units import Micros
from trimtab.ports import Recorded
from trimtab.runtime.event_dispatcher import EventDispatcher

BATCH = [Recorded(1, TimePassed(Micros(5)))]


class Listener:
    """Keeps ports.Audience and remembers."""

    def __init__(self) -> None:
        self.heard: list[Recorded] = []

    def publish(self, records: Sequence[Recorded]) -> None:
        self.heard += records


class Clumsy:
    """Breaks its promise not to raise."""

    def publish(self, records: Sequence[Recorded]) -> None:
        raise ValueError(f"fell over {records[0].seq}")


def test_a_listener_that_fails_is_noted_and_others_hear_all_the_same() -> None:
    first, last = Listener(), Listener()
    dispatcher = EventDispatcher([first, Clumsy(), last])
    dispatcher.publish(BATCH)
    assert first.heard == last.heard == BATCH
    assert list(dispatcher.errors) == ["Clumsy: fell over 1"]


def test_who_subscribes_hears_from_the_next_batch_on() -> None:
    late, dispatcher = Listener(), EventDispatcher()
    dispatcher.publish(BATCH)
    dispatcher.subscribe(late)
    assert late.heard == []
    dispatcher.publish(BATCH)
    assert late.heard == BATCH


def test_old_errors_are_forgotten_before_they_fill_the_memory() -> None:
    dispatcher = EventDispatcher([Clumsy()])
    with capture_logs():
        for _ in range(150):
            dispatcher.publish(BATCH)
    assert len(dispatcher.errors) == 100
