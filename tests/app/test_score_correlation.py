"""The correlation score runs from end to end: the same seeds, the same figures."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from trimtab.app.lab import score_correlation as runner
from trimtab.lab.scores.correlation_markets import QuietMarket
from trimtab.lab.scores.correlation_rivals import DETECTORS, TESTS


def test_every_part_is_scored_and_equal_seeds_give_equal_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "COMMON", (QuietMarket(0.8, coins=4),))
    monkeypatch.setattr(runner, "HARD", (QuietMarket(0.3, coins=3),))
    monkeypatch.setattr(runner, "CROWDS", (3,))
    first, again = (runner.score_correlation(2, rows=400) for _ in range(2))
    assert replace(first, speeds=()) == replace(again, speeds=())
    assert [score.detector for score in first.sizes] == [*TESTS, "tracker"]
    assert [score.market for score in first.events] == [
        "0.8 t4 factors 4 coins",
        "0.3 t4 factors 3 coins",
    ]
    assert len(first.powers) == 3 * (len(DETECTORS) + 1)
    assert all(0.0 <= score.found <= 1.0 for score in first.powers)
    assert [speed.coins for speed in first.speeds] == [3]
    assert 0.5 < first.bootstraps[0].deviation < 1.5


def test_a_score_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 seeds of 400 rows: at least 1 seed of 168 rows"):
        runner.score_correlation(0, rows=400)
