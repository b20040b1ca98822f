"""A journal's past under another configuration, beside what it was."""

from __future__ import annotations

from pathlib import Path

from msgspec import MsgspecError
from msgspec.structs import replace
from rich.table import Table

from trimtab.app.compose import versions
from trimtab.app.configuring import check_thresholds, configuration
from trimtab.app.errors import UserError
from trimtab.app.output import console, figure, say
from trimtab.app.settings_file import read_settings
from trimtab.domain.configuration import Configuration
from trimtab.domain.observations import EngineStarted
from trimtab.ports import History
from trimtab.records.upcasting import facts_after
from trimtab.runtime.what_if import Course, WhatIf, what_if


def imagine(journal: History, name: str, config: Path, begin: int, until: int) -> WhatIf:
    """Both courses, shown as a table. Raises UserError and JournalError."""
    if begin >= until:
        raise UserError(
            f"--from {begin}: nothing comes after it up to {until}: name an earlier one"
        )
    try:
        written = _written(journal, config, begin)
        outcome = what_if(journal, versions(), written, begin, until)
    except (ValueError, MsgspecError) as error:
        raise UserError(f"{name} with {config}: {error}") from error
    _show(outcome)
    return outcome


def _written(journal: History, config: Path, begin: int) -> Configuration:
    """What the file says, for the topics, coins and mix that the bot was started with."""
    start = _start_before(journal, begin)
    topics = start.configuration.topics
    settings = read_settings(config)
    check_thresholds(settings, topics, config)
    coins = tuple(one.coin for one in start.instruments)
    return replace(configuration(settings, topics, coins), mix=start.configuration.mix)


def _start_before(journal: History, seq: int) -> EngineStarted:
    """The first start: later ones have the same topics, coins and costs, else they are refused."""
    for _, fact in facts_after(journal, until=seq):
        if isinstance(fact, EngineStarted):
            return fact
    raise ValueError("holds no start")


def _show(outcome: WhatIf) -> None:
    table = Table("", "as it was", "what if", title=f"From seq {outcome.begin} to {outcome.until}")
    for name in Course.__struct_fields__[:-1]:
        row = (figure(getattr(course, name)) for course in (outcome.as_it_was, outcome.what_if))
        table.add_row(name.replace("_", " "), *row)
    console.print(table)
    say(
        "a simulation: the market is as recorded, and all orders are filled by the fill model"
        if outcome.replaced
        else "this configuration was in force: nothing was replaced"
    )
