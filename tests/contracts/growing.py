"""A bot's journal that grows while others read it."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from tests.builders.market import started
from tests.contracts.journals import BOT, busy, hour
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.ports import Step


class Growing:
    """A bot's journal: every flush is durable, whatever the broker does."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "run.db"
        self._journal = SqliteJournal.open(self.path, BOT, SystemClock())
        self._journal.append(Step(replace(started(hour(0)), bot=BOT), hour(0), 0, ()))
        self.durable = self._journal.flush()
        self._steps = 0

    def write(self, steps: int) -> int:
        """So many steps of four rows, one flush each; the last durable seq."""
        for _ in range(steps):
            self._steps += 1
            self._journal.append(busy(self._steps))
            self.durable = self._journal.flush()
        return self.durable

    def close(self) -> None:
        self._journal.close()
