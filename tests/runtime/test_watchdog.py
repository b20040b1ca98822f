"""Somebody hears when the engine stops working, and when it works again."""

from __future__ import annotations

from queue import SimpleQueue

from tests.builders.patience import until
from trimtab.domain.units import Micros
from trimtab.ports import EngineState, EngineStatus
from trimtab.runtime.watchdog import watched


def test_every_trouble_every_new_reason_and_the_end_are_told_once() -> None:
    now = [state("running")]
    heard: SimpleQueue[EngineState] = SimpleQueue()
    story = [state("halted", "full"), state("halted", "broken"), state("stalled", "mute")]
    with watched(lambda: now[0], heard.put):
        for moment in (*story, state("running")):
            now[0] = moment
            assert heard.get(timeout=30.0) == moment
        now[0] = state("ended")
    assert heard.empty()


def test_that_more_facts_wait_is_no_new_trouble() -> None:
    looks = list[int]()
    heard = list[EngineState]()

    def look() -> EngineState:
        looks.append(1)
        return state("halted", "full")._replace(waiting=len(looks))

    with watched(look, heard.append):
        until(lambda: len(looks) >= 3)
    assert heard == [state("halted", "full")._replace(waiting=1)]


def state(status: EngineStatus, because: str = "") -> EngineState:
    return EngineState(status, Micros(5), because)
