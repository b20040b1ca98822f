"""By what the newest forecasts are known again after a restart, kept beside the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from trimtab.adapters.allora.forecast import Mark
from trimtab.domain.observations import PredictionsIssued
from trimtab.ports import Recorded

Marks = dict[int, Mark]


def marks_of(path: Path) -> Marks:
    """None are known where there is no such file, or it says something else."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Marks)
    except (OSError, msgspec.MsgspecError):
        return {}


class MarkKeeper:
    """An audience: once forecasts are in the journal, they are known for ever.

    A crash in between tells one forecast of a topic again; within a bar it counts once all the same.
    """

    def __init__(self, path: Path, marks: Callable[[], Marks]) -> None:
        self._path = path
        self._marks = marks

    def publish(self, records: Sequence[Recorded]) -> None:
        if any(isinstance(one.fact, PredictionsIssued) for one in records):
            beside = self._path.with_suffix(".new")
            beside.write_bytes(msgspec.json.encode(self._marks()))
            beside.replace(self._path)
