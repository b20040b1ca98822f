# What trimtab uses of asyncpg, typed: asyncpg itself ships no types.

from collections.abc import Iterator, Mapping
from typing import Any

from asyncpg.exceptions import InterfaceError as InterfaceError
from asyncpg.exceptions import PostgresError as PostgresError

class Record:
    def __getitem__(self, _key: int | str, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...

class Connection:
    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str: ...
    async def fetch(
        self, query: str, *args: object, timeout: float | None = None
    ) -> list[Record]: ...
    def get_server_version(self) -> tuple[int, ...]: ...
    def is_closed(self) -> bool: ...
    def terminate(self) -> None: ...
    async def close(self, *, timeout: float | None = None) -> None: ...

async def connect(
    *,
    host: str | None = None,
    port: int | None = None,
    user: str | None = None,
    database: str | None = None,
    ssl: str | None = None,
    timeout: float = 60,
    command_timeout: float | None = None,
    server_settings: Mapping[str, str] | None = None,
) -> Connection: ...
