"""The broker that the settings name. Its library is loaded only when one is named."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from importlib.util import find_spec

from trimtab.app.doctor.finding import Finding

_PATIENCE = 5.0
"""Seconds for an answer."""

_LIBRARIES = {"nats": "nats", "redis": "redis"}
"""By scheme; the extra of the package has the same name."""


def broker(place: str) -> Iterator[Finding]:
    """Does it answer, with the password that we have? Raises BrokerError."""
    if not place:
        yield Finding("broker", "ok", "none is named: facts stay within the process")
        return
    scheme = place.partition("://")[0]
    library = _LIBRARIES.get(scheme)
    if library is None:
        yield Finding(
            "broker", "wrong", f"{place}: write nats://HOST:PORT or redis://HOST:PORT/DATABASE"
        )
    elif find_spec(library) is None:
        yield Finding(
            "broker", "wrong", f"{place}: needs a library more: pip install 'trimtab[{library}]'"
        )
    else:
        password = os.environ.get("TRIMTAB_BROKER_PASSWORD")
        asyncio.run(_nats(place, password) if library == "nats" else _redis(place, password))
        yield Finding("broker", "ok", f"{place}: reachable, and lets us in")


async def _nats(place: str, password: str | None) -> None:
    from trimtab.adapters.nats.broker import ROOM  # noqa: PLC0415
    from trimtab.adapters.nats.connection import Connection  # noqa: PLC0415

    connection = Connection(place, password, ROOM, _PATIENCE)
    try:
        await connection.client()
    finally:
        await connection.drop()


async def _redis(place: str, password: str | None) -> None:
    from trimtab.adapters.redis.client import client_of  # noqa: PLC0415
    from trimtab.adapters.redis.errors import explained  # noqa: PLC0415

    with explained(place):
        client = client_of(place, password, _PATIENCE)
        try:
            await client.ping()
        finally:
            await client.aclose()
