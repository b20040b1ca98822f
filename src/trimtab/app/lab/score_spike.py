"""Scores the volatility analyzer's spikes: how many bursts are found, at what false alarms."""

from __future__ import annotations

import time

import numpy as np
from msgspec import Struct

from trimtab.context.volatility_analyzer import VolatilityAnalyzer
from trimtab.domain.observations import Bars
from trimtab.domain.units import HOUR, Coin
from trimtab.lab.scores.spike_markets import FAMILIES, spike_market
from trimtab.lab.scores.spike_scores import BURSTS, SHAPE, RateScores, score_spikes

FIRST_SEED = 73_000
"""Seeds count from here; the limits were fitted on others."""
PASSES = 3


class SpikeScores(Struct, frozen=True):
    """The whole report of one run."""

    seeds: int
    bars: int
    """Of each market: rows times coins."""
    burst_length: int
    burst_times: float
    """How many times larger moves are in a burst."""
    rates: tuple[RateScores, ...]
    microseconds_a_bar: float
    """Of one coin, in chunks."""


def score_spike(seeds: int, shape: tuple[int, int] = SHAPE) -> SpikeScores:
    """Scores on `seeds` markets of every kind, of this many rows and coins; eight take a minute.

    Raises ValueError where there is nothing to score.
    """
    if seeds < 1:
        raise ValueError(f"seeds: {seeds} markets cannot be scored; give 1 or more, 8 for a report")
    generators = [np.random.default_rng(FIRST_SEED + seed) for seed in range(seeds)]
    return SpikeScores(
        seeds,
        shape[0] * shape[1],
        BURSTS.length,
        BURSTS.times,
        score_spikes(generators, shape=shape),
        _microseconds_a_bar(
            spike_market(FAMILIES[0], shape, np.random.default_rng(FIRST_SEED)).bars
        ),
    )


def _microseconds_a_bar(bars: Bars) -> float:
    """The best of a few passes; the first one may compile and is not counted."""
    coins = tuple(Coin(f"C{place}") for place in range(bars.shape[2]))
    start = VolatilityAnalyzer.of(coins, HOUR)
    _pass(start, bars)
    seconds = min(_pass(start, bars) for _ in range(PASSES))
    return round(seconds / (len(bars) * len(coins)) * 1e6, 4)


def _pass(state: VolatilityAnalyzer, bars: Bars) -> float:
    began = time.perf_counter()
    row = 0
    while row < len(bars):
        state, row = state.advance(bars, row, len(bars))
    return time.perf_counter() - began
