"""A place in a journal, as a person names it: a seq or a time."""

from __future__ import annotations

from trimtab.app import options
from trimtab.app.errors import UserError
from trimtab.domain.units import Micros
from trimtab.ports import History
from trimtab.records.seek import seq_at


def place_of(journal: History, given: str | None, option: str, name: str) -> int:
    """The seq; the last one where none was given, or one beyond it.

    Raises UserError, also where the journal holds nothing up to there, and JournalError.
    """
    newest = journal.last()
    if newest is None:
        raise UserError(f"{name}: holds no facts: run a backtest or a demo with --journal first")
    if given is None:
        return newest.seq
    seq = int(given) if given.isdecimal() else seq_at(journal, _moment(given, option))
    if seq == 0:
        raise UserError(f"{option} {given}: before the first fact of {name}: name a later place")
    return min(seq, newest.seq)


def _moment(given: str, option: str) -> Micros:
    """Raises UserError."""
    try:
        return options.moment(given, option) or Micros(0)
    except UserError:
        raise UserError(
            f"{option} {given}: neither a seq nor a time: write 1200 or 2024-05-01T12:00"
        ) from None
