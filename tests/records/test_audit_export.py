"""Exported rows are canonical JSON: numbers and texts as ECMAScript writes them."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec import json as strict

from tests.builders.servers import missing
from trimtab.records.audit_export import line_of, number
from trimtab.records.journal_row import JournalRow

finite = some.floats(allow_nan=False, allow_infinity=False)
VECTORS = {
    0.0: "0", 1.0: "1", 0.75: "0.75", -1.5: "-1.5", 1e-6: "0.000001", 1e-7: "1e-7",
    1e20: "100000000000000000000", 1e21: "1e+21", 1.5e300: "1.5e+300", 5e-324: "5e-324",
    123456789.125: "123456789.125", 9007199254740993.0: "9007199254740992",
}  # fmt: skip


@pytest.mark.parametrize(("value", "text"), VECTORS.items())
def test_numbers_are_written_as_rfc_8785_wants_them(value: float, text: str) -> None:
    assert number(value) == text


def test_minus_zero_is_written_as_zero() -> None:
    assert number(-0.0) == "0"


@given(finite)
def test_a_number_is_read_again_bit_for_bit(value: float) -> None:
    assert float(number(value)) == value


def row(payload: str, confidence: float | None) -> JournalRow:
    return JournalRow(
        1, "id", 2, 3, "pause", payload, None, None, "root", confidence, "0" * 64, "f" * 64
    )


@given(some.text(), some.none() | finite)
def test_a_line_holds_the_row_with_names_in_order(payload: str, confidence: float | None) -> None:
    line = line_of(row(payload, confidence))
    assert line.endswith(b"\n")
    read = json.loads(line)
    assert list(read) == sorted(read)
    assert strict.decode(line, type=JournalRow) == row(payload, confidence)


def test_javascript_writes_the_same_lines() -> None:
    node = shutil.which("node")
    if node is None:
        missing("node is not installed: it is the oracle of this test")
    signs = "".join(map(chr, range(0xA0))) + "\u2028é€😀\ud7ff\ue000"
    lines = [line_of(row(signs, value)) for value in (None, *VECTORS, 0.1 + 0.2, 1 / 3, 2e-7)]
    script = (
        "require('fs').readFileSync(0,'utf8').split('\\n').slice(0,-1)"
        ".forEach(line => console.log(JSON.stringify(JSON.parse(line))))"
    )
    done = subprocess.run(
        [node, "-e", script], input=b"".join(lines), capture_output=True, check=True
    )
    assert done.stdout == b"".join(lines)
