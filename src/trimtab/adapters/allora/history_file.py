"""Forecasts of the past on disk: lines while they come in, so that nothing is asked twice, then Parquet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import polars as pl
from msgspec import Struct

from trimtab.adapters.allora.chain_client import ChainClient
from trimtab.adapters.allora.history import Known, Span, history
from trimtab.adapters.allora.streams import Followed
from trimtab.domain.units import SECOND

_EVERY = 50
"""Forecasts between two writes."""

_FIELDS: dict[str, pl.DataType | type[pl.DataType]] = {
    "issued_at": pl.Datetime("us", "UTC"),
    "topic_id": pl.Int64,
    "topic": pl.String,
    "symbol": pl.String,
    "horizon_s": pl.Int64,
    "kind": pl.String,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
}


class ForecastRow(Struct, frozen=True):
    """A row of the data contract for predictions, and the height it was found at."""

    issued_at: int
    topic_id: int
    topic: str
    symbol: str
    horizon_s: int
    kind: str
    value: float
    lower: float | None
    upper: float | None
    height: int
    nonce: int | None


def row_of(topic: Followed, known: Known) -> ForecastRow:
    """As the data contract has it: `issued_at` is when it was known."""
    one, interval = known.forecast, known.forecast.interval
    return ForecastRow(
        known.known_at, one.topic_id, topic.stream, one.asset, one.horizon // SECOND, one.kind,
        float(one.value),
        None if interval is None else float(interval.lower),
        None if interval is None else float(interval.upper),
        known.height,
        one.nonce,
    )  # fmt: skip


def _unheard(topic: Followed, done: int, whole: int) -> None:
    """Nobody wants to know how far it is."""


async def fetch_history(
    chain: ChainClient,
    topics: Sequence[Followed],
    span: Span,
    path: Path,
    told: Callable[[Followed, int, int], object] = _unheard,
) -> int:
    """Writes the forecasts of the span as Parquet; how many there are.

    Goes on where an interrupted call for the same path stopped. Raises AlloraError and OSError; then
    what came in is kept beside `path`.
    """
    lines = path.with_name(f"{path.name}.part")
    for topic in topics:
        await _fetch(chain, topic, span, lines, told)
    rows = _read(lines)
    _write(rows, path)
    lines.unlink(missing_ok=True)
    return len(rows)


async def _fetch(
    chain: ChainClient,
    topic: Followed,
    span: Span,
    lines: Path,
    told: Callable[[Followed, int, int], object],
) -> None:
    number = topic.entry.topic_id
    done = max((one.height for one in _read(lines) if one.topic_id == number), default=0)
    rest = Span(max(span.first, done + 1), span.last)
    waiting: list[ForecastRow] = []
    try:
        async for known in history(chain, topic, rest, lambda at, all_: told(topic, at, all_)):
            waiting.append(row_of(topic, known))
            if len(waiting) >= _EVERY:
                _append(lines, waiting)
                waiting.clear()
    finally:
        _append(lines, waiting)


def _read(lines: Path) -> list[ForecastRow]:
    """Each inference once. A last line that was cut off is left out: it is fetched again."""
    if not lines.exists():
        return []
    whole, _, _ = lines.read_bytes().rpartition(b"\n")
    rows = (msgspec.json.decode(line, type=ForecastRow) for line in whole.splitlines())
    once: dict[tuple[int, int | None], ForecastRow] = {}
    for row in rows:
        once.setdefault((row.topic_id, row.nonce), row)
    return list(once.values())


def _append(lines: Path, rows: Sequence[ForecastRow]) -> None:
    whole = b"".join(msgspec.json.encode(row) + b"\n" for row in rows)
    if lines.exists():
        kept, _, cut = lines.read_bytes().rpartition(b"\n")
        if cut:
            lines.write_bytes(kept + b"\n" if kept else b"")
    with lines.open("ab") as file:
        file.write(whole)


def _write(rows: Sequence[ForecastRow], path: Path) -> None:
    """Whole or not at all."""
    frame = pl.DataFrame(
        [[getattr(row, name) for name in _FIELDS] for row in rows], schema=_FIELDS, orient="row"
    ).sort("issued_at", "topic_id", "symbol")
    unfinished = path.with_name(f"{path.name}.new")
    frame.write_parquet(unfinished)
    unfinished.replace(path)
