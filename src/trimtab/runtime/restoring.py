"""A state out of a snapshot, also one that another version took, as long as its form fits."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import MsgspecError

from trimtab.domain.observations import SCHEMA
from trimtab.mind.mind import Mind
from trimtab.records import snapshot
from trimtab.records.snapshot import Snapshot


def restored(kept: Snapshot, versions: Mapping[str, str]) -> Mind | None:
    """The state, or None where only its hash was kept or its form is another version's."""
    if kept.state is None:
        return None
    try:
        mind = snapshot.decode(kept.state, Mind)
    except (MsgspecError, ValueError, TypeError, KeyError):  # the latter from numpy's side
        return None
    if kept.versions == dict(versions):
        return mind
    if mind.started.schema > SCHEMA:
        return None
    fits = snapshot.arrays_of(mind) == snapshot.arrays_of(Mind.of(mind.started))
    return mind if fits else None
