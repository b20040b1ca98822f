"""trimtab data: is a file fit to be traded on?"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from trimtab.adapters.parquet.errors import moment
from trimtab.adapters.system_clock import SystemClock
from trimtab.app import options
from trimtab.app.data_checking import Checked, Looked, looked_over
from trimtab.app.destination import writable, write
from trimtab.app.output import say, write_json
from trimtab.lab.data_checks.coverage_picture import coverage_picture
from trimtab.lab.data_checks.findings import Finding
from trimtab.lab.data_checks.prediction_findings import Scored

SHOWN = 4
"""Findings of one kind that are told each; the rest is counted."""

File = Annotated[Path, typer.Argument(help="Parquet: candles, predictions or funding.")]
Candles = Annotated[
    Path | None,
    typer.Option("--candles", help="What the market did: tells how often forecasts were right."),
]
Synthetic = Annotated[
    bool, typer.Option("--synthetic", help="Forecasts are made up: a high hit rate is meant.")
]
Picture = Annotated[
    Path | None,
    typer.Option("--picture", callback=writable, help="Draw what there is and is not, as SVG."),
]


def register(application: typer.Typer) -> None:
    application.callback()(data)
    application.command("check")(check)


def data() -> None:
    """Are candles, forecasts or funding fit to be traded on?"""


def check(
    file: File,
    candles: Candles = None,
    synthetic: Synthetic = False,
    picture: Picture = None,
    json: options.Json = None,
) -> None:
    """Look for holes, repeats, outliers, wrong clocks, and forecasts that know the future.

    Exit code 1: the file can be read, and has errors that keep it from being used.

    Example: trimtab data check predictions.parquet --candles candles.parquet --picture data.svg
    """
    looked = looked_over(file, candles, SystemClock().now(), synthetic=synthetic)
    for line in _told(looked.checked):
        say(line)
    if picture is not None:
        write(picture, _drawn(looked).encode())
    write_json(looked.checked, json)
    if looked.checked.errors:
        raise typer.Exit(1)


def _drawn(looked: Looked) -> str:
    name = Path(looked.checked.file).name
    return coverage_picture(name, looked.series, looked.checked.findings)


def _told(checked: Checked) -> list[str]:
    span = f"{checked.first} to {checked.last}"
    what = f"{checked.kind}, {checked.rows:,} rows in {checked.series} series"
    lines = [f"{checked.file}: {what}, {span}"]
    for _, alike in groupby(checked.findings, lambda one: (one.severity, one.check)):
        lines += _alike(list(alike))
    return [*lines, *_rates(checked.scored), _verdict(checked)]


def _alike(findings: list[Finding]) -> list[str]:
    lines = [_line(one) for one in findings[:SHOWN]]
    rest = findings[SHOWN:]
    return [*lines, f"  ... and of {len(rest)} more series ({rest[0].check})"] if rest else lines


def _line(one: Finding) -> str:
    where = f" (first: {', '.join(moment(at) for at in one.at)})" if one.at else ""
    return f"{one.severity}: {one.series}: {one.words}{where}: {one.mend}"


def _rates(scored: list[Scored]) -> list[str]:
    """By topic, over its coins; `--json` has each."""
    known = [(one.hit_rate, one) for one in scored if one.hit_rate is not None]
    return [
        _rate(topic, [each for each in known if each[1].topic == topic])
        for topic in dict.fromkeys(one.topic for _, one in known)
    ]


def _rate(topic: str, known: list[tuple[float, Scored]]) -> str:
    outcomes = sum(one.outcomes for _, one in known)
    right = sum(rate * one.outcomes for rate, one in known) / outcomes
    (low, worst), (high, best) = (pick(known, key=lambda each: each[0]) for pick in (min, max))
    return (
        f"{topic}: right in {right:.1%} of {outcomes:,} outcomes on {len(known)} coins, "
        f"from {low:.1%} ({worst.coin}) to {high:.1%} ({best.coin})"
    )


def _verdict(checked: Checked) -> str:
    if checked.errors:
        return f"{checked.errors} errors, {checked.warnings} warnings: mend the errors first"
    if checked.warnings:
        return f"no errors, {checked.warnings} warnings: it can be used; look at them"
    return "no errors, no warnings"
