"""Journals by their place: what a user names on the command line or in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from trimtab.adapters.sqlite.archives import Fill
from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.ports import Clock, History, Journal
from trimtab.records.archive import Archive


def history(place: str, *, whole: bool = True) -> History:
    """Reads the journal at a path, also while a bot writes it. Raises JournalError.

    Archived bars come from their files. `whole`: it is an error if such a file is away; else its
    rows come without payloads.
    """
    return JournalReader(place, _bars_of(place, whole=whole))


def writable(place: str, bot: str, clock: Clock) -> Journal:
    """Goes on with a bot's journal at a path, or begins it; every flush is durable.

    Raises JournalError: foreign or damaged, no such folder, another writer.
    """
    return SqliteJournal.open(place, bot, clock, _bars_of(place))


def _bars_of(place: str, *, whole: bool = True) -> Fill:
    """Archived bars, for which a library is needed that takes a while to load."""

    def fill(archive: Archive, first: int, last: int) -> Mapping[int, str]:
        return bars()(archive, first, last)

    @cache
    def bars() -> Fill:
        from trimtab.adapters.parquet.bar_archive import BarArchive  # noqa: PLC0415

        return BarArchive(Path(place), whole=whole)

    return fill
