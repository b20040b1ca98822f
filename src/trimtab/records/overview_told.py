"""What pages were told so far, and what to tell them next.

Decisions are told one by one, under their own tag and seq. Between them facts come in large
numbers (bars, forecasts, marks), so a run of these is told as one patch.
"""

from __future__ import annotations

from typing import Final, get_args

from msgspec import Struct

from trimtab.domain.facts import Fact
from trimtab.records.overview import START, Overview, see
from trimtab.records.overview_patch import Patch, PatchType, patch

TAGS: Final[dict[str, PatchType]] = {tag: tag for tag in get_args(PatchType)}

QUIET: Final = frozenset({
    "bars_closed", "funding_paid", "forecasts_weighed", "predictions_settled", "books_marked",
    "order_intended", "adaptation_refused",
})  # fmt: skip
"""Facts that come in numbers: told together."""


class Told(Struct, frozen=True):
    """Two overviews: the one that pages know and the one that is true."""

    known: Overview = START
    now: Overview = START
    tag: PatchType | None = None
    """Of the last fact since `known` that pages are to be told of."""

    def hear(self, seq: int, fact: Fact) -> tuple[Told, tuple[Patch, ...]]:
        """After one more fact; the patches are in order and leave no gap."""
        tag = TAGS.get(_tag(fact))
        now = see(self.now, seq, fact)
        if tag is None or tag in QUIET:
            return Told(self.known, now, tag or self.tag), ()
        before, quiet = self.tell()
        return Told(now, now), (*quiet, patch(tag, before.known, now))

    def tell(self) -> tuple[Told, tuple[Patch, ...]]:
        """Everything told: what was waiting goes out as one patch."""
        if self.tag is None:
            return self, ()
        return Told(self.now, self.now), (patch(self.tag, self.known, self.now),)


def _tag(fact: Fact) -> str:
    return str(fact.__struct_config__.tag)
