"""Surprises: levels that a third of the bars pass, whatever law they follow; evidence adds up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from trimtab.context.surprise_kernel import DRIFT, LEVELS, begin, limit, weigh
from trimtab.context.volatility_analyzer import VolatilityParameters
from trimtab.context.volatility_kernel import CELL
from trimtab.domain.units import HOUR, MINUTE

PACE = 1.0 / 500.0


def cell() -> Any:
    fresh = np.zeros(1, CELL)[0]
    begin(fresh)
    return fresh


def weighed(one: Any, ratios: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many levels each ratio passed."""
    passed = list[int]()
    for ratio in ratios:
        passed.append(int((one["levels"] < ratio).sum()))
        weigh(one, float(ratio), PACE, PACE)
    return np.array(passed)


@pytest.mark.parametrize("law", ["squared normal", "squared t", "lognormal"])
def test_each_level_is_passed_by_a_third_of_those_that_pass_the_one_before(law: str) -> None:
    random = np.random.default_rng(3)
    ratios = {
        "squared normal": random.normal(0.0, 1.0, 12_000) ** 2,
        "squared t": random.standard_t(3.5, 12_000) ** 2,
        "lognormal": np.exp(random.normal(0.0, 1.0, 12_000)),
    }[law]
    passed = weighed(cell(), ratios)[3_000:]
    for level in range(LEVELS):
        share = float((passed > level).mean())
        assert share == pytest.approx(3.0 ** -(level + 1), rel=0.25)


def test_levels_keep_apart_even_where_all_bars_are_alike() -> None:
    one = cell()
    weighed(one, np.ones(2_000))
    assert (np.diff(one["levels"]) > 0.0).all()


def test_no_bar_brings_more_than_all_levels_and_calm_takes_the_evidence_away() -> None:
    one = cell()
    weigh(one, 1e12, PACE, PACE)
    assert one["evidence"] == pytest.approx(LEVELS - DRIFT)
    for _ in range(3):
        weigh(one, 0.0, PACE, PACE)
    assert one["evidence"] == 0.0


def test_where_surprises_follow_surprises_a_burst_takes_more_evidence() -> None:
    random = np.random.default_rng(4)
    alone, clustered = cell(), cell()
    sizes = random.normal(0.0, 1.0, 4_000) ** 2
    weighed(alone, sizes)
    weighed(clustered, sizes * np.repeat(np.exp(random.normal(0.0, 1.0, 200)), 20))
    assert clustered["echo"] > alone["echo"]
    assert limit(clustered, 5.0) > limit(alone, 5.0)
    assert limit(clustered, LEVELS - DRIFT) == limit(alone, LEVELS - DRIFT)


def test_fewer_false_alarms_need_more_evidence() -> None:
    limits = [
        VolatilityParameters(false_alarms=rate).dials(HOUR)["limit"][0]
        for rate in (10.0, 5.0, 2.0, 1.0, 0.4)
    ]
    assert limits == sorted(limits)
    minutely = VolatilityParameters(false_alarms=1.0).dials(MINUTE)["limit"][0]
    assert minutely == VolatilityParameters(false_alarms=1.0 / 60.0).dials(HOUR)["limit"][0]


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan")])
def test_a_rate_that_cannot_be_had_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=r"false_alarms: .* give a rate above 0"):
        VolatilityParameters(false_alarms=rate).dials(HOUR)
