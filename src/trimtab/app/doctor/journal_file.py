"""A journal in a file."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.app.doctor import machine
from trimtab.app.doctor.chain import TAIL, chain, snapshots
from trimtab.app.doctor.finding import Finding
from trimtab.app.journals import history
from trimtab.ports import Clock

_LONG_LOG = 256_000_000
"""Bytes. The log is about 24 MB as long as it is checkpointed."""


def file(path: Path, clock: Clock, *, deep: bool) -> Iterator[Finding]:
    """Everything about it. Raises JournalError."""
    yield from machine.folder(path.absolute().parent)
    if not path.exists():
        yield Finding("journal", "ok", f"{path}: not there yet: the first start makes it")
        return
    with closing(JournalReader(path)) as journal:
        last = journal.last()
        state = "a bot writes it now" if _is_locked(path) else "no bot writes it now"
        yield Finding("journal", "ok", f"{path}: {last.seq if last else 0:,} rows, {state}")
        yield from _below(journal)
        archived = max((archive.last_seq for archive in journal.archives()), default=0)
        if last:
            yield from machine.clock_after(last.recorded_at, clock)
    begin = 0 if deep else max(archived, (last.seq if last else 0) - TAIL)
    with closing(history(str(path))) as whole:
        yield from chain(whole, begin)
        yield from snapshots(whole)
    yield from _log(path)


def _below(journal: JournalReader) -> Iterator[Finding]:
    if damage := journal.damage():
        yield Finding("file", "wrong", f"damaged: {damage}: restore a backup")
    else:
        yield Finding("file", "ok", "its pages are whole")


def _log(path: Path) -> Iterator[Finding]:
    log = path.with_name(f"{path.name}-wal")
    size = log.stat().st_size if log.exists() else 0
    words = f"{size / 1e6:,.1f} MB not yet folded in"
    if size > _LONG_LOG:
        yield Finding("log", "warning", f"{words}: close what reads the journal for very long")
    else:
        yield Finding("log", "ok", words)


def _is_locked(path: Path) -> bool:
    """Asked in a way that two may ask at once."""
    try:
        descriptor = os.open(f"{path}.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
