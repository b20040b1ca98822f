"""Journals by their place: what a user names on the command line or in the settings."""

from __future__ import annotations

from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.ports import Clock, History, Journal


def history(place: str) -> History:
    """Reads the journal at a path, also while a bot writes it. Raises JournalError."""
    return JournalReader(place)


def writable(place: str, bot: str, clock: Clock) -> Journal:
    """Goes on with a bot's journal at a path, or begins it; every flush is durable.

    Raises JournalError: foreign or damaged, no such folder, another writer.
    """
    return SqliteJournal.open(place, bot, clock)
