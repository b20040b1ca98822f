"""Scores the correlation tracker against its rivals on markets whose truth is known."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from statistics import median

import numpy as np
from msgspec import Struct

from trimtab.context.correlation_tracker import CorrelationTracker
from trimtab.domain.units import HOUR, Coin
from trimtab.lab.scores.correlation_markets import (
    Breakdown,
    Floats,
    Kind,
    QuietMarket,
    bars_of,
    broken_moves,
    quiet_moves,
    resampled,
)
from trimtab.lab.scores.correlation_rivals import (
    DETECTORS,
    FIRST,
    TESTS,
    Looks,
    shipped_events,
    tracker,
)
from trimtab.lab.scores.correlation_scores import (
    PATIENCE,
    BootstrapScore,
    CorrelationScores,
    EventScore,
    Limits,
    PowerScore,
    Speed,
    bootstrap_score,
    event_score,
    false_alarms,
    fitted,
    power_score,
    rows_to_alarm,
    size_score,
)

YEAR = 8_766
COMMON = (QuietMarket(0.3), QuietMarket(0.6), QuietMarket(0.8))
"""On these all detectors are compared."""
HARD = (
    QuietMarket(0.6, freedom=3.5, burst=3.0),
    QuietMarket(0.8, freedom=3.5, burst=3.0),
    QuietMarket(0.6, freedom=6.0),
    QuietMarket(0.6, tails="shared"),
    QuietMarket(0.6, tails="own"),
    QuietMarket(0.6, spread=0.2),
    QuietMarket(0.6, coins=4),
    QuietMarket(0.6, coins=40),
)
"""On these only the tracker's false alarms are measured."""
CROWDS = (15, 50)
"""Numbers of coins for which speed is measured."""
KINDS: tuple[Kind, ...] = ("all", "one", "halves")
OURS, SHIPPED = "tracker", "tracker, as shipped"
BEGINS = FIRST + 720
"""Row at which a planted breakdown begins."""
BLOCK, DRAWN = 168, 4 * FIRST
"""Rows of a block, and of a path, that the bootstrap draws."""
LEARN, TEST, PLANT, DRAW = range(4)
"""Streams of random numbers: limits are fitted on other paths than they are tested on."""


def score_correlation(seeds: int, rows: int = YEAR) -> CorrelationScores:
    """Everything, on so many paths of each market, of so many rows; 20 years take some minutes.

    Raises ValueError for less than one seed or less than a week.
    """
    if seeds < 1 or rows < BLOCK:
        raise ValueError(f"{seeds} seeds of {rows} rows: at least 1 seed of {BLOCK} rows, a week")
    trial = _Trial(seeds, rows)
    limits = {
        name: fitted([one for market in COMMON for one in trial.looks(name, market, LEARN)])
        for name in DETECTORS
    }
    quiet = {
        name: {market.name: trial.looks(name, market, TEST) for market in COMMON}
        for name in DETECTORS
    }
    return CorrelationScores(
        (
            *(
                size_score(market, name, looks)
                for name in TESTS
                for market, looks in quiet[name].items()
            ),
            *(size_score(market.name, OURS, trial.looks(OURS, market, TEST)) for market in HARD),
        ),
        tuple(trial.events(market) for market in (*COMMON, *HARD)),
        tuple(
            false_alarms(name, [one for looks in paths.values() for one in looks], limits[name])
            for name, paths in quiet.items()
        ),
        tuple(
            score
            for market in COMMON
            for kind in KINDS
            for score in trial.powers(market, Breakdown(kind, BEGINS), limits)
        ),
        tuple(trial.bootstrap(market) for market in COMMON),
        tuple(measure_speed(coins) for coins in CROWDS),
    )


class _Trial(Struct, frozen=True):
    """So many paths of so many rows after the warm-up."""

    seeds: int
    rows: int

    def paths(self, market: QuietMarket, stream: int) -> Iterator[Floats]:
        for seed in range(self.seeds):
            yield quiet_moves(FIRST + self.rows, market, np.random.default_rng((seed, stream)))

    def looks(self, detector: str, market: QuietMarket, stream: int) -> list[Looks]:
        return [DETECTORS[detector](path) for path in self.paths(market, stream)]

    def events(self, market: QuietMarket) -> EventScore:
        counts = [len(shipped_events(path)) for path in self.paths(market, TEST)]
        return event_score(market.name, counts, self.rows)

    def powers(
        self, market: QuietMarket, breakdown: Breakdown, limits: dict[str, Limits]
    ) -> Iterator[PowerScore]:
        """Of every detector with its limits, and of the tracker as it is shipped."""
        generators = [np.random.default_rng((seed, PLANT)) for seed in range(self.seeds)]
        paths = [
            broken_moves(BEGINS + PATIENCE, market, breakdown, generator)
            for generator in generators
        ]
        for name, detect in DETECTORS.items():
            delays = [rows_to_alarm(detect(path), limits[name], BEGINS) for path in paths]
            yield power_score(market.name, breakdown, name, delays)
        told = [[row for row in shipped_events(path) if row > BEGINS] for path in paths]
        delays = [rows[0] - BEGINS if rows else None for rows in told]
        yield power_score(market.name, breakdown, SHIPPED, delays)

    def bootstrap(self, market: QuietMarket) -> BootstrapScore:
        """Ten draws of each path."""
        last = [
            tracker(resampled(path, DRAWN, BLOCK, np.random.default_rng((seed, draw, DRAW))))
            for seed, path in enumerate(self.paths(market, TEST))
            for draw in range(10)
        ]
        return bootstrap_score(market.name, [looks.pairs[-1] for looks in last])


def measure_speed(coins: int) -> Speed:
    """Of the tracker alone; the first run compiles and is not counted."""
    bars = bars_of(quiet_moves(6_000, QuietMarket(coins=coins), np.random.default_rng(0)))
    start = CorrelationTracker.of(tuple(Coin(f"C{coin}") for coin in range(coins)), HOUR)

    def chunks() -> float:
        began, state, row = time.perf_counter(), start, 0
        while row < len(bars):
            state, row = state.advance(bars, row, len(bars))
        return time.perf_counter() - began

    def steps() -> float:
        began, state = time.perf_counter(), start
        for row in range(2_000):
            state, _ = state.advance(bars, row, row + 1)
        return (time.perf_counter() - began) / 2_000

    gc.collect()
    chunks()
    seconds, step = median(chunks() for _ in range(5)), median(steps() for _ in range(5))
    return Speed(coins, round(len(bars) * coins / seconds), round(1e6 * step, 2))
