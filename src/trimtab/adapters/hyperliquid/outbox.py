"""Facts on their way to the engine: who tells never waits, and their order is kept."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from trimtab.domain.facts import Outside

Put = Callable[[Outside], object]


class Outbox:
    """A thread of its own waits where the engine's inbox is full, so that no event loop does."""

    def __init__(self, put: Put, name: str) -> None:
        """`put`: into the engine's inbox; called on the outbox's thread, it may wait."""
        self._put = put
        self._facts: SimpleQueue[Outside | None] = SimpleQueue()
        self._thread = Thread(target=self._carry, name=f"{name} facts", daemon=True)
        self._thread.start()

    def tell(self, fact: Outside) -> None:
        """Never waits. Safe between threads."""
        self._facts.put(fact)

    def close(self) -> None:
        """Returns when all that was told is put."""
        self._facts.put(None)
        self._thread.join()

    def _carry(self) -> None:
        while (fact := self._facts.get()) is not None:
            self._put(fact)
