"""A row as one line of canonical JSON (RFC 8785), as auditors' tools expect it."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Raw, Struct, json

from trimtab.records.journal_row import JournalRow


class _Line(Struct, frozen=True):
    """The columns in the order of their names."""

    actor: str | None
    at: int
    causation_id: str | None
    confidence: Raw
    correlation_id: str | None
    event_id: str
    hash: str
    payload: str
    prev_hash: str
    recorded_at: int
    seq: int
    type: str


_encoder = json.Encoder()


def line_of(row: JournalRow) -> bytes:
    """The row, and a line feed. Its `payload` stays the text that was hashed."""
    confidence = b"null" if row.confidence is None else number(row.confidence).encode()
    line = _Line(
        row.actor, row.at, row.causation_id, Raw(confidence), row.correlation_id, row.event_id,
        row.hash, row.payload, row.prev_hash, row.recorded_at, row.seq, row.type,
    )  # fmt: skip
    return _encoder.encode(line) + b"\n"


def number(value: float) -> str:
    """As ECMAScript writes a finite number (ECMA-262, Number::toString), which RFC 8785 asks for."""
    if value == 0.0:
        return "0"
    negative, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + int(exponent)
    return ("-" if negative else "") + _placed(text, point)


def _placed(text: str, point: int) -> str:
    """The digits with the decimal point after the first `point` of them."""
    if len(text) <= point <= 21:
        return text.ljust(point, "0")
    if 0 < point <= 21:
        return f"{text[:point]}.{text[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{text}"
    fraction = f".{text[1:]}" if len(text) > 1 else ""
    return f"{text[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"
