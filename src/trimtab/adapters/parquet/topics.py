"""The catalogue of topics that a file of forecasts implies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import cast, get_args

import polars as pl

from trimtab.adapters.parquet.errors import DataError, length
from trimtab.adapters.parquet.table import PathText, collect
from trimtab.domain.configuration import PredictionKind, Topic
from trimtab.domain.units import SECOND, Micros, TopicName

KINDS: tuple[str, ...] = get_args(PredictionKind)


def catalogue(path: PathText, frame: pl.LazyFrame, interval: Micros) -> tuple[Topic, ...]:
    """The file's topics in order of first appearance; each with one kind and one horizon.

    Horizons must be whole numbers of bars of length `interval`. Raises DataError.
    """
    columns = frame.select("topic", "kind", "horizon_s").unique(maintain_order=True)
    entries = collect(path, columns).rows()
    twice = [name for name, times in Counter(row[0] for row in entries).items() if times > 1]
    if twice:
        raise DataError(
            f"{path}: topic {twice[0]} has several kinds or horizons: give each a topic of its own"
        )
    return tuple(_topic(path, name, kind, seconds, interval) for name, kind, seconds in entries)


def choose_topics(
    path: PathText, found: tuple[Topic, ...], asked: Sequence[str] | None
) -> tuple[Topic, ...]:
    """The topics asked for, in that order; all where none are. Raises DataError."""
    by_name: dict[str, Topic] = {topic.name: topic for topic in found}
    return tuple(by_name[name] for name in choose_names(path, list(by_name), asked))


def choose_names(path: PathText, found: Sequence[str], asked: Sequence[str] | None) -> list[str]:
    """The names asked for, each once; all where none are. Raises DataError for an unknown one."""
    names = list(found) if asked is None else list(dict.fromkeys(asked))
    if lost := [name for name in names if name not in found]:
        raise DataError(f"{path}: no topic {', '.join(lost)}: choose from {', '.join(found)}")
    return names


def _topic(path: PathText, name: str, kind: str, seconds: int, interval: Micros) -> Topic:
    if kind not in KINDS:
        raise DataError(f"{path}: topic {name} has kind {kind}: use one of {', '.join(KINDS)}")
    horizon = Micros(seconds * SECOND)
    if horizon <= 0 or horizon % interval:
        raise DataError(
            f"{path}: topic {name} has horizon_s {seconds}: "
            f"it must be a positive multiple of the bar, {length(interval)}"
        )
    return Topic(TopicName(name), cast("PredictionKind", kind), horizon)
