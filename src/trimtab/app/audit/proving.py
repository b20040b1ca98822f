"""Proofs about single rows and about older states, made from a journal or checked without one."""

from __future__ import annotations

from pathlib import Path

import msgspec

from trimtab.adapters.audit.checkpoint_file import CheckpointFile
from trimtab.adapters.audit.ed25519 import is_signed
from trimtab.app.audit.evidence import opened
from trimtab.app.errors import UserError
from trimtab.records.audit_consistency import Consistency, State, consistency_of
from trimtab.records.audit_proof import InclusionProof, complaint, proof_of
from trimtab.records.checkpoint import Checkpoint, found_in


def proof_from(place: str, own: Path, seq: int) -> InclusionProof:
    """That row `seq` belongs to the newest checkpoint. Raises UserError, JournalError, AuditError."""
    kept = CheckpointFile(own).read().checkpoints
    newest = max(kept, key=lambda one: one.size, default=None)
    if newest is None or newest.size < seq:
        raise UserError(
            f"row {seq} is in no checkpoint of {own}: make one with `trimtab audit checkpoint`"
        )
    with opened(place) as journal:
        try:
            return proof_of(seq, journal.rows(newest.size), newest)
        except ValueError as error:
            raise UserError(f"{place}: {error}: `trimtab audit verify` tells more") from error


def read_proof(path: Path) -> InclusionProof:
    """A proof's file. Raises UserError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=InclusionProof)
    except FileNotFoundError:
        raise UserError(f"--check {path}: no such file: check the path") from None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UserError(
            f"--check {path}: not a proof: {error}: `trimtab audit prove --out` makes one"
        ) from error


def doubt_about(proof: InclusionProof, keys: tuple[str, ...]) -> str | None:
    """Why the proof does not convince; None if it does."""
    doubt = complaint(proof, is_signed)
    if doubt is None and keys and checkpoint_in(proof).key not in keys:
        return f"its checkpoint is signed with another key, {checkpoint_in(proof).key}"
    return doubt


def checkpoint_in(proof: InclusionProof) -> Checkpoint:
    """The checkpoint of a proof about which there is no doubt."""
    return found_in(proof.checkpoint).checkpoints[0]


def consistency(place: str, own: Path, old: str, new: str) -> Consistency:
    """Whether the old state is the beginning of the new one, and both of the journal's.

    Each is a number of rows, or a file whose newest checkpoint is meant. Raises UserError,
    JournalError and AuditError.
    """
    known = {one.size: one.root for one in CheckpointFile(own).read().checkpoints}
    states = [_state(text, known) for text in (old, new)]
    with opened(place) as journal:
        try:
            return consistency_of(journal.rows(states[1].size), states[0], states[1])
        except ValueError as error:
            raise UserError(f"{place}: {old} and {new}: {error}") from error


def _state(text: str, known: dict[int, str]) -> State:
    if text.isdecimal():
        return State(int(text), known.get(int(text), ""))
    path = Path(text)
    if not path.exists():
        raise UserError(f"{text}: neither a number of rows nor a file of checkpoints: check it")
    signed = [one for one in CheckpointFile(path).read().checkpoints if is_signed(one)]
    newest = max(signed, key=lambda one: one.size, default=None)
    if newest is None:
        raise UserError(f"{text}: holds no checkpoint with a good signature: choose another file")
    return State(newest.size, newest.root)
