"""All or nothing."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from asyncpg import Connection


@asynccontextmanager
async def transaction(connection: Connection, first: str = "") -> AsyncGenerator[None]:
    """Committed at the end, or rolled back; `first` goes along with its beginning."""
    await connection.execute(f"BEGIN; {first}")
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")
