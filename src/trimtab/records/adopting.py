"""Rows of one store taken over by another, as they are: not a byte of them changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trimtab.records.journal_row import JournalRow, content_of, hash_of
from trimtab.records.journal_row_maker import RowMaker


class NotOurChainError(ValueError):
    """A row does not follow the one before, or is not what was written."""


def continued(rows: Iterable[JournalRow], maker: RowMaker) -> Iterator[JournalRow]:
    """The rows, each when it was found to follow; the maker then stands at it.

    Raises NotOurChainError.
    """
    for row in rows:
        if row.seq != maker.seq + 1 or row.prev_hash != maker.prev_hash:
            raise NotOurChainError(f"row {row.seq} does not follow row {maker.seq}")
        if row.hash != hash_of(content_of(row)):
            raise NotOurChainError(f"row {row.seq} is not what was written")
        maker.seq, maker.prev_hash = row.seq, row.hash
        yield row
