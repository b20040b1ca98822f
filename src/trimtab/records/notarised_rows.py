"""How far a journal was followed, and what a checkpoint of it says there."""

from __future__ import annotations

from collections.abc import Mapping

from trimtab.domain.units import Micros
from trimtab.records.archive import ARCHIVED_TYPE
from trimtab.records.audit_walk import is_whole, leaf_of
from trimtab.records.checkpoint import Checkpoint, is_same, origin_of, utc
from trimtab.records.journal_row import GENESIS, JournalRow
from trimtab.records.merkle_tree import MerkleTree


class NotarisedRows:
    """Follows the chain from its first row on, and refuses a row that does not belong there."""

    def __init__(self, kept: Mapping[int, Checkpoint]) -> None:
        """`kept`: checkpoints that were made earlier, by their size: the rows must agree."""
        self._kept = kept
        self._tree = MerkleTree()
        self._prev_hash = GENESIS
        self.origin = ""
        """Empty until there is a row."""
        self.signed = 0
        """Rows that a checkpoint speaks for, as far as the rows were followed."""
        self.claimed = max(kept, default=0)
        """Rows that a checkpoint speaks for, as `kept` says."""

    @property
    def size(self) -> int:
        """Rows so far, which is the seq of the last one."""
        return self._tree.size

    @property
    def unsigned(self) -> int:
        """Rows that no checkpoint speaks for yet."""
        return self._tree.size - max(self.signed, self.claimed)

    def follow(self, row: JournalRow) -> str | None:
        """The next row; what is wrong with it, and then it was not taken."""
        seq = self._tree.size + 1
        if row.seq != seq or row.prev_hash != self._prev_hash:
            return f"row {seq} does not follow the one before it"
        if not is_whole(row) and not (row.payload == "" and row.type == ARCHIVED_TYPE):
            return f"row {seq} was changed after it was written"
        self.origin = self.origin or origin_of(row)
        self._tree.append(leaf_of(row))
        self._prev_hash = row.hash
        kept = self._kept.get(seq)
        return self._compared(kept) if kept else None

    def checkpoint(self, at: Micros, key: str) -> Checkpoint:
        """Of all rows so far, not signed yet."""
        self.signed = self._tree.size
        return Checkpoint(
            self.origin, self._tree.size, self._tree.root.hex(), self._prev_hash, utc(at), key
        )

    def _compared(self, kept: Checkpoint) -> str | None:
        now = self.checkpoint(Micros(0), kept.key)
        if not is_same(now.origin, kept.origin):
            return f"the checkpoints are of another journal, {kept.origin}"
        if (now.root, now.last) != (kept.root, kept.last):
            return f"the rows up to {kept.size} are not those of their checkpoint"
        return None
