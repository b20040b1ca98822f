"""What is never traded must not speak for what is."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from tests.context.accuracy_given import after, issued, ledger, topic


def test_only_forecasts_above_the_threshold_are_evidence() -> None:
    book = ledger(replace(topic(), threshold=0.01))

    book, _ = issued(book, 0, 0.009)
    book, facts = book.settle(after(4), np.array([101.0]))
    small = sum(cell.n for cell in book.cells())
    book, _ = issued(book, 4, -0.011)
    book, _ = book.settle(after(8), np.array([99.0]))

    assert facts[0].realised[0] is not None
    assert small == 0
    assert {cell.n for cell in book.cells()} == {1}
