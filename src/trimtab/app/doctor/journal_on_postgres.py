"""A journal on PostgreSQL. Loaded only when one is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.journal_reader import PostgresReader
from trimtab.adapters.postgres.locks import is_written
from trimtab.adapters.postgres.schema import version_of
from trimtab.adapters.postgres.session import Session
from trimtab.app.doctor import machine
from trimtab.app.doctor.chain import TAIL, chain, snapshots
from trimtab.app.doctor.finding import Finding
from trimtab.app.journals import bars_of, url
from trimtab.ports import Clock

_DURABLE = ("fsync", "full_page_writes")


def on_server(place: str, clock: Clock, *, deep: bool) -> Iterator[Finding]:
    """Everything about it. Raises JournalError."""
    address = parse(url(place))
    with closing(Session(address)) as session:
        yield Finding("server", "ok", f"{address}: reachable, and lets us in")
        yield from _durability(session)
        if version_of(session) == 0:
            yield Finding("journal", "ok", "not there yet: the first start makes its tables")
            return
        with closing(PostgresReader(url(place), bars_of(place))) as journal:
            yield from _rows(journal, session, clock, deep=deep)


def _durability(session: Session) -> Iterator[Finding]:
    for name in _DURABLE:
        if session.fetch("SELECT current_setting($1)", name)[0][0] != "on":
            yield Finding(
                "durability", "wrong", f"{name} is off: set it on in postgresql.conf, "
                "else a power cut may lose what was acknowledged",
            )  # fmt: skip


def _rows(
    journal: PostgresReader, session: Session, clock: Clock, *, deep: bool
) -> Iterator[Finding]:
    last = journal.last()
    rows = last.seq if last else 0
    state = "an engine writes it now" if is_written(session, journal.bot) else "no engine writes it"
    yield Finding("journal", "ok", f"{journal.bot}: {rows:,} rows, {state}")
    if last:
        yield from machine.clock_after(last.recorded_at, clock)
    archived = max((archive.last_seq for archive in journal.archives()), default=0)
    yield from chain(journal, 0 if deep else max(archived, rows - TAIL))
    yield from snapshots(journal)
