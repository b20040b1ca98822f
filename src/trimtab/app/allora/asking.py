"""From options to clients of one Allora network, and from their errors to one line for a person."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar, cast, get_args
from urllib.parse import urlsplit

import typer

from trimtab.adapters.allora.api_key import ENVIRONMENT, ApiKey
from trimtab.adapters.allora.chain_client import ChainClient
from trimtab.adapters.allora.consumer_client import ConsumerClient
from trimtab.adapters.allora.errors import AlloraError
from trimtab.adapters.allora.http_transport import HttpTransport
from trimtab.adapters.allora.networks import Network, Places, places_at, public_places
from trimtab.app.errors import UserError
from trimtab.app.logs import log_to_standard_error

T = TypeVar("T")

NetworkName = Annotated[
    str, typer.Option("--network", help="mainnet or testnet: topics have other numbers there.")
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", help=f"Holds your own Allora API key; else {ENVIRONMENT}."),
]
Url = Annotated[
    str | None, typer.Option("--url", help="API and chain at one address: a stand-in's.")
]

_OTHERS = 0o077


class Clients(NamedTuple):
    """Of one network. Without a key only the chain can be asked."""

    places: Places
    chain: ChainClient
    api: ConsumerClient | None


def ask(
    network: str,
    key_file: Path | None,
    url: str | None,
    question: Callable[[Clients], Awaitable[T]],
) -> T:
    """What the question's answer is. Raises UserError."""
    log_to_standard_error()
    places = _places(network, url)
    try:
        key = key_of(key_file)

        async def asked() -> T:
            async with HttpTransport() as transport:
                api = None if key is None else ConsumerClient(places, key, transport)
                return await question(Clients(places, ChainClient(places, transport), api))

        return asyncio.run(asked())
    except AlloraError as error:
        raise UserError(str(error)) from error


def _places(network: str, url: str | None) -> Places:
    if network not in get_args(Network):
        raise UserError(f"--network {network!r}: no such network; write mainnet or testnet")
    name = cast("Network", network)
    if url is None:
        return public_places(name)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise UserError("--url: write http://HOST:PORT, without a user or a key in it")
    return places_at(url, name)


def key_of(path: Path | None) -> ApiKey | None:
    """Of the file, else of the environment; None where there is neither."""
    if path is None:
        given = os.environ.get(ENVIRONMENT, "")
        return ApiKey(given) if given.strip() else None
    try:
        if path.stat().st_mode & _OTHERS:
            raise UserError(f"{path}: others may read this key: run `chmod 600 {path}`")
        return ApiKey(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        words = error.strerror if isinstance(error, OSError) else "is not text"
        raise UserError(f"{path}: {words}: check --key-file") from error
