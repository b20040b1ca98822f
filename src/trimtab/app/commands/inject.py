"""trimtab inject: a simulated market event, an exercise for a running bot."""

from __future__ import annotations

from typing import Annotated

import typer

from trimtab.app import options
from trimtab.app.ordering import Port, Reason, order

Event = Annotated[
    str, typer.Argument(help="Such as volatility_spike, volatility_spike_over, bear.")
]
Coin = Annotated[str, typer.Option("--coin", help="Of the event; * is the whole market.")]
Topic = Annotated[str | None, typer.Option("--topic", help="Of a drop in accuracy.")]
Strength = Annotated[
    float, typer.Option("--strength", help="A spike's ratio, an anomaly's z, a fall from 0 to 1.")
]


def register(application: typer.Typer) -> None:
    application.command("inject")(inject)


def inject(
    event: Event,
    coin: Coin = "*",
    topic: Topic = None,
    strength: Strength = 1.0,
    port: Port = 8700,
    reason: Reason = "an exercise",
    json: options.Json = None,
) -> None:
    """A simulated market event for a running bot; never in live trading.

    It goes the same way as a real one, marked as simulated.

    Events: volatility_spike, volume_anomaly, correlation_breakdown, allora_accuracy_drop, each
    also with _over; performance_degradation; and, as a change of the market's regime, bull, bear,
    sideways and volatile.

    Example: trimtab inject volatility_spike --coin BTC --strength 2.5
    """
    order(
        port, json, type="inject_event", event=event, coin=coin, topic=topic, strength=strength,
        reason=reason,
    )  # fmt: skip
