"""The past as pages ask for it: read from the journal, one question at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from typing import NamedTuple

from litestar.exceptions import NotFoundException, ServiceUnavailableException
from msgspec import MsgspecError, Struct

from trimtab.domain.units import Micros
from trimtab.ports import History, JournalError
from trimtab.records.explanation import Explanation
from trimtab.records.journal_row import JournalRow
from trimtab.records.overview import START, Overview
from trimtab.records.overview_at import overview_at
from trimtab.records.seek import seq_at
from trimtab.records.upcasting import SchemaError

REMEMBERED = 8
"""Overviews from which the next question may go on."""

PAGE_BYTES = 4_000_000
"""Of payload, after which a page of rows ends: blocks of bars may be long."""

OpenHistory = Callable[[], History]
"""Opens the journal anew for each question. Raises JournalError."""

Explain = Callable[[History, int], Explanation]
"""Why the row with this seq stands in the journal. Raises LookupError, ValueError."""


class Library(NamedTuple):
    """Where questions about the past are answered from."""

    open_history: OpenHistory
    explain: Explain


class Page(Struct, frozen=True):
    """Rows of the journal, in order."""

    rows: list[JournalRow]
    newest: int
    """Seq of the last row that there is."""
    next: int | None
    """`after` of the next page; null where this is the last one."""


class Past:
    """Called on the server's worker threads; one fold at a time, for the engine needs the machine.

    Raises the web server's exceptions, with words for people.
    """

    def __init__(self, library: Library) -> None:
        self._open, self._explain = library
        self._folding = threading.Lock()
        self._known: dict[int, Overview] = {}

    def at_seq(self, seq: int) -> Overview:
        """The overview after a seq."""
        with self._journal() as journal:
            self._check(journal, seq)
            return self._overview(journal, seq)

    def at_time(self, at: Micros, given: str) -> Overview:
        """The overview at a moment (UTC); `given`: as it was asked for."""
        with self._journal() as journal:
            seq = seq_at(journal, at)
            if seq == 0:
                raise NotFoundException(detail=f"at {given}: nothing had been recorded yet")
            return self._overview(journal, seq)

    def explanation(self, seq: int) -> Explanation:
        """Why a row stands in the journal."""
        with self._journal() as journal:
            self._check(journal, seq)
            with self._folding:
                try:
                    return self._explain(journal, seq)
                except (LookupError, ValueError) as error:
                    raise ServiceUnavailableException(detail=str(error)) from error

    def row(self, seq: int) -> JournalRow:
        """One row."""
        with self._journal() as journal:
            self._check(journal, seq)
            return next(journal.read(seq - 1, seq))

    def page(self, after: int, limit: int) -> Page:
        """The rows that come after a seq; fewer than asked for where they are long."""
        with self._journal() as journal:
            newest = _newest(journal)
            rows: list[JournalRow] = []
            size = 0
            for row in journal.read(after, after + limit):
                rows.append(row)
                size += len(row.payload)
                if size >= PAGE_BYTES:
                    break
            more = bool(rows) and rows[-1].seq < newest
            return Page(rows, newest, rows[-1].seq if more else None)

    def _overview(self, journal: History, seq: int) -> Overview:
        with self._folding:
            begin = max((each for each in self._known if each <= seq), default=0)
            overview = overview_at(journal, seq, self._known.get(begin, START))
            self._known.pop(seq, None)
            self._known[seq] = overview
            if len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
            return overview

    def _check(self, journal: History, seq: int) -> None:
        if seq > (newest := _newest(journal)):
            raise NotFoundException(detail=f"seq {seq}: the newest is {newest}")

    @contextmanager
    def _journal(self) -> Generator[History]:
        try:
            with closing(self._open()) as journal:
                yield journal
        except (JournalError, SchemaError, MsgspecError) as error:
            raise ServiceUnavailableException(detail=str(error)) from error


def _newest(journal: History) -> int:
    row = journal.last()
    return 0 if row is None else row.seq
