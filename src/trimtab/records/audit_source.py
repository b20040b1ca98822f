"""Where checkpoints come from: the journal's own file, or an anchor."""

from __future__ import annotations

from typing import NamedTuple

from trimtab.records.checkpoint import Checkpoint, Found, is_same


class Source(NamedTuple):
    """A place where checkpoints are kept."""

    name: str
    found: Found
    is_anchor: bool = False
    """Kept where whoever can change the journal cannot reach."""

    def of(self, origin: str) -> list[Checkpoint]:
        """Those of one journal: an anchor may hold several journals' checkpoints."""
        return [one for one in self.found.checkpoints if is_same(one.origin, origin)]
