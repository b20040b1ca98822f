"""The original plan's SQL tables, column by column; what we add comes after the plan's own."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Kind = Literal["INTEGER", "TEXT", "REAL", "DATETIME", "BOOLEAN"]


class Column(NamedTuple):
    """A column as the plan writes it."""

    name: str
    kind: Kind
    rule: str = ""
    """Such as ``NOT NULL``; the same words in SQLite and PostgreSQL."""


class Table(NamedTuple):
    """A table. Every one has an `id` that counts its rows from 1."""

    name: str
    columns: tuple[Column, ...]
    """The others."""
    rules: tuple[str, ...] = ()
    """Over several columns."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of all columns, in order."""
        return ("id", *(column.name for column in self.columns))


_NOW: Final = "DEFAULT CURRENT_TIMESTAMP"

MARKET_EVENTS: Final = Table(
    "market_events",
    (
        Column("event_id", "TEXT", "UNIQUE NOT NULL"),
        Column("timestamp", "DATETIME", _NOW),
        Column("event_type", "TEXT", "NOT NULL"),
        Column("payload", "TEXT"),
        Column("source", "TEXT"),
        Column("confidence", "REAL"),
        Column("seq", "INTEGER", "NOT NULL"),
        Column("at", "INTEGER", "NOT NULL"),
        Column("analyzer", "TEXT"),
        Column("coin", "TEXT"),
        Column("topic", "TEXT"),
        Column("causation_id", "TEXT"),
    ),
)
"""What the analyzers noticed."""

ADAPTATIONS: Final = Table(
    "adaptations",
    (
        Column("event_id", "TEXT", "REFERENCES market_events(event_id)"),
        Column("adaptation_type", "TEXT", "NOT NULL"),
        Column("crypto_changes", "TEXT"),
        Column("reasoning", "TEXT"),
        Column("confidence", "REAL"),
        Column("applied_at", "DATETIME", _NOW),
        Column("success", "BOOLEAN"),
        Column("seq", "INTEGER", "NOT NULL"),
        Column("at", "INTEGER", "NOT NULL"),
        Column("adaptation", "TEXT", "UNIQUE NOT NULL"),
        Column("triggered_by", "TEXT"),
        Column("stage", "TEXT"),
        Column("changes", "TEXT"),
        Column("expected_net_edge", "REAL"),
        Column("judged_by", "DATETIME"),
        Column("verdict", "TEXT"),
        Column("outcome", "TEXT"),
        Column("measured_net_edge", "REAL"),
        Column("judged_at", "DATETIME"),
        Column("rolled_back_at", "DATETIME"),
    ),
)
"""What was changed, why, and what became of it."""

ALLORA_PERFORMANCE_TRACKING: Final = Table(
    "allora_performance_tracking",
    (
        Column("crypto_symbol", "TEXT", "NOT NULL"),
        Column("market_phase", "TEXT", "NOT NULL"),
        Column("volatility_regime", "TEXT", "NOT NULL"),
        Column("accuracy", "REAL"),
        Column("sample_size", "INTEGER"),
        Column("updated_at", "DATETIME", _NOW),
        Column("topic", "TEXT", "NOT NULL"),
        Column("hits", "INTEGER", "NOT NULL"),
        Column("seq", "INTEGER", "NOT NULL"),
    ),
    ("UNIQUE (topic, crypto_symbol, market_phase, volatility_regime)",),
)
"""How often each topic was right on a coin, by the context that was known at issue."""

TABLES: Final = (MARKET_EVENTS, ADAPTATIONS, ALLORA_PERFORMANCE_TRACKING)
"""In the order in which they can be made."""


class Reflected(NamedTuple):
    """The journal's row up to which the tables tell everything."""

    seq: int
    hash: str
