"""The writer's place while old bars leave a bot's journal: their rows stay, their contents go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trimtab.adapters.postgres import archives
from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.journal_reader import opened
from trimtab.adapters.postgres.locks import take_writer_lock
from trimtab.adapters.postgres.schema import COLUMNS, prepare
from trimtab.adapters.postgres.session import LONG, Session
from trimtab.records.archive import ARCHIVED_TYPE, Archive
from trimtab.records.journal_row import JournalRow

_WITH_CONTENTS = "bot = $1 AND seq > $2 AND seq <= $3 AND type = $4 AND payload <> ''"


class OldBars:
    """Holds the writer's lock of the bot from `open` to `close`."""

    def __init__(self, session: Session, bot: str) -> None:
        self._session = session
        self.bot = bot
        self._journal = f"{session.address.schema}.journal"

    @classmethod
    def open(cls, place: str) -> OldBars:
        """Raises JournalError: no journal, several and none is named, or an engine writes it."""
        session, bot = opened(parse(place))
        try:
            take_writer_lock(session, bot)
            prepare(session)
        except BaseException:
            session.close()
            raise
        return cls(session, bot)

    @property
    def origin(self) -> str:
        """The hash of the first row: no other journal has it. Raises JournalError."""
        found = self._session.fetch(
            f"SELECT hash FROM {self._journal} WHERE bot = $1 AND seq = 1",  # noqa: S608
            self.bot,
        )
        return str(found[0][0]) if found else ""

    @property
    def size(self) -> int:
        """Bytes of the table with its indexes, in which all bots' rows are."""
        query = "SELECT pg_total_relation_size($1::text::regclass)"
        return int(self._session.fetch(query, self._journal)[0][0])

    def last(self, before: int) -> int | None:
        """The seq up to which bars from before a moment (UTC) may go; None without a snapshot.

        A restart needs the rows after the oldest state that is kept, and the last row of all.
        """
        ((state, stays),) = self._session.fetch(
            f"SELECT (SELECT min(seq) FROM {self._session.address.schema}.snapshots "  # noqa: S608
            f"WHERE bot = $1 AND state IS NOT NULL), "
            f"coalesce((SELECT seq FROM {self._journal} WHERE bot = $1 AND at >= $2 "
            f"ORDER BY seq LIMIT 1), (SELECT max(seq) FROM {self._journal} WHERE bot = $1))",
            self.bot,
            before,
            patience=LONG,
        )
        return None if state is None else max(0, min(int(state), int(stays) - 1))

    def count(self, last: int) -> int:
        """How many rows have contents to give away."""
        query = f"SELECT count(*) FROM {self._journal} WHERE {_WITH_CONTENTS}"  # noqa: S608
        found = self._session.fetch(query, self.bot, 0, last, ARCHIVED_TYPE, patience=LONG)
        return int(found[0][0])

    def batches(self, last: int, size: int) -> Iterator[Sequence[JournalRow]]:
        """Their rows, in order; between two batches the one before may be forgotten."""
        query = (
            f"SELECT {COLUMNS} FROM {self._journal} "  # noqa: S608
            f"WHERE {_WITH_CONTENTS} ORDER BY seq LIMIT $5"
        )
        after = 0
        while found := self._session.fetch(
            query, self.bot, after, last, ARCHIVED_TYPE, size, patience=LONG
        ):
            rows = [JournalRow(*row) for row in found]
            yield rows
            after = rows[-1].seq

    def forget(self, archive: Archive) -> None:
        """The archive's rows give their contents away. Raises JournalError."""
        archives.forget(self._session, self.bot, archive)

    def shrink(self) -> None:
        """Lets later rows use the room that became free; other bots go on writing meanwhile.

        To give it back to the disk nobody may write: that is the server's `VACUUM FULL`.
        """
        vacuum = f"VACUUM {self._journal}"
        self._session.run(lambda connection: connection.execute(vacuum, timeout=LONG))

    def close(self) -> None:
        """Lets the next writer in."""
        self._session.close()
