"""Where a journal on PostgreSQL is: a URL without secrets."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

from trimtab.ports import JournalError

_OPTIONS = ("schema", "bot", "sslmode", "archive")
_FORM = "postgresql://USER@HOST:PORT/DATABASE"
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class Address(Struct, frozen=True):
    """Server, database and schema; what is None is left to PGHOST, PGPORT, PGUSER."""

    host: str | None
    port: int | None
    user: str | None
    database: str
    schema: str = "trimtab"
    bot: str | None = None
    """Whose journal is read, where the database holds several."""
    sslmode: str | None = None
    archive: str | None = None
    """Folder of the files of archived bars, where it is not the one that they were put into."""

    def __str__(self) -> str:
        """For messages."""
        login = f"{self.user}@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        return f"postgresql://{login}{self.host or ''}{port}/{self.database}"


def parse(place: str) -> Address:
    """The address that a URL names.

    Raises JournalError: a password in it, no database, an unknown option, a name that is none.
    """
    _check_without_password(place)
    try:
        url = urlsplit(place)
        port = url.port
    except ValueError as error:
        raise JournalError(f"{place}: not a URL: write {_FORM}") from error
    database = unquote(url.path.removeprefix("/"))
    if not database:
        raise JournalError(f"{place}: names no database: write {_FORM}")
    options = _options(place, url.query)
    user = unquote(url.username) if url.username else None
    host = unquote(url.hostname) if url.hostname else None
    return Address(host, port, user, database, **options)


def _check_without_password(place: str) -> None:
    """Wider than the rules of URLs, for a password may hold a slash or a question mark."""
    rest = place.partition("://")[2]
    login = rest.rpartition("@")[0]
    if ":" in login or "password=" in rest.lower():
        raise JournalError(
            "a password may not stand in a journal's URL: take it out, "
            "and put it into ~/.pgpass or the environment variable PGPASSWORD"
        )


def _options(place: str, query: str) -> dict[str, str]:
    options = dict(parse_qsl(query))
    for name in options:
        if name not in _OPTIONS:
            raise JournalError(f"{place}: unknown option {name}: use {', '.join(_OPTIONS)}")
    schema = options.get("schema", "trimtab")
    if not _SCHEMA.fullmatch(schema):
        raise JournalError(
            f"{place}: the schema {schema!r} is no plain name: use small letters, digits and _"
        )
    return options
