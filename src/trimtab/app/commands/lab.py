"""trimtab lab: what the analyzers are worth on markets of known truth, and what they have learnt."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from trimtab.app import options
from trimtab.app.destination import writable, write
from trimtab.app.lab.score_phase import picture, score_phase
from trimtab.app.lab.telling import lines_of
from trimtab.app.lab.train_phase import SHIPPED, train
from trimtab.app.output import say, write_json
from trimtab.lab.phase_training import table_text


class Kind(StrEnum):
    """What can be scored."""

    PHASE = "phase"


SCORES: dict[Kind, Callable[[int], Struct]] = {Kind.PHASE: score_phase}
PICTURES: dict[Kind, Callable[[], str]] = {Kind.PHASE: picture}

Scored = Annotated[Kind, typer.Argument(help="Which analyzer.")]
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
    kind: Scored, seeds: Seeds = 12, json: options.Json = None, picture: Picture = None
) -> None:
    """Score an analyzer and its rivals on the same simulated markets, none of which it learnt from.

    Example: trimtab lab score phase --seeds 12 --json -
    """
    figures = SCORES[kind](seeds)
    for line in lines_of(figures):
        say(line)
    write_json(figures, json)
    if picture is not None:
        write(picture, PICTURES[kind]().encode())
        say(f"a market to {picture}")


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
