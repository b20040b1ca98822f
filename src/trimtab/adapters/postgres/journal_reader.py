"""Reading a bot's journal on PostgreSQL, also one that is being written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trimtab.adapters.postgres import archives, rows, snapshots
from trimtab.adapters.postgres.address import Address, parse
from trimtab.adapters.postgres.schema import check
from trimtab.adapters.postgres.session import Session
from trimtab.ports import JournalError
from trimtab.records.archive import Archive, Fill
from trimtab.records.journal_row import JournalRow, StoredFact
from trimtab.records.snapshot import Snapshot


class PostgresReader:
    """Keeps ports.History. After a lost connection the next call makes a new one."""

    def __init__(self, place: str, fill: Fill | None = None) -> None:
        """`fill` gives rows their archived payloads back; without it they come as they are stored.

        Raises JournalError when there is no journal, or several and none is named.
        """
        self._fill = fill
        self._session, self.bot = opened(parse(place))

    def read(self, after: int = 0, until: int | None = None) -> Iterator[JournalRow]:
        """Durable rows in order: `after` < seq <= `until`. Raises JournalError."""
        last = rows.LAST if until is None else until
        return rows.read(self._connected(), self.bot, after, last, self._fill)

    def stored(self, after: int = 0, until: int | None = None) -> Iterator[StoredFact]:
        """As `read`, only what facts are read from. Raises JournalError."""
        last = rows.LAST if until is None else until
        return rows.read_facts(self._connected(), self.bot, after, last, self._fill)

    def last(self) -> JournalRow | None:
        """The newest durable row. Raises JournalError."""
        return rows.last(self._connected(), self.bot)

    def snapshot(self, until: int | None = None) -> Snapshot | None:
        """The newest whole snapshot at or before `until`. Raises JournalError."""
        return snapshots.newest(self._connected(), self.bot, rows.LAST if until is None else until)

    def snapshots(self) -> Sequence[Snapshot]:
        """All that were kept, oldest first, without their states. Raises JournalError."""
        return list(snapshots.listed(self._connected(), self.bot))

    def states(self) -> Sequence[Snapshot]:
        """Those that hold a state, damaged or not, the newest first. Raises JournalError."""
        return list(snapshots.holding(self._connected(), self.bot, rows.LAST))

    def archives(self) -> Sequence[Archive]:
        """The files that hold contents of old rows. Raises JournalError."""
        return archives.listed(self._connected(), self.bot)

    def damage(self) -> str:
        """Nothing: what is below the rows, the server looks after."""
        return ""

    def close(self) -> None:
        """Lets go of the connection."""
        self._session.close()

    def _connected(self) -> Session:
        if self._session.lost:
            self._session.close()
            self._session = _checked(self._session.address)
        return self._session


def opened(address: Address) -> tuple[Session, str]:
    """A session, and the bot whose journal is meant.

    Raises JournalError when there is no journal, or several and none is named.
    """
    session = _checked(address)
    try:
        return session, address.bot or _only_bot(session)
    except BaseException:
        session.close()
        raise


def bots(session: Session) -> list[str]:
    """Whose streams the database holds, by one look at the index for each."""
    journal = f"{session.address.schema}.journal"
    found = session.fetch(
        f"WITH RECURSIVE each (bot) AS ("  # noqa: S608
        f"SELECT min(bot) FROM {journal} UNION ALL "
        f"SELECT (SELECT min(bot) FROM {journal} WHERE bot > each.bot) FROM each "
        f"WHERE bot IS NOT NULL) SELECT bot FROM each WHERE bot IS NOT NULL"
    )
    return [bot for (bot,) in found]


def _only_bot(session: Session) -> str:
    """The bot if there is just one; streams beside it, such as ``bot/inbox``, do not count."""
    found = [bot for bot in bots(session) if "/" not in bot]
    match found:
        case [bot]:
            return bot
        case []:
            raise JournalError(f"{session.address}: holds no journal yet: start an engine first")
        case _:
            raise JournalError(
                f"{session.address}: holds {', '.join(found)}: name one with ?bot=NAME"
            )


def _checked(address: Address) -> Session:
    session = Session(address)
    try:
        check(session)
    except BaseException:
        session.close()
        raise
    return session
