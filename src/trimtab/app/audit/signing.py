"""One checkpoint now, of a journal that was looked at first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trimtab.adapters.audit.checkpoint_file import CheckpointFile
from trimtab.adapters.audit.ed25519 import Ed25519Signer, is_signed
from trimtab.adapters.system_clock import SystemClock
from trimtab.app.audit.evidence import opened, sources
from trimtab.ports import Anchor
from trimtab.records.audit_verification import Verdict, judged, sizes_of
from trimtab.records.audit_walk import walked
from trimtab.records.checkpoint import Checkpoint, utc


def checkpoint_now(
    place: str, own: Path, signer: Ed25519Signer, anchors: Sequence[Anchor]
) -> tuple[Verdict, Checkpoint | None]:
    """The verdict on the journal, and the checkpoint that was kept where nothing is wrong with it.

    Raises JournalError, AuditError and UserError.
    """
    kept = sources(own, ())
    with opened(place) as journal:
        walk = walked(journal.rows(), sizes_of(kept), journal.archived)
    verdict = judged(walk, kept, (), is_signed)
    if verdict.findings:
        return verdict, None
    plain = Checkpoint(
        walk.origin, walk.rows, walk.end.root, walk.end.last, utc(SystemClock().now()), signer.key
    )
    checkpoint = signer.signed(plain)
    CheckpointFile(own).append([checkpoint])
    for anchor in anchors:
        held = anchor.holds(walk.origin)
        everything = [*(one for source in kept for one in source.found.checkpoints), checkpoint]
        anchor.take([one for one in everything if one.size > held] or [checkpoint])
    return verdict, checkpoint
