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
    own_texts = [text_of(o) for s in sources if not s.is_anchor for o in s.found.checkpoints]
    has_own = any(not source.is_anchor for source in sources)
    judge = _Judge(walk, trusted, frozenset(own_texts) if has_own else None, is_signed)
    judgements = [judge.judgement(source) for source in sources]
    findings = [walk.finding] if walk.finding else []
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


class _Judge(NamedTuple):
    """What every checkpoint is held against."""

    walk: Walk
    trusted: Collection[str]
    held: Collection[str] | None
    """Texts in the journal's own file, which gets each checkpoint first; None without a file."""
    is_signed: SignatureCheck

    def judgement(self, source: Source) -> _Judgement:
        """Of one source; after the first that is wrong, the others are wrong for the same reason."""
        good: list[int] = []
        findings = list(self._strange(source))
        for checkpoint in sorted(source.of(self.walk.origin), key=lambda one: one.size):
            complaint = self._complaint(checkpoint, max(good, default=0))
            if complaint is not None:
                findings.append(Finding(complaint.seq, f"{source.name}: {complaint.what}"))
                break
            good.append(checkpoint.size)
        return _Judgement(source.is_anchor, good, findings)

    def _strange(self, source: Source) -> Iterator[Finding]:
        """What is there, but cannot be of this journal."""
        for first in source.found.unreadable[:1]:
            yield Finding(1, f"{source.name}: a checkpoint ({first}) was changed")
        ours, origin = source.of(self.walk.origin), self.walk.origin
        if source.is_anchor and not ours:
            yield Finding(
                1,
                f"{source.name}: holds no checkpoint of this journal ({origin}): it is another's, "
                "or the journal was written anew from its first row",
            )
        if not source.is_anchor and len(ours) < len(source.found.checkpoints):
            yield Finding(1, f"{source.name}: holds checkpoints of another journal than {origin}")

    def _complaint(self, checkpoint: Checkpoint, good: int) -> Finding | None:
        size, rows = checkpoint.size, self.walk.rows
        name = f"the checkpoint of {size} rows"
        if self.trusted and checkpoint.key not in self.trusted:
            return Finding(
                good + 1, f"{name} is signed with a key that is not yours, {checkpoint.key}"
            )
        if not self.is_signed(checkpoint):
            return Finding(good + 1, f"{name} was changed: its signature is wrong")
        if size > rows:
            return Finding(rows + 1, f"rows {rows + 1} to {size} are missing: {name} has them")
        if self.walk.at.get(size) != Seen(checkpoint.root, checkpoint.last):
            return Finding(good + 1, f"rows {good + 1} to {size} are not those of {name}")
        if self.held is not None and text_of(checkpoint) not in self.held:
            return Finding(size, f"{name} is missing in the journal's own file")
        return None
