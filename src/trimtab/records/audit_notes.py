"""What a verification did not look at, and what it cannot prove: said, not left to be guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from trimtab.records.audit_source import Source
from trimtab.records.audit_walk import Walk


def notes(
    walk: Walk,
    sources: Sequence[Source],
    keys: Collection[str],
    proven: int,
) -> Iterator[str]:
    """One sentence each."""
    if walk.archived:
        yield f"{walk.archived:,} archived rows: links checked, contents not: the archive is away"
    for source in sources:
        if source.found.torn:
            yield f"{source.name}: {source.found.torn} checkpoints are torn and were left out"
    if not any(source.found.checkpoints for source in sources):
        yield (
            "there are no checkpoints: only the chain was checked, and whoever can write the "
            "journal can write all of it anew: see [audit] in trimtab.toml"
        )
    elif not any(source.is_anchor for source in sources):
        yield (
            "no anchor was given: whoever holds journal and key could have written all of it anew: "
            "compare with a checkpoint that was kept elsewhere, by --anchor"
        )
    elif proven < walk.rows:
        yield (
            f"rows {proven + 1} to {walk.rows} came after the last anchored checkpoint: whoever "
            "holds journal and key could write those anew"
        )
    if not keys and any(source.found.checkpoints for source in sources):
        yield "no --public-key was given: that the checkpoints' key is yours was not checked"
