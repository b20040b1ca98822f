"""Forecasts of known skill."""

from __future__ import annotations

import numpy as np

from trimtab.lab.planted_control import planted


def test_they_are_as_often_right_as_was_asked_and_silent_where_nothing_is_known() -> None:
    noise = np.random.default_rng(5)
    realised = noise.normal(0.0, 0.01, (20_000, 2))
    realised[-8:] = np.nan
    values = planted(realised, noise, skill=0.6)
    known = np.isfinite(realised)
    assert np.isnan(values[~known]).all()
    assert abs((np.sign(values) == np.sign(realised))[known].mean() - 0.6) < 0.01
    assert set(np.abs(values[known]).tolist()) == {0.01}
