"""SQL for the plan's tables, as SQLite and PostgreSQL both read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, assert_never

from trimtab.records.plan_rows import Count, Insert, Statement, Trigger, Update, Value
from trimtab.records.plan_tables import ADAPTATIONS, ALLORA_PERFORMANCE_TRACKING, TABLES, Table

Plain = str | int | float | bool | None


class Dialect(NamedTuple):
    """In what two databases differ."""

    id: str
    """Type and rules of a row's number."""
    kinds: dict[str, str]
    """What the plan's types are called, where it is not as in the plan."""
    place: Callable[[int], str]
    """Where the value of that number (from 1) is put."""


def _question_mark(_: int) -> str:
    return "?"


SQLITE = Dialect("INTEGER PRIMARY KEY AUTOINCREMENT", {}, _question_mark)


class Rendered(NamedTuple):
    """A statement as text, and its values in order."""

    text: str
    values: tuple[Plain, ...]


def created(dialect: Dialect) -> str:
    """Statements that make the tables where they do not exist."""
    return "".join(_table(table, dialect) for table in TABLES) + (
        "CREATE INDEX IF NOT EXISTS market_events_of_a_step ON market_events (causation_id);\n"
    )


def dropped() -> str:
    """Statements that take the tables away."""
    return "".join(f"DROP TABLE IF EXISTS {table.name};\n" for table in reversed(TABLES))


def rendered(statement: Statement, dialect: Dialect) -> Rendered:
    """The statement for one database."""
    match statement:
        case Insert():
            return _Text(dialect).insert(statement)
        case Update():
            return _Text(dialect).update(statement)
        case Count():
            return _Text(dialect).count(statement)
        case _:
            assert_never(statement)


def _table(table: Table, dialect: Dialect) -> str:
    lines = [f"    id {dialect.id}"]
    for name, kind, rule in table.columns:
        lines.append(f"    {name} {dialect.kinds.get(kind, kind)} {rule}".rstrip())
    lines += [f"    {rule}" for rule in table.rules]
    return f"CREATE TABLE IF NOT EXISTS {table.name} (\n" + ",\n".join(lines) + "\n);\n"


class _Text:
    """Collects values while the text that names their places is written."""

    def __init__(self, dialect: Dialect) -> None:
        self._place = dialect.place
        self._values: list[Plain] = []

    def insert(self, row: Insert) -> Rendered:
        places = ", ".join(self._put(value) for value in row.values.values())
        return self._done(_inserted(row.table, tuple(row.values), places))

    def update(self, change: Update) -> Rendered:
        pairs = ", ".join(f"{name} = {self._put(value)}" for name, value in change.values.items())
        return self._done(
            f"UPDATE {ADAPTATIONS.name} SET {pairs} "  # noqa: S608 - our own names
            f"WHERE adaptation = {self._put(change.adaptation)}"
        )

    def count(self, more: Count) -> Rendered:
        table = ALLORA_PERFORMANCE_TRACKING.name
        accuracy = more.hits / more.sample_size
        values = (*more.score, more.hits, more.sample_size, accuracy, more.seq, more.updated_at)
        names = (*more.score._fields, "hits", "sample_size", "accuracy", "seq", "updated_at")
        places = ", ".join(self._put(value) for value in values)
        hits, total = (f"{table}.{name} + excluded.{name}" for name in ("hits", "sample_size"))
        return self._done(
            f"{_inserted(table, names, places)} "
            f"ON CONFLICT ({', '.join(more.score._fields)}) DO UPDATE SET "
            f"hits = {hits}, sample_size = {total}, accuracy = ({hits}) * 1.0 / ({total}), "
            f"seq = excluded.seq, updated_at = excluded.updated_at"
        )

    def _put(self, value: Value) -> str:
        if isinstance(value, Trigger):
            return (
                f"(SELECT event_id FROM market_events WHERE event_type = {self._put(value.type)} "  # noqa: S608
                f"AND causation_id = {self._put(value.causation_id)} "
                f"ORDER BY CASE WHEN coin = {self._put(value.coin)} THEN 0 ELSE 1 END, seq LIMIT 1)"
            )
        self._values.append(value)
        return self._place(len(self._values))

    def _done(self, text: str) -> Rendered:
        return Rendered(text, tuple(self._values))


def _inserted(table: str, names: tuple[str, ...], places: str) -> str:
    """Numbers are given here: a sequence would leave gaps where something was taken back."""
    number = f"(SELECT COALESCE(MAX(id), 0) + 1 FROM {table})"  # noqa: S608
    return f"INSERT INTO {table} (id, {', '.join(names)}) VALUES ({number}, {places})"  # noqa: S608
