"""Files and functions stay small enough to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.check_sizes import (
    Limits,
    Piece,
    complaints,
    file_size,
    function_sizes,
    measured,
    quantile,
)


@pytest.mark.parametrize(
    ("kind", "pieces", "limits"), measured(), ids=["files", "functions", "page"]
)
def test_sizes_are_within_the_limits(kind: str, pieces: list[Piece], limits: Limits) -> None:
    assert complaints(kind, pieces, limits) == []


def test_what_is_too_large_is_named() -> None:
    pieces = [Piece("small.py", 1), Piece("large.py", 9)]
    assert complaints("files", pieces, Limits(5, 5, 8)) == [
        "large.py has 9 lines, the limit is 8: split it"
    ]


def test_a_median_over_the_limit_is_told() -> None:
    pieces = [Piece("a.py", 7), Piece("b.py", 7), Piece("c.py", 1)]
    assert complaints("files", pieces, Limits(6, 6, 8)) == [
        "the median of all files is 7 lines, the limit is 6"
    ]


def test_a_quantile_is_the_smallest_size_that_enough_pieces_do_not_exceed() -> None:
    pieces = [Piece(str(size), size) for size in range(1, 11)]
    assert (quantile(pieces, 0.5), quantile(pieces, 0.9), quantile(pieces, 1.0)) == (5, 9, 10)


def test_blank_lines_do_not_count_and_methods_do(tmp_path: Path) -> None:
    source = tmp_path / "one.py"
    source.write_text("class A:\n\n    def f(self):\n        return 1\n\n", encoding="utf-8")
    assert file_size(source).lines == 3
    assert [piece.lines for piece in function_sizes(source)] == [2]
