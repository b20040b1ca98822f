"""trimtab lab: what the analyzers are worth on markets of known truth, and what they have learnt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from trimtab.app import options
from trimtab.app.asked import (
    files_asked_for,
    forecasts_asked_for,
    recording_asked_for,
    reported_from,
)
from trimtab.app.commands.lab_tune import tune
from trimtab.app.destination import writable, write
from trimtab.app.errors import UserError
from trimtab.app.lab.forecasting import (
    MODELS,
    forecasters,
    forecasts_of,
    hours_of,
    record_of,
    write_forecasts,
)
from trimtab.app.lab.kinds import RECORDED, SIMULATED
from trimtab.app.lab.telling import lines_of
from trimtab.app.lab.train_phase import SHIPPED, train
from trimtab.app.output import say, write_json
from trimtab.app.recording import Recording
from trimtab.domain.units import DAY, Micros
from trimtab.lab.phase_training import table_text

_NAMED, _ASKED = ", ".join(SIMULATED), ", ".join(RECORDED)

Kind = Annotated[
    str, typer.Argument(help=f"On simulated markets: {_NAMED}. On a recording: {_ASKED}.")
]
Candles = Annotated[
    Path | None, typer.Option("--candles", help="Of the recording; Parquet, as elsewhere.")
]
Seeds = Annotated[int, typer.Option(min=1, help="How many markets of each family.")]
Picture = Annotated[
    Path | None,
    typer.Option("--picture", callback=writable, help="Draw one market here, as SVG."),
]
Forecasts = Annotated[
    Path, typer.Option("--out", callback=writable, help="Parquet: the forecasts go here.")
]
Models = Annotated[
    list[str] | None,
    typer.Option("--models", help=f"Of {', '.join(MODELS)}; joined by commas. Default: all."),
]
Horizons = Annotated[
    str, typer.Option("--horizons", help="Hours that are looked ahead, joined by commas.")
]
History = Annotated[
    int, typer.Option("--history", min=30, help="Days before a month that are learnt from.")
]
Begin = Annotated[
    str | None, typer.Option("--from", help="Earlier rows only teach, such as 2022-07-01 (UTC).")
]
Out = Annotated[
    Path, typer.Option("--out", callback=writable, help="Where to; else the shipped table itself.")
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing: is the table as the training makes it?")
]


def register(application: typer.Typer) -> None:
    application.command("score")(score)
    application.command("train-phase")(train_phase)
    application.command("forecast")(forecast)
    application.command("tune")(tune)


def score(
    kind: Kind,
    seeds: Seeds = 12,
    candles: Candles = None,
    predictions: options.Predictions = None,
    symbols: options.Symbols = None,
    end: options.To = None,
    json: options.Json = None,
    picture: Picture = None,
) -> None:
    """Score an analyzer beside its rivals on the same simulated markets, none of which it learnt from.

    Or ask a recording, where no truth is known: does the volatility regime foresee the next day's
    volatility (volatility), does the context explain forecasters' hits (context)?

    Example: trimtab lab score phase --seeds 12 --json -
    """
    if kind in SIMULATED:
        figures, draw = SIMULATED[kind](seeds)
    elif kind in RECORDED:
        figures, draw = RECORDED[kind](_recording(kind, candles, predictions, symbols, end)), None
    else:
        raise UserError(f"{kind!r} cannot be scored: use one of {_NAMED}, {_ASKED}")
    for line in lines_of(figures):
        say(line)
    write_json(figures, json)
    if picture is not None:
        _draw(kind, picture, draw)


def _recording(
    kind: str,
    candles: Path | None,
    predictions: Path | None,
    symbols: list[str] | None,
    end: str | None,
) -> Recording:
    if candles is None:
        raise UserError(
            f"--candles: {kind} is asked of a recording; name a Parquet file of candles"
        )
    forecasts = forecasts_asked_for("lab score context", predictions) if kind == "context" else None
    return recording_asked_for(files_asked_for(candles, forecasts, symbols=symbols, end=end))


def _draw(kind: str, to: Path, draw: Callable[[], str] | None) -> None:
    if draw is None:
        raise UserError(f"--picture: there is none of {kind}: leave it out")
    write(to, draw().encode())
    say(f"a picture to {to}")


def forecast(
    candles: options.Candles,
    out: Forecasts,
    models: Models = None,
    horizons: Horizons = "8,24",
    history: History = 730,
    symbols: options.Symbols = None,
    begin: Begin = None,
    end: options.To = None,
) -> None:
    """Forecast recorded candles by simple models that are refit each month on the past alone.

    What comes out is honest and seldom good: try the system with it on your own market.

    Example: trimtab lab forecast --candles candles.parquet --out forecasts.parquet --models ridge
    """
    makers = forecasters(options.names(models) or MODELS, hours_of(horizons))
    recording = recording_asked_for(files_asked_for(candles, symbols=symbols, end=end))
    since = reported_from(begin, recording)
    told = forecasts_of(record_of(recording.candles), makers, Micros(history * DAY))
    count = write_forecasts(out, recording.candles, told, since)
    say(f"{count:,} forecasts of {len(makers)} topics to {out}")


def train_phase(out: Out = SHIPPED, check: Check = False) -> None:
    """Learn the phase detector's figures on simulated markets: half a minute, always the same bits.

    Example: trimtab lab train-phase --check
    """
    training = train()
    say(
        f"belief in the truth: {training.loss_before:.4f} nats short before, {training.loss:.4f} now"
    )
    text = table_text(training)
    if not check:
        write(out, text)
        say(f"the table to {out}")
    elif not out.exists() or out.read_bytes() != text:
        say(f"{out}: differs from what the training makes")
        raise typer.Exit(1)
    else:
        say(f"{out}: as the training makes it")
