"""Several states in step: the earliest stop wins."""

from __future__ import annotations

from typing import Self

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec import Struct

from trimtab.context.advance_together import WINDOW, advance_together
from trimtab.domain.observations import Bars

ROWS = 3 * WINDOW
BARS: Bars = np.zeros((ROWS, 5, 1))


class Alarm(Struct, frozen=True):
    """Stops after every `period` rows and counts what it has seen."""

    period: int
    seen: int = 0

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]:
        assert limit <= len(bars)
        stop = min(limit, start + self.period - self.seen % self.period)
        return type(self)(self.period, self.seen + stop - start), stop


@settings(max_examples=30)
@given(some.lists(some.integers(1, 2 * WINDOW), min_size=1, max_size=5), some.integers(0, ROWS - 1))
def test_all_stop_at_the_first_alarm_and_have_seen_the_same_rows(
    periods: list[int], start: int
) -> None:
    states, stop = advance_together([Alarm(period) for period in periods], BARS, start, ROWS)
    assert stop == min(start + min(*periods, WINDOW), ROWS)
    assert [state.seen for state in states] == [stop - start] * len(periods)


def test_the_limit_holds() -> None:
    states, stop = advance_together([Alarm(100), Alarm(50)], BARS, 10, 17)
    assert stop == 17
    assert [state.seen for state in states] == [7, 7]
