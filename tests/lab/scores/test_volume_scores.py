"""The scores of volume anomalies."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.domain.observations import VOLUME
from trimtab.lab.scores.pictures import volume_picture
from trimtab.lab.scores.volume_scores import (
    LENGTH,
    VOLUME_FAMILIES,
    WARM_UP,
    score_volume,
    volume_alarms,
    volume_bars,
)

SHAPE = (2_400, 5)


def test_bursts_of_volume_are_where_the_truth_says_and_as_large() -> None:
    family = VOLUME_FAMILIES[1]
    bars, begins = volume_bars(family, (6_000, 10), np.random.default_rng(1), times=5.0)
    assert not begins[:WARM_UP].any()
    assert begins.sum() == 150
    logs = np.log(bars[:, VOLUME])
    bursting = np.concatenate([np.flatnonzero(begins[:, 0]) + later for later in range(LENGTH)])
    apart = logs[bursting, 0].mean() - logs[WARM_UP:, 0].mean()
    assert apart == pytest.approx(np.log(5.0), abs=0.25)


def test_quiet_volume_has_no_bursts_and_few_alarms() -> None:
    bars, begins = volume_bars(VOLUME_FAMILIES[0], SHAPE, np.random.default_rng(2))
    assert not begins.any()
    assert volume_alarms(bars)[WARM_UP:].mean() < 0.002


def test_all_kinds_of_market_are_scored_and_larger_bursts_are_found_more_often() -> None:
    scores = score_volume([np.random.default_rng(3)], SHAPE)
    assert [one.family for one in scores] == [family.name for family in VOLUME_FAMILIES]
    for one in scores:
        assert 0.0 <= one.false_alarms < 5.0
        assert one.hits_at_5 < one.hits_at_10 <= 1.0
    assert "persistent" in volume_picture(scores)
