"""Snapshots beside the journal: written by its writer, read by anyone."""

from __future__ import annotations

from collections.abc import Iterator

from asyncpg import Connection, Record
from msgspec import json

from trimtab.adapters.postgres.session import Session
from trimtab.adapters.postgres.transaction import transaction
from trimtab.records.kept_states import STATES_KEPT, is_whole
from trimtab.records.snapshot import Snapshot

_COLUMNS = "seq, at, state_hash, versions"


def store(session: Session, bot: str, snapshot: Snapshot) -> None:
    """Keeps one, durable on return; older states go, their hashes stay. Raises JournalError."""
    table = f"{session.address.schema}.snapshots"
    versions = json.encode(snapshot.versions, order="sorted").decode()
    row = (snapshot.seq, snapshot.at, snapshot.state_hash, versions, snapshot.state)

    async def work(connection: Connection) -> None:
        async with transaction(connection):
            await connection.execute(_store(table), bot, *row)
            await connection.execute(_thin(table), bot)

    session.run(work)


def newest(session: Session, bot: str, until: int) -> Snapshot | None:
    """The newest whole one at or before `until`; a damaged state is passed over."""
    return next(filter(is_whole, holding(session, bot, until)), None)


def holding(session: Session, bot: str, until: int) -> Iterator[Snapshot]:
    """Those that hold a state, damaged or not, the newest first."""
    return map(
        _snapshot,
        session.fetch(
            f"SELECT {_COLUMNS}, state FROM {session.address.schema}.snapshots "  # noqa: S608
            f"WHERE bot = $1 AND seq <= $2 AND state IS NOT NULL ORDER BY seq DESC",
            bot,
            until,
        ),
    )


def listed(session: Session, bot: str) -> Iterator[Snapshot]:
    """All, oldest first, without their states."""
    return map(
        _snapshot,
        session.fetch(
            f"SELECT {_COLUMNS}, NULL FROM {session.address.schema}.snapshots "  # noqa: S608
            f"WHERE bot = $1 ORDER BY seq",
            bot,
        ),
    )


def _store(table: str) -> str:
    return (
        f"INSERT INTO {table} (bot, {_COLUMNS}, state) VALUES ($1, $2, $3, $4, $5, $6) "  # noqa: S608
        f"ON CONFLICT (bot, seq) DO UPDATE SET at = excluded.at, state_hash = excluded.state_hash, "
        f"versions = excluded.versions, state = excluded.state"
    )


def _thin(table: str) -> str:
    return (
        f"UPDATE {table} SET state = NULL WHERE bot = $1 AND state IS NOT NULL AND seq < ("  # noqa: S608
        f"SELECT seq FROM {table} WHERE bot = $1 AND state IS NOT NULL "
        f"ORDER BY seq DESC LIMIT 1 OFFSET {STATES_KEPT - 1})"
    )


def _snapshot(row: Record) -> Snapshot:
    seq, at, state_hash, versions, state = row
    return Snapshot(seq, at, state_hash, json.decode(versions, type=dict[str, str]), state)
