"""Notary: reads along with the journal and signs checkpoints of it. Never in the engine's way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Event, Thread
from time import monotonic
from typing import NamedTuple

import structlog

from trimtab.ports import (
    CheckpointLog,
    CheckpointSigner,
    Clock,
    CompanionState,
    History,
    Recorded,
)
from trimtab.records.audit_verification import SignatureCheck
from trimtab.records.checkpoint import Checkpoint
from trimtab.records.journal_row import JournalRow
from trimtab.records.notarised_rows import NotarisedRows
from trimtab.runtime.courier import Courier

_log = structlog.get_logger()

_BREATH = 64
"""Rows between two breaths, each as long as the work before it: the engine has the other half."""


class Desk(NamedTuple):
    """What a notary works with."""

    history: Callable[[], History]
    """Opens the journal; called in the notary's thread. Raises JournalError."""
    log: CheckpointLog
    signer: CheckpointSigner
    is_signed: SignatureCheck
    clock: Clock


class Pace(NamedTuple):
    """How often a checkpoint is made: whichever comes first, and only of something new."""

    rows: int = 1_000
    seconds: float = 60.0


USUAL = Pace()


class Notary:
    """Keeps ports.Audience and ports.Companion. Stops signing for good when the rows contradict what was signed."""

    def __init__(self, desk: Desk, couriers: Sequence[Courier] = (), pace: Pace = USUAL) -> None:
        self._desk = desk
        self._couriers = couriers
        self._pace = pace
        self._rows: NotarisedRows | None = None
        self._history: History | None = None
        self._outstanding: list[Checkpoint] = []
        """Of earlier runs: anchors may lack some of them."""
        self._unsaved: list[Checkpoint] = []
        self._wanted, self._closing = Event(), Event()
        self.alarm: str | None = None
        """The rows are not those that were signed: somebody has to look. Nothing is signed since."""
        self._problem: str | None = None
        self._newest = 0
        """The last durable seq that is known here."""
        self._wanted.set()
        self._thread = Thread(target=self._run, name="notary", daemon=True)
        self._thread.start()

    def publish(self, records: Sequence[Recorded]) -> None:
        """These are durable. Does not wait."""
        self._newest = records[-1].seq
        if self._rows and records[-1].seq - self._rows.signed >= self._pace.rows:
            self._wanted.set()

    @property
    def problems(self) -> tuple[str, ...]:
        """What a person should know, the alarm first; empty while all goes well."""
        told = [self.alarm, self._problem, *(courier.problem for courier in self._couriers)]
        return tuple(one for one in told if one is not None)

    @property
    def companion(self) -> CompanionState:
        """How far the journal is signed, and what stands in the way; from any thread."""
        signed = self._rows.signed if self._rows else 0
        behind = max(0, self._newest - signed)
        return CompanionState("audit", signed, behind, self.problems, self.alarm is not None)

    def close(self, within: float = 15.0) -> None:
        """Signs what is durable by now, brings it to the anchors if they answer, and ends.

        `within`: seconds for the notary, and again for the anchors.
        """
        self._closing.set()
        self._wanted.set()
        self._thread.join(within)
        until = monotonic() + within
        for courier in self._couriers:
            courier.close(max(0.0, until - monotonic()))

    def _run(self) -> None:
        due = monotonic() + self._pace.seconds
        while self.alarm is None:
            self._wanted.wait(max(0.0, due - monotonic()))
            self._wanted.clear()
            is_last, is_due = self._closing.is_set(), monotonic() >= due
            self._turn(sign_all=is_last or is_due)
            if is_last:
                break
            due = monotonic() + self._pace.seconds if is_due else due
        if self._history is not None:
            self._history.close()

    def _turn(self, *, sign_all: bool) -> None:
        try:
            rows = self._rows or self._resumed()
            self._follow(rows)
            if self.alarm is None:
                self._sign_and_save(rows, sign_all=sign_all)
            self._problem = None
        except Exception as error:
            self._problem = f"checkpoints wait: {error}"
            _log.warning("checkpoints wait", error=str(error))
            self._let_go()

    def _resumed(self) -> NotarisedRows:
        """From the first row on: what was signed before is compared on the way."""
        found = self._desk.log.read()
        forged = [str(one.size) for one in found.checkpoints if not self._desk.is_signed(one)]
        for wrong in (*found.unreadable, *forged):
            self._raise_alarm(f"a checkpoint was changed ({wrong})")
        self._outstanding = list(found.checkpoints)
        self._rows = NotarisedRows({one.size: one for one in found.checkpoints})
        return self._rows

    def _follow(self, rows: NotarisedRows) -> None:
        self._history = self._history or self._desk.history()
        newest = self._history.last()
        until = newest.seq if newest else 0
        if until < rows.claimed:
            self._raise_alarm(f"rows {until + 1} to {rows.claimed} are missing: they were signed")
        elif self.alarm is None:
            self._read_on(rows, self._history.read(rows.size, until))

    def _read_on(self, rows: NotarisedRows, new: Iterable[JournalRow]) -> None:
        began = monotonic()
        for row in new:
            wrong = rows.follow(row)
            if wrong is not None:
                self._raise_alarm(wrong)
                return
            if rows.unsigned >= self._pace.rows:
                self._sign(rows)
            if row.seq % _BREATH == 0:
                self._closing.wait(monotonic() - began)
                began = monotonic()

    def _sign(self, rows: NotarisedRows) -> None:
        plain = rows.checkpoint(self._desk.clock.now(), self._desk.signer.key)
        self._unsaved.append(self._desk.signer.signed(plain))

    def _sign_and_save(self, rows: NotarisedRows, *, sign_all: bool) -> None:
        if sign_all and rows.unsigned > 0:
            self._sign(rows)
        if self._unsaved:
            self._desk.log.append(self._unsaved)
        for courier in self._couriers:
            courier.hand([*self._outstanding, *self._unsaved])
        self._outstanding, self._unsaved = [], []

    def _raise_alarm(self, what: str) -> None:
        self.alarm = f"ALARM: {what}: nothing is signed any more; run `trimtab audit verify`"
        _log.critical("journal contradicts its checkpoints", what=what)

    def _let_go(self) -> None:
        """Opened anew at the next turn: a connection may be what broke."""
        if self._history is not None:
            self._history.close()
            self._history = None
