"""Looks at the engine from outside its thread, and tells when it stops working or works again."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Event, Thread

from trimtab.ports import EngineState, EngineStatus

EVERY = 0.25
"""Seconds between two looks."""

TROUBLE: frozenset[EngineStatus] = frozenset({"halted", "stalled"})


@contextmanager
def watched(
    look: Callable[[], EngineState], tell: Callable[[EngineState], None]
) -> Generator[None]:
    """While the block lasts `tell` hears of every trouble, of a new reason, and of its end."""
    over = Event()
    thread = Thread(target=_watch, args=(look, tell, over), name="watchdog", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _watch(
    look: Callable[[], EngineState], tell: Callable[[EngineState], None], over: Event
) -> None:
    told = None
    while not over.wait(EVERY):
        state = look()
        trouble = (state.status, state.because) if state.status in TROUBLE else None
        if trouble != told:
            tell(state)
        told = trouble
