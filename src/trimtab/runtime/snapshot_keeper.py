"""Keeps a bot's state every so many facts, so that a restart has little to fold again."""

from __future__ import annotations

from trimtab.domain.units import Micros
from trimtab.mind.mind import Mind
from trimtab.ports import Journal, JournalError
from trimtab.records import snapshot

SNAPSHOT_EVERY = 10_000
"""Facts. A state of 15 coins is some 0.2 MB and taken within a millisecond."""


class SnapshotKeeper:
    """Sees only durable states. That one cannot be kept is no reason to stop: facts are the truth."""

    def __init__(self, journal: Journal, every: int, seq: int) -> None:
        """`seq`: up to where states were kept, or there was nothing to keep."""
        self._journal = journal
        self._every = every
        self._tried = seq
        self._kept: int = seq
        self._newest: tuple[int, Micros, Mind] | None = None
        self.error: str | None = None
        """Why the last one was not kept."""

    def durable(self, seq: int, at: Micros, mind: Mind) -> None:
        """The state after `seq`; `at`: of the last fact from outside."""
        self._newest = seq, at, mind
        if seq - self._tried >= self._every:
            self.keep()

    def keep(self) -> None:
        """The newest state, if it was not kept already."""
        if self._newest is None or self._newest[0] == self._kept:
            return
        seq, at, mind = self._newest
        self._tried = seq
        try:
            self._journal.keep(snapshot.taken(seq, at, mind.started.versions, mind))
        except JournalError as error:
            self.error = str(error)
            return
        self._kept, self.error = seq, None
