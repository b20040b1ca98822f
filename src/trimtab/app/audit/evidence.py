"""What an audit has to go by: a journal's rows, its checkpoints, those of anchors, public keys."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from trimtab.adapters.audit.checkpoint_file import CheckpointFile
from trimtab.adapters.audit.ed25519 import is_public_key
from trimtab.app.errors import UserError
from trimtab.app.journals import history, is_on_postgres
from trimtab.app.output import console
from trimtab.ports import History
from trimtab.records.archive import Archived
from trimtab.records.audit_source import Source
from trimtab.records.audit_walk import FROM_THE_FIRST
from trimtab.records.journal_row import JournalRow

_EVERY = 2_000
"""Rows between two looks at the progress bar."""


def checkpoints_of(place: str, named: str) -> Path:
    """The file of a journal's checkpoints: as named, else beside it. Raises UserError."""
    if named:
        return Path(named)
    if is_on_postgres(place):
        raise UserError(
            f"{place.partition(':')[0]}://...: has no file to keep checkpoints beside: "
            "name one by --checkpoints, or as `checkpoints` in [audit] of trimtab.toml"
        )
    return Path(f"{place}.checkpoints")


def sources(own: Path, anchors: Sequence[Path]) -> list[Source]:
    """The journal's own file if it is there, and the anchors. Raises UserError, AuditError."""
    for anchor in anchors:
        if not anchor.exists():
            raise UserError(f"--anchor {anchor}: no such file: check the path")
    kept = [Source(str(own), CheckpointFile(own).read())] if own.exists() else []
    return kept + [
        Source(str(anchor), CheckpointFile(anchor).read(), is_anchor=True) for anchor in anchors
    ]


def public_keys(given: Sequence[str]) -> tuple[str, ...]:
    """Keys as they were given, or read from files. Raises UserError."""
    return tuple(_public_key(text) for text in given)


class Opened(NamedTuple):
    """A journal that holds rows."""

    history: History
    last_seq: int
    archived: Container[int]
    """Seqs of rows whose contents may be in an archive that is away."""

    def rows(self, until: int | None = None) -> Iterator[JournalRow]:
        """All rows, those before the first included, with a bar where somebody looks."""
        return _watched(self.history.read(FROM_THE_FIRST, until), until or self.last_seq)


@contextmanager
def opened(place: str) -> Generator[Opened]:
    """The journal, with what is in its archives. Raises JournalError and UserError."""
    with closing(history(place, whole=False)) as journal:
        newest = journal.last()
        if newest is None:
            raise UserError(f"{place}: holds no facts: there is nothing to audit")
        archived = Archived(journal.archives())
        yield Opened(journal, newest.seq, archived)


def _watched(rows: Iterable[JournalRow], total: int) -> Iterator[JournalRow]:
    if not console.is_terminal:
        yield from rows
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("rows", total=total)
        for count, row in enumerate(rows):
            if count % _EVERY == 0:
                progress.update(task, completed=count)
            yield row


def _public_key(text: str) -> str:
    if is_public_key(text):
        return text
    try:
        content = Path(text).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        content = ""
    if not is_public_key(content):
        raise UserError(
            f"--public-key {text}: neither a key (ed25519: and 44 characters) nor a file with one: "
            "`trimtab audit key` printed it when it was made"
        )
    return content
