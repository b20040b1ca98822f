"""trimtab listen: print the facts that a broker carries, one line of JSON each."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer
from msgspec import json

from trimtab.app.brokers import broker as broker_of
from trimtab.app.errors import UserError
from trimtab.app.interruption import ended_by_signal
from trimtab.app.output import say
from trimtab.ports import Broker, BrokerError
from trimtab.records.channels import EVERYTHING, Channel, Message

_GLANCE = 0.25
_AGAIN = 1.0
"""Seconds before a broker that failed is tried again."""


def register(application: typer.Typer) -> None:
    application.command("listen")(listen)


def listen(
    broker: Annotated[
        str, typer.Option("--broker", help="nats://HOST:PORT or redis://HOST:PORT/DATABASE.")
    ],
    bot: Annotated[str, typer.Option("--bot", help="Whose facts.")] = "trimtab",
    kind: Annotated[
        str, typer.Option("--type", help="Only this type, such as crypto_mix_changed.")
    ] = EVERYTHING,
    symbol: Annotated[
        str, typer.Option("--symbol", help="Only this coin; market: facts about no single one.")
    ] = EVERYTHING,
    consumer: Annotated[
        str, typer.Option("--consumer", help="Its place is kept: the next time goes on there.")
    ] = "listen",
    count: Annotated[
        int, typer.Option("--count", min=0, help="End after so many; 0: at Ctrl+C.")
    ] = 0,
) -> None:
    """Print the facts that a broker carries, as JSON lines.

    Each at least once.

    Example: trimtab listen --broker redis://127.0.0.1:6379/0 --type volatility_spike
    """
    if not broker:
        raise UserError("--broker is empty: name nats://HOST:PORT or redis://HOST:PORT/DATABASE")
    listener = _Listener(broker_of(broker), Channel(bot, kind, symbol), consumer, count)
    with ended_by_signal(listener.end):
        asyncio.run(listener.run())


class _Listener:
    """Prints first and acknowledges then."""

    def __init__(self, broker: Broker, channel: Channel, consumer: str, count: int) -> None:
        self._broker = broker
        self._channel = channel
        self._consumer = consumer
        self._left = count or sys.maxsize
        self._told = ""

    def end(self) -> None:
        """At the next glance."""
        self._left = 0

    async def run(self) -> None:
        try:
            while self._left > 0:
                try:
                    await self._follow()
                except BrokerError as error:
                    if str(error) != self._told:
                        self._told = str(error)
                        say(self._told)
                    await asyncio.sleep(_AGAIN)
        finally:
            await self._broker.close()

    async def _follow(self) -> None:
        subscription = await self._broker.subscribe(self._channel, self._consumer)
        while self._left > 0:
            message = await subscription.next(_GLANCE)
            if message is not None:
                _print(message)
                self._left -= 1
                await subscription.done(message)
        await subscription.close()


def _print(message: Message) -> None:
    sys.stdout.write(json.encode(message).decode() + "\n")
    sys.stdout.flush()
