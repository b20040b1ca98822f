"""A bot's rows in the table of all bots: read in pages, written in groups, conditions checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import starmap
from typing import NamedTuple

from asyncpg import Connection

from trimtab.adapters.postgres import archives
from trimtab.adapters.postgres.locks import stream_key, stream_locks
from trimtab.adapters.postgres.schema import COLUMNS
from trimtab.adapters.postgres.session import Session
from trimtab.adapters.postgres.transaction import transaction
from trimtab.ports import Condition, RefusedError
from trimtab.records.archive import Fill, Stored, filled
from trimtab.records.journal_row import JournalRow, StoredFact

LAST = 2**63 - 1
"""The largest seq there can be."""

_PAGE = 4_096

_FACTS = "seq, causation_id IS NULL, type, payload"

_ARRAYS = (
    "$3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], "
    "$10::text[], $11::text[], $12::float8[], $13::text[], $14::text[]"
)


class Guard(NamedTuple):
    """A condition, the stream that it is about, and the seq up to which it looks."""

    condition: Condition
    bot: str
    until: int


def read(
    session: Session, bot: str, after: int, until: int, fill: Fill | None = None
) -> Iterator[JournalRow]:
    """Rows in order, a page at a time: nothing stays open meanwhile. Raises JournalError.

    `fill` gives them their archived payloads back.
    """
    return starmap(JournalRow, _pages(session, (COLUMNS, 5), bot, (after, until), fill))


def read_facts(
    session: Session, bot: str, after: int, until: int, fill: Fill | None = None
) -> Iterator[StoredFact]:
    """As `read`, only what facts are read from. Raises JournalError."""
    return _pages(session, (_FACTS, 3), bot, (after, until), fill)


def last(session: Session, bot: str) -> JournalRow | None:
    """The newest row. Raises JournalError."""
    rows = session.fetch(
        f"SELECT {COLUMNS} FROM {session.address.schema}.journal "  # noqa: S608
        f"WHERE bot = $1 ORDER BY seq DESC LIMIT 1",
        bot,
    )
    return JournalRow(*rows[0]) if rows else None


def _pages(
    session: Session,
    columns: tuple[str, int],
    bot: str,
    after_until: tuple[int, int],
    fill: Fill | None,
) -> Iterator[Stored]:
    """`columns`, and the payload's place among them."""
    names, payload = columns
    after, until = after_until
    query = (
        f"SELECT {names} FROM {session.address.schema}.journal "  # noqa: S608
        f"WHERE bot = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT {_PAGE}"
    )
    while rows := session.fetch(query, bot, after, until):
        found: Sequence[Stored] = [tuple(row) for row in rows]
        if fill is not None:
            found = filled(found, lambda: archives.listed(session, bot), fill, payload)
        yield from found
        after = rows[-1][0]


def write(
    session: Session, bot: str, rows: Sequence[Sequence[object]], guards: Sequence[Guard]
) -> None:
    """All rows or none, durable on return. Raises JournalError, RefusedError."""
    query = (
        f"INSERT INTO {session.address.schema}.journal (bot, {COLUMNS}) "  # noqa: S608
        f"SELECT $1, of.* FROM (SELECT pg_advisory_xact_lock($2)) AS held, "
        f"unnest({_ARRAYS}) AS of"
    )
    columns: list[list[object]] = [list(column) for column in zip(*rows, strict=True)]
    key = stream_key(session.address, bot)
    if not guards:  # one statement is a transaction by itself
        session.run(lambda connection: connection.execute(query, bot, key, *columns))
        return
    locks = stream_locks(session.address, bot, (guard.bot for guard in guards))

    async def work(connection: Connection) -> None:
        async with transaction(connection, locks):
            await connection.execute(query, bot, key, *columns)
            for guard in guards:
                await _check(connection, session.address.schema, guard)

    session.run(work)


async def _check(connection: Connection, schema: str, guard: Guard) -> None:
    (types, after, _), bot, until = guard
    found = await connection.fetch(
        f"SELECT type, seq FROM {schema}.journal "  # noqa: S608
        f"WHERE bot = $1 AND seq > $2 AND seq <= $3 AND type = ANY($4) ORDER BY seq LIMIT 1",
        bot,
        after,
        until,
        list(types),
    )
    for kind, seq in found:
        raise RefusedError(f"{kind} stands at seq {seq}, after {after}")
