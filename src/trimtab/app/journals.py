"""Journals by their place: what a user names on the command line or in the settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from trimtab.adapters.sqlite.event_store import SqliteJournal
from trimtab.adapters.sqlite.journal_reader import JournalReader
from trimtab.ports import Clock, Journal, JournalError
from trimtab.records.archive import Archive, Fill

if TYPE_CHECKING:
    from trimtab.adapters.postgres.journal_reader import PostgresReader

_SCHEMES = ("postgresql", "postgres")


def history(place: str, *, whole: bool = True) -> JournalReader | PostgresReader:
    """Reads the journal at a path or URL, also while a bot writes it. Raises JournalError.

    Archived bars come from their files. `whole`: it is an error if such a file is away; else its
    rows come without payloads.
    """
    if is_on_postgres(place):
        from trimtab.adapters.postgres.journal_reader import PostgresReader  # noqa: PLC0415

        return PostgresReader(url(place), bars_of(place, whole=whole))
    return JournalReader(place, bars_of(place, whole=whole))


def writable(place: str, bot: str, clock: Clock) -> Journal:
    """Goes on with a bot's journal at a path or URL, or begins it; every flush is durable.

    Raises JournalError: foreign or damaged, no such folder, no server, another writer.
    """
    if is_on_postgres(place):
        from trimtab.adapters.postgres.event_store import PostgresJournal  # noqa: PLC0415

        return PostgresJournal.open(url(place), bot, clock, bars_of(place))
    return SqliteJournal.open(place, bot, clock, bars_of(place))


def standby(url_of_journal: str, bot: str, clock: Clock, stopped: Event | None = None) -> Journal:
    """As `writable`, as soon as the bot's engine is gone; only for a journal on PostgreSQL.

    Raises JournalError, also when `stopped` is set.
    """
    if not is_on_postgres(url_of_journal):
        raise JournalError(f"{url_of_journal}: a standby needs a journal on PostgreSQL: name a URL")
    from trimtab.adapters.postgres.event_store import PostgresJournal  # noqa: PLC0415

    bars = bars_of(url_of_journal)
    return PostgresJournal.stand_by(url(url_of_journal), bot, clock, stopped, bars)


def is_on_postgres(place: str | Path) -> bool:
    """Whether it is a URL. Raises JournalError if it is, and the library for it is missing."""
    scheme, colon, rest = str(place).partition(":")
    if not colon or scheme not in _SCHEMES or not rest.startswith("/"):
        return False
    if find_spec("asyncpg") is None:
        raise JournalError(
            f"{scheme}://...: PostgreSQL needs a library more: pip install 'trimtab[postgres]'"
        )
    return True


def url(place: str | Path) -> str:
    """The URL that it was: a path that was made of it has one slash less."""
    scheme, _, rest = str(place).partition(":")
    return f"{scheme}://{rest.lstrip('/')}"


def of_bot(place: str, bot: str) -> str:
    """The same place; of a database that may hold several journals, this bot's.

    Raises JournalError if it names another one's.
    """
    if not is_on_postgres(place):
        return place
    query = urlsplit(url(place)).query
    named = dict(parse_qsl(query)).get("bot")
    if named is None:
        return f"{url(place)}{'&' if query else '?'}bot={bot}"
    if named != bot:
        raise JournalError(f"{place}: is {named}'s journal, this bot is {bot}: correct one of them")
    return url(place)


def bars_of(place: str, *, whole: bool = True) -> Fill:
    """Archived bars, for which a library is needed that takes a while to load."""

    def fill(archive: Archive, first: int, last: int) -> Mapping[int, str]:
        return bars()(archive, first, last)

    @cache
    def bars() -> Fill:
        from trimtab.adapters.parquet.bar_archive import BarArchive  # noqa: PLC0415

        folder = archive_of(place) or Path()
        if is_on_postgres(place):
            return BarArchive(folder, "name its folder by ?archive=FOLDER", whole=whole)
        return BarArchive(folder, whole=whole)

    return fill


def archive_of(place: str) -> Path | None:
    """The folder of archived bars if nobody says otherwise: the file's own, or as the URL names it.

    None where a URL names none. Raises JournalError.
    """
    if not is_on_postgres(place):
        return Path(place).absolute().parent
    from trimtab.adapters.postgres.address import parse  # noqa: PLC0415

    named = parse(url(place)).archive
    return Path(named).absolute() if named else None
