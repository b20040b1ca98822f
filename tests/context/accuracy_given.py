"""Ledgers, forecasts and evidence to begin a test with."""

from __future__ import annotations

import os

import numpy as np

from trimtab.context.accuracy_beliefs import Floats
from trimtab.context.accuracy_tracker import AccuracyTracker, Weighed
from trimtab.domain.configuration import PredictionKind, Topic
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.units import HOUR, Bp, Coin, Micros, TopicName

COMPILED = os.environ.get("NUMBA_DISABLE_JIT", "0") == "0"
"""Without the compiler tests run on fewer rows."""

BTC, ETH = Coin("BTC"), Coin("ETH")
START = Micros(472_222 * HOUR)
BULL, BEAR, SIDEWAYS = map(PHASES.index, ("bull", "bear", "sideways"))
LOW, HIGH = map(VOLATILITY_REGIMES.index, ("low", "high"))
NAN = float("nan")


def after(hours: float) -> Micros:
    return Micros(int(START + hours * HOUR))


def topic(
    hours: float = 4.0, kind: PredictionKind = "log_return", name: str = "four hours"
) -> Topic:
    return Topic(TopicName(name), kind, Micros(int(hours * HOUR)))


def ledger(*topics: Topic, coins: tuple[Coin, ...] = (BTC,)) -> AccuracyTracker:
    """Bars of an hour; a round trip costs 10 bp."""
    return AccuracyTracker.of(topics or (topic(),), coins, HOUR, Bp(10.0))


def issued(
    before: AccuracyTracker,
    hours: float,
    *values: float,
    closes: tuple[float, ...] | None = None,
    phase: int = BULL,
    regime: int = LOW,
    sigma: float = 0.01,
    bounds: tuple[float, float] | None = None,
) -> tuple[AccuracyTracker, Weighed]:
    """One forecast per coin, the same for every topic, at prices of 100 unless told otherwise."""
    coins = len(before.coins)
    return before.issue(
        after(hours),
        np.array([values] * len(before.topics)),
        np.array(closes or [100.0] * coins),
        phase,
        np.full(coins, regime),
        np.full(coins, sigma),
        None
        if bounds is None
        else np.full((len(before.topics), coins, 2), bounds).transpose(2, 0, 1),
    )


def market(bars: int, coins: int, seed: int, sigma: float = 0.01) -> Floats:
    """Closes [bar, coin]: random walks that share half of their variance."""
    noise = np.random.default_rng(seed)
    moves = noise.normal(size=(bars, 1)) + noise.normal(size=(bars, coins))
    closes: Floats = 100.0 * np.exp(np.cumsum(sigma * np.sqrt(0.5) * moves, axis=0))
    return closes
