"""trimtab lab: what the analyzers are worth on markets of known truth, and what they have learnt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from trimtab.app import options
from trimtab.app.asked import forecasts_asked_for, recording_asked_for
from trimtab.app.destination import writable, write
from trimtab.app.errors import UserError
from trimtab.app.lab.kinds import RECORDED, SIMULATED
from trimtab.app.lab.telling import lines_of
from trimtab.app.lab.train_phase import SHIPPED, train
from trimtab.app.output import say, write_json
from trimtab.app.recording import Recording
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
Out = Annotated[
    Path, typer.Option("--out", callback=writable, help="Where to; else the shipped table itself.")
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing: is the table as the training makes it?")
]


def register(application: typer.Typer) -> None:
    application.command("score")(score)
    application.command("train-phase")(train_phase)


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
    return recording_asked_for(candles, forecasts, symbols=symbols, end=end)


def _draw(kind: str, to: Path, draw: Callable[[], str] | None) -> None:
    if draw is None:
        raise UserError(f"--picture: there is none of {kind}: leave it out")
    write(to, draw().encode())
    say(f"a picture to {to}")


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
