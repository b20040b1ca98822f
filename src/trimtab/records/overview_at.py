"""The Overview as it was at a place of the past: the same fold as the page's, begun anew."""

from __future__ import annotations

from trimtab.records.overview import START, Overview, see
from trimtab.records.upcasting import StoredFacts, facts_after


def overview_at(journal: StoredFacts, seq: int, known: Overview = START) -> Overview:
    """After `seq`, gone on from `known`. Raises what `facts_after` and the journal do."""
    overview = known
    for record in facts_after(journal, known.seq, seq):
        overview = see(overview, record.seq, record.fact)
    return overview
