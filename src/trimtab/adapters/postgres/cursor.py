"""Where a relay has got to, kept beside the journal that it reads."""

from __future__ import annotations

from trimtab.adapters.postgres.address import parse
from trimtab.adapters.postgres.schema import prepare
from trimtab.adapters.postgres.session import Session


class PostgresCursor:
    """Keeps ports.Cursor. After a lost connection the next call makes a new one."""

    def __init__(self, place: str, bot: str, name: str) -> None:
        """`name` tells the relays of one bot apart. Raises JournalError."""
        self._address = parse(place)
        self._key = (bot, name)
        self._session = Session(self._address)
        prepare(self._session)

    def load(self) -> int:
        """The last seq that the broker acknowledged; 0 at first. Raises JournalError."""
        found = self._connected().fetch(
            f"SELECT seq FROM {self._address.schema}.cursors WHERE bot = $1 AND name = $2",  # noqa: S608
            *self._key,
        )
        return int(found[0][0]) if found else 0

    def store(self, seq: int) -> None:
        """From now on it is `seq`. Raises JournalError."""
        self._connected().fetch(
            f"INSERT INTO {self._address.schema}.cursors VALUES ($1, $2, $3) "  # noqa: S608
            f"ON CONFLICT (bot, name) DO UPDATE SET seq = excluded.seq",
            *self._key,
            seq,
        )

    def close(self) -> None:
        """Lets go of the connection."""
        self._session.close()

    def _connected(self) -> Session:
        if self._session.lost:
            self._session.close()
            self._session = Session(self._address)
        return self._session
