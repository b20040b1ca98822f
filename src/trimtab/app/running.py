"""One run of the full loop over a record: what `backtest` does once and `compare` for each topic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from trimtab.adapters.parquet.errors import moment
from trimtab.app.compose import journal_of_run, run_through
from trimtab.app.errors import UserError
from trimtab.app.output import with_progress
from trimtab.app.recording import Recording
from trimtab.app.summary import Summary
from trimtab.domain.observations import EngineStarted
from trimtab.mind.mind import Mind
from trimtab.runtime.reactive_bot import ReactiveBot


def run(
    recording: Recording,
    start: EngineStarted,
    journal: Path | None = None,
    title: str = "backtest",
    *,
    overwrite: bool = False,
    watch: Callable[[Mind], None] | None = None,
) -> tuple[ReactiveBot, Summary]:
    """The loop over the whole record; `watch` sees the state after every stretch of bars.

    Raises JournalError, and UserError if no day was marked.
    """
    summary = Summary()
    facts = with_progress(recording.feed().facts(), title, start.at, recording.closed)
    with journal_of_run(journal, start, overwrite=overwrite) as store:
        bot = run_through(start, facts, store, summary, watch)
        if not summary.marks:
            raise UserError(
                f"nothing to report: no UTC day begins between "
                f"{moment(start.reported_from or start.at)} and {moment(recording.closed)}: "
                "choose a longer time"
            )
    return bot, summary
