"""What `trimtab journal` does with a journal on PostgreSQL. Loaded only when one is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.event_store import PostgresJournal
from trimtab.adapters.postgres.journal_reader import PostgresReader
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.errors import UserError
from trimtab.app.journal.checking import JournalCheck, watched
from trimtab.app.journals import bars_of, history, url
from trimtab.ports import History, Journal
from trimtab.records.journal_row import JournalRow


class Adopter(Journal, Protocol):
    """A journal that takes over rows of another store."""

    def adopt(self, rows: Iterator[JournalRow], /) -> int: ...


def backed_up(place: str, to: Path, *, overwrite: bool) -> JournalCheck:
    """A checked copy in a file, as of now; the bot goes on writing. Archived bars are in it again.

    Raises JournalError.
    """
    with closing(PostgresReader(url(place), bars_of(place))) as source:
        target = SqliteJournal.create(to, source.bot, SystemClock(), replace=overwrite)
        try:
            rows = copied(source, target)
        except BaseException:
            target.abandon()
            raise
        target.close()
        return rows


def restored(backup: Path, place: str) -> JournalCheck:
    """The file's rows in a bot's empty journal; one that was begun before is gone on with.

    Raises JournalError and UserError.
    """
    bot = parse(url(place)).bot
    if bot is None:
        raise UserError(f"{place}: say whose journal it becomes: add ?bot=NAME")
    with (
        closing(history(str(backup))) as source,
        closing(PostgresJournal.open(url(place), bot, SystemClock())) as target,
    ):
        return copied(source, target)


def copied(source: History, target: Adopter) -> JournalCheck:
    """All rows, the chain checked on the way, and the newest state. Raises JournalError, UserError.

    Rows that the target has already must be the same.
    """
    last = source.last()
    if last is None:
        raise UserError("the journal to be copied holds no rows: nothing was copied")
    have = target.flush()
    if have and _hash_at(source, have) != _hash_at(target, have):
        raise UserError("another journal is there already: name another place, or another bot")
    target.adopt(watched(source.read(have, last.seq), "copying rows", last.seq))
    snapshot = source.snapshot(last.seq)
    if snapshot is not None:
        target.keep(snapshot)
    return JournalCheck(
        rows=last.seq,
        last_hash=last.hash,
        archived=0,
        snapshots=0 if snapshot is None else 1,
        wrong=(),
    )


def _hash_at(journal: History | Journal, seq: int) -> str | None:
    return next((row.hash for row in journal.read(seq - 1, seq)), None)
