"""A bot's state at a place of its past: from the nearest kept state, or from the beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from trimtab.ports import History
from trimtab.records.snapshot import Snapshot
from trimtab.runtime.replay import Replayed, replayed
from trimtab.runtime.restoring import restored


def rebuilt(journal: History, versions: Mapping[str, str], until: int | None = None) -> Replayed:
    """The state at `until`: after the step to which it belongs. Nothing is compared.

    Raises what `replayed` does, and JournalError.
    """
    begin = next((one for one in _whole(journal, until) if restored(one, versions)), None)
    rows = journal.read(0 if begin is None else begin.seq, until)
    return replayed(rows, versions, compare=False, begin=begin)


def verified(journal: History, versions: Mapping[str, str], until: int | None = None) -> Replayed:
    """The state at `until` from the beginning, all that is stored compared on the way.

    Raises as `rebuilt`.
    """
    states = {one.seq: one.state for one in _whole(journal, until)}
    kept = [replace(one, state=states.get(one.seq)) for one in journal.snapshots()]
    return replayed(journal.read(0, until), versions, compare=True, kept=kept, until=until)


def _whole(journal: History, until: int | None) -> Iterator[Snapshot]:
    """The snapshots that still hold their states, the newest first."""
    kept = journal.snapshot(until)
    while kept is not None:
        yield kept
        kept = journal.snapshot(kept.seq - 1)
