"""Which snapshots keep their state: the newest few. Of older ones the hash is enough."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from msgspec.structs import replace

from trimtab.records.snapshot import Snapshot

STATES_KEPT = 3
"""A damaged state costs a longer refold from the one before, not one of all history."""


def thinned(snapshots: Sequence[Snapshot]) -> list[Snapshot]:
    """The snapshots, of which only the newest few states stay. Oldest first, as they come."""
    holding = [each.seq for each in snapshots if each.state is not None]
    oldest = holding[-STATES_KEPT:][:1]
    return [
        replace(each, state=None) if oldest and each.seq < oldest[0] else each for each in snapshots
    ]


def is_whole(snapshot: Snapshot) -> bool:
    """Whether there is a state, with the hash that it had when it was kept."""
    state = snapshot.state
    return state is not None and hashlib.sha256(state).hexdigest() == snapshot.state_hash
