"""What a journal's rows and its checkpoints prove together, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from trimtab.records.audit_notes import notes
from trimtab.records.audit_source import Source
from trimtab.records.audit_walk import Finding, Seen, Walk
from trimtab.records.checkpoint import Checkpoint, text_of

SignatureCheck = Callable[[Checkpoint], bool]
"""Whether the key that a checkpoint names has signed it."""


class Verdict(Struct, frozen=True):
    """What was found; the journal is whole where `findings` is empty."""

    rows: int
    archived: int
    """Rows whose payload is not there: links checked, contents not."""
    root: str
    last_hash: str
    checkpoints: int
    """Good ones of the journal's own file."""
    anchored: int
    """Good ones of the anchors."""
    signed_rows: int
    """Rows that are as they were when a checkpoint was signed."""
    proven_rows: int
    """Rows that are as they were when a checkpoint was anchored."""
    first_wrong_seq: int | None
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    """What was not looked at, and what this cannot prove."""


def sizes_of(sources: Sequence[Source]) -> frozenset[int]:
    """After how many rows a walk has to look at the tree."""
    return frozenset(one.size for source in sources for one in source.found.checkpoints)


def judged(
    walk: Walk, sources: Sequence[Source], keys: Collection[str], is_signed: SignatureCheck
) -> Verdict:
    """Compares what the rows say with what was signed.

    `keys`: those that may sign; empty: those of the anchors, or any where there is no anchor.
    """
    trusted = keys or {
        one.key for source in sources if source.is_anchor for one in source.of(walk.origin)
    }
    judgements = [_judged(source, walk, trusted, is_signed) for source in sources]
    findings = [*([walk.finding] if walk.finding else []), *_lacking(sources, walk)]
    findings += [finding for judgement in judgements for finding in judgement.findings]
    own = [size for judgement in judgements if not judgement.is_anchor for size in judgement.good]
    anchored = [size for judgement in judgements if judgement.is_anchor for size in judgement.good]
    proven = max(anchored, default=0)
    return Verdict(
        rows=walk.rows,
        archived=walk.archived,
        root=walk.end.root,
        last_hash=walk.end.last,
        checkpoints=len(own),
        anchored=len(anchored),
        signed_rows=max([*own, *anchored], default=0),
        proven_rows=proven,
        first_wrong_seq=min((finding.seq for finding in findings), default=None),
        findings=tuple(findings),
        notes=tuple(notes(walk, sources, keys, proven)),
    )


class _Judgement(NamedTuple):
    is_anchor: bool
    good: list[int]
    """Sizes of the good checkpoints."""
    findings: list[Finding]


def _judged(
    source: Source, walk: Walk, trusted: Collection[str], is_signed: SignatureCheck
) -> _Judgement:
    good: list[int] = []
    findings = [
        Finding(1, f"{source.name}: a checkpoint ({first}) cannot be read: it was changed")
        for first in source.found.unreadable[:1]
    ]
    ours = source.of(walk.origin) if source.is_anchor else source.found.checkpoints
    if source.is_anchor and not ours:
        findings.append(
            Finding(1, f"{source.name}: holds no checkpoint of this journal ({walk.origin}): "
                       "it is another's, or the journal was written anew from its first row")
        )  # fmt: skip
    for checkpoint in sorted(ours, key=lambda one: one.size):
        complaint = _complaint(checkpoint, walk, trusted, is_signed, max(good, default=0))
        if complaint is None:
            good.append(checkpoint.size)
        else:
            findings.append(Finding(complaint.seq, f"{source.name}: {complaint.what}"))
            break  # those after it are wrong for the same reason
    return _Judgement(source.is_anchor, good, findings)


def _complaint(
    checkpoint: Checkpoint,
    walk: Walk,
    trusted: Collection[str],
    is_signed: SignatureCheck,
    good: int,
) -> Finding | None:
    size = checkpoint.size
    name = f"the checkpoint of {size} rows"
    if checkpoint.origin != walk.origin:
        return Finding(1, f"{name} is of another journal, {checkpoint.origin}")
    if trusted and checkpoint.key not in trusted:
        return Finding(good + 1, f"{name} is signed with a key that is not yours, {checkpoint.key}")
    if not is_signed(checkpoint):
        return Finding(good + 1, f"{name} was changed: its signature is wrong")
    if size > walk.rows:
        return Finding(
            walk.rows + 1, f"rows {walk.rows + 1} to {size} are missing: {name} has them"
        )
    if walk.at.get(size) != Seen(checkpoint.root, checkpoint.last):
        return Finding(good + 1, f"rows {good + 1} to {size} are not those of {name}")
    return None


def _lacking(sources: Sequence[Source], walk: Walk) -> Iterator[Finding]:
    """The journal's own file holds whatever was anchored, for it is written first."""
    for own in (source for source in sources if not source.is_anchor):
        held = {text_of(one) for one in own.found.checkpoints}
        lost = [
            (one, source)
            for source in sources
            if source.is_anchor
            for one in source.of(walk.origin)
            if text_of(one) not in held
        ]
        for one, source in lost[:1]:
            yield Finding(
                one.size,
                f"{own.name}: the checkpoint of {one.size} rows that {source.name} has is missing",
            )
