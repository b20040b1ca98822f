"""Snapshots in the journal's own file: written by its writer, read by anyone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import json

from trimtab.adapters.sqlite.database import Database
from trimtab.records.kept_states import STATES_KEPT, is_whole
from trimtab.records.snapshot import Snapshot

_COLUMNS = "seq, at, state_hash, versions"
_STORE = f"INSERT OR REPLACE INTO snapshots ({_COLUMNS}, state) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
_THIN = f"""
UPDATE snapshots SET state = NULL WHERE state IS NOT NULL AND seq < (
    SELECT seq FROM snapshots WHERE state IS NOT NULL
    ORDER BY seq DESC LIMIT 1 OFFSET {STATES_KEPT - 1}
)
"""  # noqa: S608
_LIST = f"SELECT {_COLUMNS}, NULL FROM snapshots ORDER BY seq"  # noqa: S608
_NEWEST = f"""
SELECT {_COLUMNS}, state FROM snapshots WHERE state IS NOT NULL AND seq <= ? ORDER BY seq DESC
"""  # noqa: S608


def store(database: Database, snapshot: Snapshot) -> None:
    """Keeps one, in the transaction that is open; older states go, their hashes stay."""
    versions = json.encode(snapshot.versions, order="sorted").decode()
    row = (snapshot.seq, snapshot.at, snapshot.state_hash, versions, snapshot.state)
    database.execute(_STORE, row)
    database.execute(_THIN)


def newest(database: Database, until: int) -> Snapshot | None:
    """The newest whole one at or before `until`; a damaged state is passed over."""
    return next(filter(is_whole, holding(database, until)), None)


def holding(database: Database, until: int = 2**63 - 1) -> Iterator[Snapshot]:
    """Those that hold a state, damaged or not, the newest first."""
    return map(_snapshot, database.execute(_NEWEST, (until,)).fetchall())


def listed(database: Database) -> Iterator[Snapshot]:
    """All, oldest first, without their states."""
    return map(_snapshot, database.execute(_LIST).fetchall())


def _snapshot(row: tuple[Any, ...]) -> Snapshot:
    seq, at, state_hash, versions, state = row
    return Snapshot(seq, at, state_hash, json.decode(versions, type=dict[str, str]), state)
