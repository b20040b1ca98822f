"""The chain: exactly the documented bytes, for whatever a row may hold."""

from __future__ import annotations

import hashlib
import struct

from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import astuple, replace

from trimtab.records.journal_row import GENESIS, JournalRow, content_of, hash_of, verify

words = some.text(max_size=8)
whole = some.integers(-(2**63), 2**63 - 1)
rows = some.builds(
    JournalRow,
    seq=some.just(1),
    event_id=words,
    at=whole,
    recorded_at=whole,
    type=words,
    payload=words,
    actor=words | some.none(),
    causation_id=words | some.none(),
    correlation_id=words | some.none(),
    confidence=some.floats(0.0, 1.0) | some.none(),
    prev_hash=some.just(GENESIS),
    hash=some.just(""),
)


def sealed(row: JournalRow) -> JournalRow:
    return replace(row, hash=hash_of(content_of(row)))


def as_documented(row: JournalRow) -> str:
    """The hash, put together from its description, column by column."""
    data = row.prev_hash.encode()
    for value in astuple(row)[:-1]:
        match value:
            case None:
                data += b"\xff\xff\xff\xff"
            case int():
                data += (8).to_bytes(4, "big") + value.to_bytes(8, "big", signed=True)
            case float():
                data += (8).to_bytes(4, "big") + struct.pack(">d", value)
            case _:
                text = str(value).encode()
                data += len(text).to_bytes(4, "big") + text
    return hashlib.sha256(data).hexdigest()


@given(rows)
@settings(max_examples=200)
def test_the_hash_is_made_of_the_documented_bytes(row: JournalRow) -> None:
    assert hash_of(content_of(row)) == as_documented(row)


@given(rows, rows)
@settings(max_examples=200)
def test_rows_that_differ_in_anything_have_different_hashes(
    one: JournalRow, other: JournalRow
) -> None:
    assert (sealed(one).hash == sealed(other).hash) == (one == other)


def test_nothing_and_an_empty_text_are_not_the_same() -> None:
    row = JournalRow(1, "id", 1, 1, "type", "{}", None, None, None, None, GENESIS, "")
    assert sealed(row).hash != sealed(replace(row, actor="")).hash


def test_letters_cannot_move_from_one_column_to_the_next() -> None:
    row = JournalRow(1, "id", 1, 1, "type", "{}", "ab", "c", None, None, GENESIS, "")
    assert sealed(row).hash != sealed(replace(row, actor="a", causation_id="bc")).hash


def test_minus_zero_hashes_as_the_zero_that_stores_give_back() -> None:
    row = JournalRow(1, "id", 1, 1, "type", "{}", None, None, None, 0.0, GENESIS, "")
    assert sealed(row).hash == sealed(replace(row, confidence=-0.0)).hash


def test_a_chain_without_rows_is_whole() -> None:
    assert verify([]) is None
