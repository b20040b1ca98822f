"""trimtab topics: what Allora forecasts, and what of it can be traded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from msgspec import Struct
from rich.table import Table

from trimtab.adapters.allora.catalogue import (
    Crossed,
    TopicEntry,
    crossed,
    topics_of_api,
    topics_of_chain,
)
from trimtab.adapters.allora.networks import Network
from trimtab.adapters.allora.streams import followed, length
from trimtab.app import options
from trimtab.app.allora import asking
from trimtab.app.output import console, say, write_json
from trimtab.domain.units import SECOND, Coin, Micros, TopicName

Coins = Annotated[
    list[str] | None,
    typer.Option("--coins", help="Coins with a market, joined by commas: crossed with forecasts."),
]


class TopicsResult(Struct, frozen=True):
    """What `--json` gives."""

    network: Network
    block_seconds: float
    """Measured: what turns blocks into time."""
    topics: tuple[TopicEntry, ...]
    streams: dict[int, TopicName]
    """What trimtab calls the tradable ones."""
    crossed: Crossed | None


def register(application: typer.Typer) -> None:
    application.command("topics")(topics)


def topics(
    network: asking.NetworkName = "mainnet",
    key_file: asking.KeyFile = None,
    url: asking.Url = None,
    coins: Coins = None,
    json: options.Json = None,
) -> None:
    """What Allora forecasts now, topic by topic, and what of it can be traded.

    Asks the chain, which needs no key; with a key the consumer API.

    Example: trimtab topics --network mainnet --coins BTC,ETH,SOL
    """
    result = asking.ask(network, key_file, url, lambda clients: _found(clients, _markets(coins)))
    _show(result)
    write_json(result, json)


def _markets(coins: Sequence[str] | None) -> tuple[Coin, ...] | None:
    named = options.names(list(coins) if coins else None)
    return None if named is None else tuple(Coin(name) for name in named)


async def _found(clients: asking.Clients, markets: tuple[Coin, ...] | None) -> TopicsResult:
    network = clients.places.network
    block_time = await clients.chain.block_time()
    if clients.api is None:
        entries = await topics_of_chain(clients.chain, network, block_time)
    else:
        entries = await topics_of_api(clients.api, network, block_time)
    coins = markets or tuple(dict.fromkeys(one.asset for one in entries if one.asset is not None))
    return TopicsResult(
        network, block_time / SECOND, entries,
        {one.entry.topic_id: one.stream for one in followed(entries, coins)},
        None if markets is None else crossed(entries, markets),
    )  # fmt: skip


def _show(result: TopicsResult) -> None:
    table = Table("topic", "kind", "coin", "horizon", "every", "stream")
    active = [one for one in result.topics if one.active]
    for one in active:
        if one.topic_id in result.streams:
            table.add_row(
                str(one.topic_id), one.kind, one.asset, _length(one.horizon),
                f"{one.cadence / SECOND:.0f} s", result.streams[one.topic_id],
            )  # fmt: skip
    console.print(table)
    for one in active:
        if one.topic_id not in result.streams:
            say(f"{one.topic_id:4} {one.name}: {one.not_traded or 'no such coin asked for'}")
    say(f"{result.network}: a block every {result.block_seconds:.2f} s")
    if result.crossed is not None:
        _show_crossed(result.crossed)


def _show_crossed(told: Crossed) -> None:
    for words, coins in (
        ("forecast and market", told.both),
        ("forecast only", told.only_forecast),
        ("market only", told.only_market),
    ):
        say(f"{words}: {', '.join(coins) or 'none'}")


def _length(horizon: Micros | None) -> str:
    return "?" if horizon is None else length(horizon)
