"""trimtab doctor: is everything fit to run a bot, and what is to be mended?"""

from __future__ import annotations

from typing import Annotated

import typer

from trimtab.adapters.system_clock import SystemClock
from trimtab.app import options
from trimtab.app.doctor.examination import examined
from trimtab.app.doctor.finding import Examination, Finding
from trimtab.app.output import say, write_json

Journal = Annotated[
    str | None,
    typer.Argument(help="A journal's file, or postgresql://...; else as in --config."),
]
Deep = Annotated[bool, typer.Option("--deep", help="Check every row, not only the last 10,000.")]


def register(application: typer.Typer) -> None:
    application.command("doctor")(doctor)


def doctor(
    journal: Journal = None,
    config: options.Config = None,
    deep: Deep = False,
    json: options.Json = None,
) -> None:
    """Look at configuration, machine, journal and servers; say what to mend.

    Example: trimtab doctor run.db --config trimtab.toml
    """
    findings: list[Finding] = []
    for finding in examined(journal, config, SystemClock(), deep=deep):
        say(f"{finding.state:8} {finding.about}: {finding.words}")
        findings.append(finding)
    examination = Examination(tuple(findings))
    write_json(examination, json)
    if examination.is_wrong:
        raise typer.Exit(1)
