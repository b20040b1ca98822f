"""Is a journal whole: its file, its chain, its snapshots?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from trimtab.app.journals import history
from trimtab.app.output import progress_bar
from trimtab.ports import History
from trimtab.records.archive import Archived
from trimtab.records.audit_walk import FROM_THE_FIRST, walked
from trimtab.records.journal_row import JournalRow
from trimtab.records.kept_states import is_whole
from trimtab.records.snapshot import Snapshot

_EVERY = 2_000
"""Rows between two looks at the progress bar."""


class JournalCheck(Struct, frozen=True):
    """What `journal check --json` gives; the journal is whole where `wrong` is empty."""

    rows: int
    last_hash: str
    archived: int
    """Rows whose contents are in an archive that is away: their links were checked."""
    snapshots: int
    wrong: tuple[str, ...]
    """What is not as it was written, in words."""


class Readable(History, Protocol):
    """What can be looked at below its rows."""

    def states(self) -> Sequence[Snapshot]: ...
    def damage(self) -> str: ...


def checked(place: str | Path) -> JournalCheck:
    """Reads everything, with a bar where somebody looks. Raises JournalError."""
    with closing(history(str(place), whole=False)) as journal:
        last = journal.last()
        rows = watched(journal.read(FROM_THE_FIRST), "checking rows", last.seq if last else 0)
        walk = walked(rows, (), Archived(journal.archives()))
        broken = [walk.finding.what] if walk.finding else []
        return JournalCheck(
            rows=walk.rows,
            last_hash=walk.end.last,
            archived=walk.archived,
            snapshots=len(journal.snapshots()),
            wrong=(*_below(journal), *broken, *_states(journal)),
        )


def watched(rows: Iterator[JournalRow], title: str, total: int) -> Iterator[JournalRow]:
    """The rows, with a bar that follows their seq."""
    with progress_bar(title, total) as told:
        for count, row in enumerate(rows):
            if count % _EVERY == 0:
                told(row.seq)
            yield row


def _below(journal: Readable) -> Iterator[str]:
    if damage := journal.damage():
        yield f"the file is damaged: {damage}"


def _states(journal: Readable) -> Iterator[str]:
    """Restarts pass over a damaged state; a person should know."""
    for snapshot in journal.states():
        if not is_whole(snapshot):
            yield f"the state of seq {snapshot.seq} was changed after it was kept"
