"""Conditions on an append, checked inside the transaction that writes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

from trimtab.adapters.sqlite.database import Database
from trimtab.adapters.sqlite.errors import PathText
from trimtab.ports import Condition, JournalError, RefusedError


class Guard(NamedTuple):
    """A condition, and the last seq before the step that it guards."""

    condition: Condition
    before: int

    @classmethod
    def of(cls, condition: Condition, bot: str, before: int, path: PathText) -> Self:
        """Raises JournalError if the condition is about another bot's journal."""
        if condition.bot not in (None, bot):
            raise JournalError(
                f"{path}: holds {bot} only: a condition on {condition.bot} needs a journal "
                f"that holds both, on PostgreSQL"
            )
        return cls(condition, before)


def check(database: Database, guards: Iterable[Guard]) -> None:
    """Raises RefusedError for the first condition that does not hold."""
    for (types, after, _), before in guards:
        marks = ", ".join("?" * len(types))
        found = database.execute(
            f"SELECT type, seq FROM journal WHERE seq > ? AND seq <= ? AND type IN ({marks}) "  # noqa: S608
            f"ORDER BY seq LIMIT 1",
            (after, before, *types),
        ).fetchall()
        for kind, seq in found:
            raise RefusedError(f"{kind} stands at seq {seq}, after {after}")
