"""What rows and checkpoints prove together, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from tests.builders.checkpoints import checkpoints_of, signer
from trimtab.adapters.audit.ed25519 import is_signed
from trimtab.records.archive import Archive, Archived
from trimtab.records.audit_consistency import State, consistency_of
from trimtab.records.audit_proof import complaint, proof_of
from trimtab.records.audit_source import Source
from trimtab.records.audit_verification import Verdict, judged, sizes_of
from trimtab.records.audit_walk import walked
from trimtab.records.audit_words import told
from trimtab.records.checkpoint import Checkpoint, Found
from trimtab.records.journal_row import GENESIS, JournalRow, content_of, hash_of


def journal(count: int, payload: str = '{"bot":"demo"}') -> list[JournalRow]:
    """Bars after a start, chained."""
    rows: list[JournalRow] = []
    before = GENESIS
    for seq in range(1, count + 1):
        kind = "engine_started" if seq == 1 else "bars_closed"
        plain = JournalRow(
            seq, f"id-{seq}", seq, seq, kind, payload, None, None, None, None, before, ""
        )
        before = hash_of(content_of(plain))
        rows.append(replace(plain, hash=before))
    return rows


ROWS = journal(600)
CHECKPOINTS = checkpoints_of(ROWS, signer())


def verdict(
    rows: Sequence[JournalRow],
    own: Sequence[Checkpoint] | None = None,
    anchor: Sequence[Checkpoint] | None = None,
    archives: Sequence[Archive] = (),
) -> Verdict:
    sources = [] if own is None else [Source("own", Found(tuple(own)))]
    if anchor is not None:
        sources.append(Source("anchor", Found(tuple(anchor)), is_anchor=True))
    walk = walked(rows, sizes_of(sources), Archived(archives))
    return judged(walk, sources, (), is_signed)


def test_a_whole_journal_is_proven_up_to_its_last_anchored_checkpoint() -> None:
    found = verdict(ROWS, CHECKPOINTS, CHECKPOINTS[:2])
    assert (found.checkpoints, found.anchored) == (3, 2)
    assert (found.signed_rows, found.proven_rows, found.first_wrong_seq) == (600, 500, None)
    assert any("rows 501 to 600 came after" in note for note in found.notes)
    assert list(told(found))[-1] == "whole: 600 rows, 3 checkpoints, 2 anchored"


def test_rows_after_the_last_anchor_that_were_written_anew_are_not_found_and_are_named() -> None:
    forged = [*ROWS[:550], *continued(ROWS[549], 50)]
    own = checkpoints_of(forged, signer())
    found = verdict(forged, [*CHECKPOINTS[:2], *own[2:]], CHECKPOINTS[:2])
    assert found.findings == ()
    assert any("rows 501 to 600 came after" in note for note in found.notes)


def continued(last: JournalRow, count: int) -> list[JournalRow]:
    rows: list[JournalRow] = []
    for seq in range(last.seq + 1, last.seq + 1 + count):
        plain = replace(ROWS[seq - 1], actor="mallory", prev_hash=(rows or [last])[-1].hash)
        rows.append(replace(plain, hash=hash_of(content_of(plain))))
    return rows


def test_a_rewrite_is_found_between_two_checkpoints() -> None:
    forged = [*ROWS[:300], *continued(ROWS[299], 300)]
    found = verdict(forged, None, CHECKPOINTS)
    assert (found.first_wrong_seq, found.proven_rows) == (251, 250)
    assert found.findings[0].what == (
        "anchor: rows 251 to 500 are not those of the checkpoint of 500 rows"
    )


def test_an_archived_row_is_checked_by_its_links_and_counted() -> None:
    gone = [replace(row, payload="") if 10 <= row.seq <= 20 else row for row in ROWS]
    archive = Archive(10, 20, 11, "bars.parquet", "")
    found = verdict(gone, CHECKPOINTS, archives=[archive])
    assert (found.findings, found.archived) == ((), 11)
    assert "11 archived rows: links checked, contents not" in found.notes[0]
    assert found.root == verdict(ROWS).root


@pytest.mark.parametrize("change", [{"prev_hash": "0" * 64}, {"hash": "0" * 64}, {"payload": "{}"}])
def test_an_archived_row_whose_links_were_changed_is_found(change: dict[str, str]) -> None:
    gone = [replace(row, payload="") if 10 <= row.seq <= 20 else row for row in ROWS]
    gone[14] = replace(gone[14], **change)
    found = verdict(gone, archives=[Archive(10, 20, 11, "bars.parquet", "")])
    assert found.first_wrong_seq in (15, 16)


def test_a_row_without_its_contents_is_changed_where_no_archive_holds_them() -> None:
    gone = [replace(row, payload="") if row.seq == 30 else row for row in ROWS]
    assert verdict(gone, archives=[Archive(10, 20, 11, "x", "")]).first_wrong_seq == 30


def test_a_journal_that_only_lost_its_own_checkpoints_is_whole_by_its_anchor() -> None:
    assert verdict(ROWS, None, CHECKPOINTS).findings == ()
    assert verdict(ROWS, CHECKPOINTS[:2], CHECKPOINTS).first_wrong_seq == 600


@pytest.mark.parametrize("seq", [1, 250, 251, 599, 600])
def test_proofs_are_made_in_one_pass_and_convince(seq: int) -> None:
    proof = proof_of(seq, iter(ROWS), CHECKPOINTS[-1])
    assert complaint(proof, is_signed) is None
    assert complaint(replace(proof, row=ROWS[seq - 2]), is_signed) is not None
    assert complaint(replace(proof, path=("x",)), is_signed) is not None
    assert complaint(replace(proof, checkpoint=""), is_signed) == "its checkpoint cannot be read"


def test_a_proof_of_what_is_not_there_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        proof_of(601, iter(ROWS), CHECKPOINTS[-1])
    with pytest.raises(ValueError, match=r"leaves end|is missing"):
        proof_of(600, iter(ROWS[:-1]), CHECKPOINTS[-1])


def test_a_rewritten_beginning_is_not_consistent_with_what_was_signed() -> None:
    old = State(250, CHECKPOINTS[0].root)
    assert consistency_of(ROWS, old, State(600)).consistent
    forged = [*ROWS[:100], *continued(ROWS[99], 500)]
    assert not consistency_of(forged, old, State(600)).consistent
