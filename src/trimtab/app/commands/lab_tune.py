"""trimtab lab tune: search for settings, and say honestly what the search was worth."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from trimtab.adapters.parquet.errors import moment as in_words
from trimtab.app import options
from trimtab.app.asked import forecasts_asked_for, reported_from
from trimtab.app.destination import writable, write
from trimtab.app.errors import UserError
from trimtab.app.lab.tuning.space import SEARCHED, as_toml, candidate_of
from trimtab.app.options import moment, names
from trimtab.app.output import say, warn, write_json
from trimtab.app.recording import Files, read_recording
from trimtab.app.settings_file import read_settings
from trimtab.domain.units import Micros

Study = Annotated[
    str,
    typer.Option(
        "--study", help="Where every trial is kept: a file, or postgresql://USER@HOST/DATABASE."
    ),
]
TrialCount = Annotated[
    int, typer.Option("--trials", min=2, help="How many the study is to hold in the end.")
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--settings", help=f"What is searched: {', '.join(SEARCHED)}. Default: all."),
]
FoldCount = Annotated[int, typer.Option("--folds", min=1, max=20, help="Stretches that judge.")]
Embargo = Annotated[
    int,
    typer.Option("--embargo", min=0, help="Days between choosing and judging, beside a trade's."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the candidates.")]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes at once.")]
Locked = Annotated[
    str | None,
    typer.Option(
        "--locked-from", help="Nothing from this day on is touched (UTC); --to may not pass it."
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", callback=writable, help="The best settings, as lines for a trimtab.toml."
    ),
]


def tune(
    candles: options.Candles,
    study: Study,
    predictions: options.Predictions = None,
    funding: options.Funding = None,
    topics: options.Topics = None,
    symbols: options.Symbols = None,
    begin: options.From = None,
    end: options.To = None,
    locked: Locked = None,
    config: options.Config = None,
    keys: Keys = None,
    trials: TrialCount = 50,
    folds: FoldCount = 3,
    embargo: Embargo = 7,
    seed: Seed = 0,
    workers: Workers = 1,
    out: Out = None,
    json: options.Json = None,
) -> None:
    """Try settings, choose by what came before, and judge by what came after.

    Ended in any way, the same command goes on where it was.

    Example: trimtab lab tune --candles candles.parquet --predictions forecasts.parquet
    --topics my-topic-8h --study tune.db --trials 50 --locked-from 2024-10-01
    """
    for library in ("optuna", "sqlalchemy"):
        if find_spec(library) is None:
            raise UserError(f"lab tune needs {library}: pip install 'trimtab[lab]'")
    from trimtab.app.lab.tuning.telling import show  # noqa: PLC0415 - these know optuna
    from trimtab.app.lab.tuning.tuning import Request, tune_on  # noqa: PLC0415

    forecasts = forecasts_asked_for("lab tune", predictions)
    locked_from = moment(locked, "--locked-from")
    until = before_lock(moment(end, "--to"), locked_from)
    files = Files(candles, forecasts, funding, names(topics), names(symbols), until)
    recording = read_recording(files)
    warn(recording.warnings())
    settings = read_settings(config)
    asked = Request(
        files, settings, study, names(keys), reported_from(begin, recording), locked_from, trials,
        folds, embargo, seed,
    )  # fmt: skip
    found = tune_on(recording, asked, workers)
    show(found, candidate_of(settings, tuple(found.best)))
    write_json(found, json)
    if out is not None:
        write(out, as_toml(found.best).encode())
        say(f"the best settings to {out}")


def before_lock(until: Micros | None, locked_from: Micros | None) -> Micros | None:
    """Where reading ends. Raises UserError where it would end within what is locked."""
    if locked_from is None:
        return until
    if until is not None and until > locked_from:
        raise UserError(
            f"--to {in_words(until)} lies within what is locked from {in_words(locked_from)} on: "
            "end before it; settings that were chosen on it could not be judged by it"
        )
    return locked_from if until is None else until
