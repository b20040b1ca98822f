"""One listener's place in the stream of facts: what it has, what waits, what it could not take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

import structlog

from trimtab.domain.tags import tag_of
from trimtab.ports import Recorded

ATTEMPTS = 3
"""How often a listener is given a fact before the fact is put aside."""

BACKLOG = 100_000
"""Facts that may wait for one listener."""

_log = structlog.get_logger()


class DeadLetter(NamedTuple):
    """A fact that a listener failed on again and again."""

    listener: str
    record: Recorded
    error: str


class Standing(NamedTuple):
    """How far a listener has got."""

    listener: str
    seq: int
    """Of the last fact that it was given or that was put aside."""
    waiting: int
    """Facts that are published but not yet taken."""
    failures: int
    """Attempts that went wrong since it came."""
    buried: int
    """Facts that were put aside."""
    gap_after: int | None
    """Facts after this seq were dropped for want of room; None: never."""


class Listener:
    """Gives facts to one subscriber in order of seq; a fact that fails is given again first."""

    def __init__(
        self,
        name: str,
        give: Callable[[Sequence[Recorded]], None],
        missed: Callable[[int], None] | None = None,
        backlog: int = BACKLOG,
    ) -> None:
        """`missed` is called with a seq when facts after it were dropped for want of room."""
        self.name = name
        self.waiting: deque[Recorded] = deque()
        self.errors: deque[str] = deque(maxlen=100)
        self.dead_letters: deque[DeadLetter] = deque(maxlen=100)
        self._give = give
        self._missed = missed
        self._backlog = backlog
        self._attempts = 0
        self._seq = self._failures = self._buried = 0
        self._gap_after: int | None = None

    @property
    def standing(self) -> Standing:
        return Standing(
            self.name, self._seq, len(self.waiting), self._failures, self._buried, self._gap_after
        )

    def take(self, records: Sequence[Recorded]) -> None:
        """Gives the facts on at once, or keeps them where earlier ones still wait."""
        if self.waiting:
            self._keep(records)
            return
        try:
            self._give(records)
        except Exception as error:
            self._keep(records)
            if self.waiting:
                self._stumbled(error, records)
        else:
            self._seq = records[-1].seq

    def retry(self) -> None:
        """Gives what waits, one by one, until something fails that may be tried once more."""
        while self.waiting:
            record = self.waiting[0]
            try:
                self._give((record,))
            except Exception as error:
                self._stumbled(error, (record,))
                if self._attempts < ATTEMPTS:
                    return
                self._bury(record, error)
            self._seq = record.seq
            self._attempts = 0
            self.waiting.popleft()

    def _keep(self, records: Sequence[Recorded]) -> None:
        self.waiting.extend(records)
        if len(self.waiting) > self._backlog:
            self._drop()

    def _drop(self) -> None:
        """All that waits, so that what comes later is in order again, behind one gap."""
        self._gap_after = after = self.waiting[0].seq - 1
        self._seq = self.waiting[-1].seq
        self.waiting.clear()
        self._attempts = 0
        self.errors.append(f"{self.name}: too far behind, dropped what came after seq {after}")
        _log.error("listener too far behind", listener=self.name, reread_after=after)
        if self._missed is not None:
            try:
                self._missed(after)
            except Exception as error:
                self.errors.append(f"{self.name}: {error}")
                _log.exception("listener failed", listener=self.name, reread_after=after)

    def _stumbled(self, error: Exception, records: Sequence[Recorded]) -> None:
        """Told once for each fact. Which one of several it was, the next attempt finds out."""
        self._failures += 1
        self._attempts += len(records) == 1
        if self._attempts > 1:
            return
        self.errors.append(f"{self.name}: {error}")
        first = records[0]
        _log.error(
            "listener failed", listener=self.name, seq=first.seq, until=records[-1].seq,
            type=tag_of(first.fact), at=first.fact.at, exc_info=error,
        )  # fmt: skip

    def _bury(self, record: Recorded, error: Exception) -> None:
        self._buried += 1
        self.dead_letters.append(DeadLetter(self.name, record, str(error)))
        _log.error("fact put aside", listener=self.name, seq=record.seq, attempts=ATTEMPTS)
