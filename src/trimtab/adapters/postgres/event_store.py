"""The journal on PostgreSQL: one writer for each bot, and others that stand by for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from threading import Event
from typing import Self

from msgspec.structs import astuple

from trimtab.adapters.postgres import rows, snapshots
from trimtab.adapters.postgres.address import Address, parse
from trimtab.adapters.postgres.errors import lost_lock
from trimtab.adapters.postgres.locks import take_writer_lock, try_writer_lock
from trimtab.adapters.postgres.schema import prepare
from trimtab.adapters.postgres.session import Session
from trimtab.ports import Clock, Condition, JournalError, Step
from trimtab.records.adopting import NotOurChainError, continued
from trimtab.records.archive import Fill
from trimtab.records.journal_row import GENESIS, JournalRow, StoredFact, content_of, hash_of
from trimtab.records.journal_row_maker import Received, RowMaker
from trimtab.records.snapshot import Snapshot

_GROUP = 4_096
"""Rows of another store that are written at a time."""

_POLL = 0.2
"""Seconds between two looks of a standby at the lock."""


class PostgresJournal:
    """Keeps ports.Journal. Whoever loses the connection has lost the right to write, for ever.

    Any other failure leaves the journal at its last durable step; it may be used again.
    """

    def __init__(self, session: Session, bot: str, clock: Clock, fill: Fill | None = None) -> None:
        """`session` holds the bot's lock; `fill` gives what is read its archived payloads back.

        Raises JournalError.
        """
        self._session = session
        self._fill = fill
        self._bot = bot
        self._now = clock.now
        self._pending: list[Received] = []
        self._guards: list[rows.Guard] = []
        self._maker = _end_of_chain(session, bot)
        self._seq = self._maker.seq

    @classmethod
    def open(cls, place: str, bot: str, clock: Clock, fill: Fill | None = None) -> Self:
        """Goes on with a bot's journal, or begins it.

        Raises JournalError: no server, no rights, another's tables, another writer.
        """
        session = _prepared(parse(place))
        try:
            take_writer_lock(session, bot)
            session.keep_alive()
            return cls(session, bot, clock, fill)
        except BaseException:
            session.close()
            raise

    @classmethod
    def stand_by(
        cls,
        place: str,
        bot: str,
        clock: Clock,
        stopped: Event | None = None,
        fill: Fill | None = None,
    ) -> Self:
        """Waits until the bot's writer is gone, and goes on at the end of its chain.

        A server that is away meanwhile is waited for. Raises JournalError as `open` does when
        there is no server at first, and when `stopped` is set.
        """
        session = _locked(_prepared(parse(place)), bot, stopped or Event())
        try:
            session.keep_alive()
            return cls(session, bot, clock, fill)
        except BaseException:
            session.close()
            raise

    def append(self, step: Step, fail_if: Condition | None = None) -> int:
        """The seq of the step's last fact. Durable after `flush`. Raises JournalError."""
        self._check_not_lost()
        if fail_if is not None:
            own = fail_if.bot in (None, self._bot)
            bot = self._bot if own else fail_if.bot or self._bot
            self._guards.append(rows.Guard(fail_if, bot, self._seq if own else rows.LAST))
        self._pending.append((self._now(), step))
        self._seq += 1 + len(step.derived)
        return self._seq

    def flush(self) -> int:
        """Commits everything appended; the last durable seq.

        Raises JournalError, RefusedError. When the connection was lost on the way nobody knows
        whether the group was written: whoever opens the journal next sees it.
        """
        self._check_not_lost()
        pending, guards = self._pending, self._guards
        self._pending, self._guards, self._seq = [], [], self._maker.seq
        if pending:
            maker = self._maker.copy()
            rows.write(self._session, self._bot, list(maker.rows(pending)), guards)
            self._maker, self._seq = maker, maker.seq
        return self._seq

    def adopt(self, others: Iterable[JournalRow]) -> int:
        """Takes over rows of another store that go on from ours; the last durable seq.

        Durable in groups: what was taken over before an error stays. Raises JournalError.
        """
        self.flush()
        maker = self._maker.copy()
        chain = continued(others, maker)
        try:
            while group := [astuple(row) for row in islice(chain, _GROUP)]:
                rows.write(self._session, self._bot, group, ())
                self._maker, self._seq = maker.copy(), maker.seq
        except NotOurChainError as error:
            raise JournalError(f"{self._session.address}: {error}: take another copy") from error
        return self._seq

    def keep(self, snapshot: Snapshot) -> None:
        """As ports.Journal has it; durable on return. Raises JournalError.

        Raises ValueError if its seq is not durable.
        """
        if snapshot.seq > self._maker.seq:
            raise ValueError(f"a snapshot of seq {snapshot.seq}: {self._maker.seq} is durable")
        snapshots.store(self._session, self._bot, snapshot)

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        """Durable rows in order: `after` < seq <= `until`. Raises JournalError."""
        last = rows.LAST if until is None else until
        return rows.read(self._session, self._bot, after, last, self._fill)

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        """As `read`, only what facts are read from. Raises JournalError."""
        last = rows.LAST if until is None else until
        return rows.read_facts(self._session, self._bot, after, last, self._fill)

    def snapshot(self, until: int | None = None) -> Snapshot | None:
        """The newest whole snapshot at or before `until`. Raises JournalError."""
        return snapshots.newest(self._session, self._bot, rows.LAST if until is None else until)

    def close(self) -> None:
        """Flushes and lets go of the lock. Once is enough. Raises JournalError."""
        try:
            if self._pending:
                self.flush()
        finally:
            self._pending = []
            self._session.close()

    def abandon(self) -> None:
        """Lets go without flushing."""
        self._pending = []
        self._session.close()

    def _check_not_lost(self) -> None:
        if self._session.lost:
            raise lost_lock(self._session.address)


def _prepared(address: Address) -> Session:
    session = Session(address)
    try:
        prepare(session)
    except BaseException:
        session.close()
        raise
    return session


def _locked(session: Session, bot: str, stopped: Event) -> Session:
    """The session, or one that took its place, when it has the bot's lock."""
    try:
        while not _ours(session, bot):
            _wait(session, bot, stopped)
            if session.lost:
                session = _again(session, bot, stopped)
    except BaseException:
        session.close()
        raise
    return session


def _wait(session: Session, bot: str, stopped: Event) -> None:
    if stopped.wait(_POLL):
        raise JournalError(f"{session.address}: stopped while standing by for {bot}")


def _ours(session: Session, bot: str) -> bool:
    """Whether the lock was free; not while the server is away."""
    try:
        return try_writer_lock(session, bot)
    except JournalError:
        if not session.lost:
            raise
        return False


def _again(session: Session, bot: str, stopped: Event) -> Session:
    """Another connection, as soon as there is one to be had."""
    session.close()
    while True:
        _wait(session, bot, stopped)
        try:
            return Session(session.address)
        except JournalError:
            continue


def _end_of_chain(session: Session, bot: str) -> RowMaker:
    last = rows.last(session, bot)
    if last is None:
        return RowMaker(bot, 0, GENESIS)
    if hash_of(content_of(last)) != last.hash:
        raise JournalError(
            f"{session.address}: row {last.seq} of {bot} was changed after it was written: "
            f"restore it from a copy"
        )
    return RowMaker(bot, last.seq, last.hash)
