"""Who may write what: advisory locks, which the server takes back when a session ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from trimtab.adapters.postgres.address import Address
from trimtab.adapters.postgres.session import Session
from trimtab.ports import JournalError


def take_writer_lock(session: Session, bot: str) -> None:
    """The one writer of a bot's stream, as long as the session lasts. Raises JournalError."""
    if not try_writer_lock(session, bot):
        raise JournalError(
            f"{session.address}: another engine is writing {bot}: stop that one first, "
            f"or stand by for it"
        )


def try_writer_lock(session: Session, bot: str) -> bool:
    """Whether it is ours now. Raises JournalError when the server is away."""
    key = _key("writer", session.address, bot)
    return bool(session.fetch("SELECT pg_try_advisory_lock($1)", key)[0][0])


def is_written(session: Session, bot: str) -> bool:
    """Whether an engine holds the stream at the moment."""
    key = _key("writer", session.address, bot)
    query = (
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND (classid::bigint << 32) | objid::bigint = $1)"
    )
    return bool(session.fetch(query, key)[0][0])


def stream_locks(address: Address, own: str, others: Iterable[str]) -> str:
    """Statements: nobody appends to `others`, nor looks at `own`, until the transaction ends.

    Always in the same order, so that two who wait for each other cannot be.
    """
    keys = {_key("stream", address, bot): "_shared" for bot in others}
    keys[stream_key(address, own)] = ""
    return "".join(
        f"SELECT pg_advisory_xact_lock{kind}({key});" for key, kind in sorted(keys.items())
    )


def stream_key(address: Address, bot: str) -> int:
    """Of the lock that whoever appends to a stream holds until the commit."""
    return _key("stream", address, bot)


def _key(kind: str, address: Address, bot: str) -> int:
    """64 bits of SHA-256, as PostgreSQL wants them: with sign."""
    digest = hashlib.sha256(f"trimtab/{kind}/{address.schema}/{bot}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
