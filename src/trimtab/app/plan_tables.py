"""The plan's tables by their place: a file, or a schema on a server."""

from __future__ import annotations

from typing import Protocol

from trimtab.adapters.sqlite.plan_database import PlanDatabase
from trimtab.app.journals import is_on_postgres, url
from trimtab.ports import Effects
from trimtab.records.plan_tables import Reflected


class PlanTables(Effects, Protocol):
    """What every database of them can do."""

    def rebuild(self) -> None:
        """Empty tables; the whole journal is to be taken again."""
        ...

    def reflected(self) -> Reflected | None:
        """The row up to which they tell everything; None where nothing was taken yet."""
        ...

    def counts(self) -> dict[str, int]:
        """Rows of each table."""
        ...

    def close(self) -> None:
        """Lets go of the store."""
        ...


def opened(place: str) -> PlanTables:
    """Makes the tables at a path or URL, or goes on with them. Raises JournalError."""
    if is_on_postgres(place):
        from trimtab.adapters.postgres.plan_database import PlanDatabase as OnServer  # noqa: PLC0415

        return OnServer.at(url(place))
    return PlanDatabase.at(place)
