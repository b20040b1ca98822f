"""What takes how much room of a bot's journal on PostgreSQL."""

from __future__ import annotations

from contextlib import closing

from trimtab.adapters.postgres import archives
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.journal_reader import opened
from trimtab.adapters.postgres.schema import COLUMNS
from trimtab.adapters.postgres.session import LONG, Session
from trimtab.records.journal_size import JournalSize, TypeSize

_TEXTS = [name for name in COLUMNS.split(", ") if name not in {"seq", "at", "recorded_at"}]
_BYTES = " + ".join(f"coalesce(octet_length({name}::text), 0)" for name in _TEXTS)


def measured(place: str) -> JournalSize:
    """Reads all rows of the bot once. Raises JournalError."""
    session, bot = opened(parse(place))
    with closing(session):
        return _measured(session, bot)


def _measured(session: Session, bot: str) -> JournalSize:
    journal = f"{session.address.schema}.journal"
    types = session.fetch(
        f"SELECT type, count(*), sum({_BYTES})::bigint FROM {journal} "  # noqa: S608
        f"WHERE bot = $1 GROUP BY type ORDER BY 3 DESC, 1",
        bot,
        patience=LONG,
    )
    ((first, last),) = session.fetch(
        f"SELECT coalesce(min(at), 0), coalesce(max(at), 0) FROM {journal} WHERE bot = $1",  # noqa: S608
        bot,
        patience=LONG,
    )
    ((snapshots, states, state_bytes),) = session.fetch(
        f"SELECT count(*), count(state), coalesce(sum(octet_length(state)), 0)::bigint "  # noqa: S608
        f"FROM {session.address.schema}.snapshots WHERE bot = $1",
        bot,
    )
    kept = archives.listed(session, bot)
    return JournalSize(
        types=[TypeSize(*row) for row in types],
        first_at=first,
        last_at=last,
        file_bytes=_own_bytes(session, bot) + state_bytes,
        log_bytes=None,
        snapshots=snapshots,
        states=states,
        state_bytes=state_bytes,
        archives=len(kept),
        archived_rows=sum(archive.rows for archive in kept),
    )


def _own_bytes(session: Session, bot: str) -> int:
    """Of the table and its indexes, which bots share, by what stands in the rows of each."""
    journal = f"{session.address.schema}.journal"
    ((total, own, everybodys),) = session.fetch(
        f"SELECT pg_total_relation_size($2::text::regclass), "  # noqa: S608
        f"coalesce(sum({_BYTES}) FILTER (WHERE bot = $1), 0)::bigint, "
        f"coalesce(sum({_BYTES}), 0)::bigint FROM {journal}",
        bot,
        journal,
        patience=LONG,
    )
    return int(total) * int(own) // int(everybodys) if everybodys else 0
