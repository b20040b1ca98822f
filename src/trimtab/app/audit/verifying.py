"""Looks at a whole journal: its chain, its checkpoints and its anchors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from trimtab.adapters.audit.ed25519 import is_signed
from trimtab.app.audit.evidence import opened, sources
from trimtab.records.audit_verification import Verdict, judged, sizes_of
from trimtab.records.audit_walk import walked


def verdict_on(
    place: str, own: Path, anchors: Sequence[Path] = (), keys: Collection[str] = ()
) -> Verdict:
    """What the journal at a place proves. Raises JournalError, AuditError and UserError."""
    kept = sources(own, anchors)
    with opened(place) as journal:
        walk = walked(journal.rows(), sizes_of(kept), journal.archived)
    return judged(walk, kept, keys, is_signed)
