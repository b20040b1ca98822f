"""Brokers by their place, and the relay that carries a journal to one."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from time import monotonic, sleep
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from trimtab.adapters.memory.broker import MemoryBroker
from trimtab.adapters.sqlite.cursor_store import SqliteCursor
from trimtab.app.errors import UserError
from trimtab.app.journals import history, is_on_postgres, url
from trimtab.app.places import check_without_secret
from trimtab.ports import Broker, Cursor
from trimtab.runtime.loop_thread import LoopThread
from trimtab.runtime.relay import Relay, bot_of

if TYPE_CHECKING:
    from trimtab.adapters.postgres.cursor import PostgresCursor

PASSWORD = "TRIMTAB_BROKER_PASSWORD"  # noqa: S105 - the name of the place, not the secret
"""Environment variable: the only place where a broker's password or token may be."""


PARTING = 5.0
"""Seconds that a relay gets at the end of its bot, as long as the broker answers."""

_GLANCE = 0.02
"""Seconds between two looks at how it gets on then."""


class Kind(NamedTuple):
    """A kind of server."""

    library: str
    connected: Callable[[str, str | None], Broker]


def broker(place: str, environment: Mapping[str, str] = os.environ) -> Broker:
    """Not connected yet. An empty place is the broker within the process.

    Raises UserError: unknown kind of server, a password in the URL, a library that is missing.
    """
    if not place:
        return MemoryBroker()
    _, connected = _kind(place)
    return connected(place, environment.get(PASSWORD))


def check_place(place: str) -> None:
    """Raises UserError as `broker` does; no server is asked."""
    if place:
        _kind(place)


def _kind(place: str) -> Kind:
    check_without_secret("broker", place, f"put it into the environment variable {PASSWORD}")
    scheme = place.partition("://")[0]
    kind = _KINDS.get(scheme)
    if kind is None or not _is_place(place):
        raise UserError(
            f"broker is {place}: name nats://HOST:PORT or redis://HOST:PORT/DATABASE, "
            f"or none for the broker within the process"
        )
    if find_spec(kind.library) is None:
        raise UserError(
            f"broker is {place}: it needs one library more: pip install 'trimtab[{scheme}]'"
        )
    return kind


def _is_place(place: str) -> bool:
    url = urlsplit(place)
    try:
        has_port = url.port != 0
    except ValueError:
        return False
    database = url.path.strip("/")
    return bool(url.hostname) and has_port and (not database or database.isdecimal())


@contextmanager
def relayed(journal: str, place: str) -> Generator[Relay]:
    """A relay that runs in a thread of its own as long as this lasts; an audience to wake it.

    The journal must be there; it may still be empty. Raises UserError and JournalError.
    """
    to = broker(place)
    with closing(history(journal)) as read, ExitStack() as cursors:

        def cursor(first: str) -> Cursor:
            return cursors.enter_context(closing(_cursor(journal, place, first)))

        relay = Relay(read, to, cursor)
        with LoopThread("relay", relay.run):  # has ended before what it uses is closed
            yield relay


@contextmanager
def carried(journal: str, place: str) -> Generator[Relay]:
    """As `relayed`, beside a bot that ends: what became durable at last is carried too.

    A broker that is away is not waited for; what it lacks `trimtab relay` carries later.
    """
    with relayed(journal, place) as relay:
        yield relay
        until = monotonic() + PARTING
        while relay.state.behind and not relay.state.error and monotonic() < until:
            sleep(_GLANCE)


def _cursor(journal: str, place: str, first: str) -> SqliteCursor | PostgresCursor:
    name = f"{place} {first}"
    if is_on_postgres(journal):
        from trimtab.adapters.postgres.cursor import PostgresCursor  # noqa: PLC0415

        with closing(history(journal)) as read:
            bot = bot_of(next(iter(read.read(0, 1))))
        return PostgresCursor(url(journal), bot, name)
    return SqliteCursor.open(f"{journal}.cursors", name)


def _nats(place: str, password: str | None) -> Broker:
    from trimtab.adapters.nats.broker import NatsBroker  # noqa: PLC0415

    return NatsBroker(place, password)


def _redis(place: str, password: str | None) -> Broker:
    from trimtab.adapters.redis.broker import RedisBroker  # noqa: PLC0415

    return RedisBroker(place, password)


_KINDS = {"nats": Kind("nats", _nats), "redis": Kind("redis", _redis)}
