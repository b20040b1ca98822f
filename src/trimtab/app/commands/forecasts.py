"""trimtab forecasts: a topic's latest forecast, how old it is, and whether API and chain agree."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import typer
from msgspec import Struct

from trimtab.adapters.allora.catalogue import TopicEntry, topic_of_chain
from trimtab.adapters.allora.checks import Tolerance, check_agreement, check_possible, check_time
from trimtab.adapters.allora.errors import AlloraError
from trimtab.adapters.allora.forecast import Forecast, Freshness, freshness
from trimtab.adapters.allora.sources import ApiSource, ChainSource
from trimtab.adapters.allora.streams import Followed, single
from trimtab.adapters.system_clock import SystemClock
from trimtab.app import options
from trimtab.app.allora import asking
from trimtab.app.errors import UserError
from trimtab.app.output import say, write_json
from trimtab.domain.units import SECOND, Micros

Topic = Annotated[
    int, typer.Argument(help="A topic's number, as `trimtab topics` tells it.", min=1)
]


class Told(Struct, frozen=True):
    """What one source says."""

    source: str
    value: Decimal
    issued_at: Micros
    age_s: float
    freshness: Freshness
    lower: Decimal | None = None
    upper: Decimal | None = None
    nonce: int | None = None


class ForecastsResult(Struct, frozen=True):
    """What `--json` gives."""

    topic: TopicEntry
    forecasts: tuple[Told, ...]
    problem: str = ""
    """Why none of them would be used; empty where the newest would be."""


def register(application: typer.Typer) -> None:
    application.command("forecasts")(forecasts)


def forecasts(
    topic: Topic,
    network: asking.NetworkName = "mainnet",
    key_file: asking.KeyFile = None,
    url: asking.Url = None,
    json: options.Json = None,
) -> None:
    """The latest forecast of one topic: its value, its age, and whether both sources agree.

    Asks the chain, and with a key the consumer API too. Code 1: it would not be used.

    Example: trimtab forecasts 1 --network mainnet --json -
    """
    result = asking.ask(network, key_file, url, lambda clients: _asked(clients, topic))
    _show(result)
    write_json(result, json)
    if result.problem:
        raise typer.Exit(1)


async def _asked(clients: asking.Clients, topic_id: int) -> ForecastsResult:
    block_time = await clients.chain.block_time()
    entry = await topic_of_chain(clients.chain, clients.places.network, topic_id, block_time)
    topic = single(entry)
    if topic is None:
        raise UserError(
            f"topic {topic_id} ({entry.name}): {entry.not_traded or 'nothing to be read'}:"
            " choose another one of `trimtab topics`"
        )
    source = ChainSource(clients.chain)
    chain = await source.latest(topic)
    found = [chain]
    if clients.api is not None:
        found.append(await ApiSource(clients.api).latest(topic))
    known = [one for one in (chain, await source.before(topic, chain)) if one is not None]
    now = SystemClock().now()
    told = tuple(_told(one, topic, now) for one in found)
    return ForecastsResult(entry, told, _problem(found, known, now) or _staleness(told))


def _told(one: Forecast, topic: Followed, now: Micros) -> Told:
    age = Micros(max(0, now - one.issued_at))
    interval = one.interval
    return Told(
        one.source, one.value, one.issued_at, age / SECOND, freshness(age, topic.entry.cadence),
        None if interval is None else interval.lower,
        None if interval is None else interval.upper,
        one.nonce,
    )  # fmt: skip


def _problem(found: list[Forecast], known: list[Forecast], now: Micros) -> str:
    """`known`: what the chain tells, and told before."""
    try:
        for one in found:
            check_possible(one)
            check_time(one, now)
            check_agreement(one, known, Tolerance())
    except AlloraError as error:
        return str(error)
    return ""


def _staleness(told: tuple[Told, ...]) -> str:
    return "it is stale" if told[0].freshness == "stale" else ""


def _show(result: ForecastsResult) -> None:
    topic = result.topic
    say(f"topic {topic.topic_id} on {topic.network}: {topic.name}")
    for one in result.forecasts:
        bounds = "" if one.lower is None else f", {one.lower:.6g} to {one.upper:.6g}"
        say(f"{one.source:5} {one.value:.10g}{bounds}: {one.age_s:.0f} s old, {one.freshness}")
    if topic.not_traded:
        say(f"not traded: {topic.not_traded}")
    if result.problem:
        say(f"not used: {result.problem}")
