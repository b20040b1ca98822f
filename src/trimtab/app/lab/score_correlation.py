"""Scores the correlation tracker against its rivals on markets whose truth is known."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from statistics import median

import numpy as np

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
from trimtab.lab.scores.correlation_rivals import DETECTORS, FIRST, Looks, shipped_events, tracker
from trimtab.lab.scores.correlation_scores import (
    PATIENCE,
    BootstrapScore,
    CorrelationScores,
    EventScore,
    FalseAlarms,
    Limits,
    PowerScore,
    SizeScore,
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
KINDS: tuple[Kind, ...] = ("all", "one", "halves")
SHIPPED = "tracker, as shipped"
BEGINS = FIRST + 720
"""Row at which a planted breakdown begins."""
LEARN, TEST, PLANT, DRAW = range(4)
"""Streams of random numbers: limits are fitted on other paths than they are tested on."""


def score_correlation(seeds: int) -> CorrelationScores:
    """Everything, on so many years of each market; 20 seeds take some minutes."""
    limits = {
        name: fitted(
            [name_looks for market in COMMON for name_looks in _quiet(name, market, seeds, LEARN)]
        )
        for name in DETECTORS
    }
    sizes: list[SizeScore] = []
    alarms: list[FalseAlarms] = []
    for name in DETECTORS:
        looks = {market.name: list(_quiet(name, market, seeds, TEST)) for market in COMMON}
        sizes += [size_score(market, name, seen) for market, seen in looks.items()]
        quiet = [one for seen in looks.values() for one in seen]
        alarms.append(false_alarms(name, quiet, limits[name]))
    sizes += [
        size_score(market.name, "tracker", list(_quiet("tracker", market, seeds, TEST)))
        for market in HARD
    ]
    return CorrelationScores(
        tuple(sizes),
        tuple(_events(market, seeds) for market in (*COMMON, *HARD)),
        tuple(alarms),
        tuple(
            score
            for market in COMMON
            for kind in KINDS
            for score in _powers(market, Breakdown(kind, BEGINS), limits, seeds)
        ),
        tuple(_bootstrap(market, seeds) for market in COMMON),
        (_speed(15), _speed(50)),
    )


def _path(market: QuietMarket, seed: int, stream: int) -> Floats:
    return quiet_moves(FIRST + YEAR, market, np.random.default_rng((seed, stream)))


def _quiet(detector: str, market: QuietMarket, seeds: int, stream: int) -> Iterator[Looks]:
    """A year of each seed."""
    for seed in range(seeds):
        yield DETECTORS[detector](_path(market, seed, stream))


def _events(market: QuietMarket, seeds: int) -> EventScore:
    counts = [len(shipped_events(_path(market, seed, TEST))) for seed in range(seeds)]
    return event_score(market.name, counts, YEAR)


def _powers(
    market: QuietMarket, breakdown: Breakdown, limits: dict[str, Limits], seeds: int
) -> Iterator[PowerScore]:
    paths = [
        broken_moves(BEGINS + PATIENCE, market, breakdown, np.random.default_rng((seed, PLANT)))
        for seed in range(seeds)
    ]
    for name, detect in DETECTORS.items():
        delays = [rows_to_alarm(detect(path), limits[name], BEGINS) for path in paths]
        yield power_score(market.name, breakdown, name, delays)
    told = [[row for row in shipped_events(path) if row > BEGINS] for path in paths]
    delays = [rows[0] - BEGINS if rows else None for rows in told]
    yield power_score(market.name, breakdown, SHIPPED, delays)


def _bootstrap(market: QuietMarket, seeds: int) -> BootstrapScore:
    """Ten draws of each seed's year."""
    last: list[Floats] = []
    for seed in range(seeds):
        generator = np.random.default_rng((seed, DRAW))
        year = _path(market, seed, TEST)
        last += [tracker(resampled(year, 4 * FIRST, 168, generator)).pairs[-1] for _ in range(10)]
    return bootstrap_score(market.name, last)


def _speed(coins: int) -> Speed:
    bars = bars_of(quiet_moves(20_000, QuietMarket(coins=coins), np.random.default_rng(0)))
    start = CorrelationTracker.of(tuple(Coin(f"C{coin}") for coin in range(coins)), HOUR)

    def chunks() -> float:
        gc.collect()
        began, state, row = time.perf_counter(), start, 0
        while row < len(bars):
            state, row = state.advance(bars, row, len(bars))
        return time.perf_counter() - began

    def steps() -> float:
        gc.collect()
        began, state = time.perf_counter(), start
        for row in range(2_000):
            state, _ = state.advance(bars, row, row + 1)
        return (time.perf_counter() - began) / 2_000

    chunks()
    seconds, step = median(chunks() for _ in range(5)), median(steps() for _ in range(5))
    return Speed(coins, round(len(bars) * coins / seconds), round(1e6 * step, 2))
