"""What can be wrong with a journal on PostgreSQL, in one line with the mend."""

from __future__ import annotations

from asyncpg import exceptions

from trimtab.adapters.postgres.address import Address
from trimtab.ports import JournalError, JournalLostError

FAILURES = (
    exceptions.PostgresError,
    exceptions.InterfaceError,
    exceptions.InternalClientError,
    OSError,
    TimeoutError,
)
"""All that the driver raises when the world is at fault."""


def explained(address: Address, error: BaseException) -> JournalError:
    """The server's complaint in the operator's words; it holds no secret."""
    for kind, words in _WORDS.items():
        if isinstance(error, kind):
            return JournalError(f"{address}: {words}")
    return JournalError(f"{address}: {_first_line(error)}: see the log of the server")


def lost(address: Address) -> JournalError:
    """A reader only needs another one."""
    return JournalError(f"{address}: the connection was lost: try again")


def lost_lock(address: Address) -> JournalLostError:
    """A writer without its connection is no writer any more."""
    return JournalLostError(
        f"{address}: the connection was lost, and the right to write with it: "
        f"start again; a standby may have taken over"
    )


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


_WORDS: dict[type[BaseException], str] = {
    exceptions.InvalidPasswordError: (
        "the password is missing or wrong: put it into ~/.pgpass or PGPASSWORD"
    ),
    exceptions.InvalidAuthorizationSpecificationError: (
        "the server refuses this user: check the name, and pg_hba.conf on the server"
    ),
    exceptions.InvalidCatalogNameError: "no such database: make it with `createdb`, or correct it",
    exceptions.InsufficientPrivilegeError: (
        "the user lacks rights: GRANT CREATE, CONNECT ON DATABASE, or use the tables' owner"
    ),
    exceptions.DiskFullError: "the disk of the server is full: free some space there",
    exceptions.TooManyConnectionsError: (
        "the server has no connection left: close some, or raise max_connections"
    ),
    exceptions.CannotConnectNowError: "the server is starting or stopping: try again in a moment",
    exceptions.ReadOnlySQLTransactionError: "the server is read-only: name the primary server",
    exceptions.CharacterNotInRepertoireError: "a text holds a character that PostgreSQL cannot keep",
    exceptions.UniqueViolationError: (
        "a row with this seq or id is there already: stop whatever else writes, then start again"
    ),
    TimeoutError: "no answer in time: check host, port and network",
    OSError: "the server cannot be reached: check host and port, and that it runs",
}
