"""How many bursts are found, and how many false alarms that costs, against three rivals."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.context.volatility_analyzer import VolatilityAnalyzer, VolatilityParameters
from trimtab.domain.observations import Bars
from trimtab.domain.units import HOUR, MARKET, Coin, Micros
from trimtab.lab.scores.spike_markets import (
    FAMILIES,
    Bursts,
    Family,
    SpikeMarket,
    spike_market,
)
from trimtab.lab.scores.spike_rivals import RIVALS, WARM_UP, Alarms, alarms, limit_for

NOMINAL = (1.0, 2.0, 5.0, 10.0)
"""False alarms asked for in 1,000 bars; the first is what is shipped."""
SHAPE = (10_000, 15)
"""Rows and coins of every market."""
BURSTS = Bursts()
IN_TIME = 10
"""Rows from the beginning of a burst in which an alarm finds it."""
OURS = "volatility analyzer"
PER = 1_000.0


class HitRate(Struct, frozen=True):
    """One detector at one rate of false alarms."""

    detector: str
    false_alarms: float
    """Measured in 1,000 bars of quiet markets; a rival's limit is set to give at least ours."""
    hits: float
    """Share of the bursts found in time."""
    standard_error: float
    """Over seeds."""
    worst: float
    """Of the seeds."""


class FamilyRate(Struct, frozen=True):
    """False alarms on one family of quiet markets."""

    family: str
    over_nominal: float
    """Measured over asked for: 1.0 is right."""


class RateScores(Struct, frozen=True):
    """Everything at one nominal rate of false alarms in 1,000 bars."""

    nominal: float
    bursts: int
    """How many there were to find."""
    detectors: tuple[HitRate, ...]
    """Ours first."""
    over_z_score: float
    """Our hits over those of the z-score, which is given one a seed, at equal false alarms."""
    over_z_score_worst: float
    """The same on the worst seed."""
    families: tuple[FamilyRate, ...]


def our_alarms(bars: Bars, false_alarms: float) -> Alarms:
    """Where the analyzer tells of a spike, after the warm-up; hourly bars."""
    coins = tuple(Coin(f"C{place}") for place in range(bars.shape[2]))
    parameters = VolatilityParameters(false_alarms=false_alarms)
    state, row = VolatilityAnalyzer.of(coins, HOUR, parameters), 0
    rung = np.zeros((len(bars), len(coins)), np.bool_)
    while row < len(bars):
        state, row = state.advance(bars, row, len(bars))
        for spike in state.events(Micros(row)):
            if not spike.over and spike.coin != MARKET and row > WARM_UP:
                rung[row - 1, coins.index(spike.coin)] = True
    return rung


def found(begins: NDArray[np.bool_], rung: Alarms) -> NDArray[np.bool_]:
    """For each burst: was there an alarm within `IN_TIME` rows of its beginning?"""
    ever = np.cumsum(np.vstack([np.zeros((1, rung.shape[1])), rung]), axis=0)
    rows, coins = np.nonzero(begins)
    ends = np.minimum(rows + IN_TIME, len(rung))
    in_time: NDArray[np.bool_] = ever[ends, coins] > ever[rows, coins]
    return in_time


def score_spikes(
    generators: Sequence[np.random.Generator],
    rates: Sequence[float] = NOMINAL,
    bursts: Bursts = BURSTS,
    shape: tuple[int, int] = SHAPE,
) -> tuple[RateScores, ...]:
    """By rate of false alarms. Every generator makes a market of each family and one with bursts.

    It is spawned from, so that the same one gives other markets the next time.
    """
    usual = FAMILIES[0]
    streams = [generator.spawn(2 + len(FAMILIES)) for generator in generators]
    burst = [spike_market(usual, shape, stream[0], bursts) for stream in streams]
    quiet = [spike_market(usual, shape, stream[1]).bars for stream in streams]
    families = [
        _over_nominal(family, rates, [stream[2 + place] for stream in streams], shape)
        for place, family in enumerate(FAMILIES)
    ]
    return tuple(
        _score(nominal, quiet, burst, tuple(one[place] for one in families))
        for place, nominal in enumerate(rates)
    )


def _score(
    nominal: float,
    quiet: Sequence[Bars],
    burst: Sequence[SpikeMarket],
    families: tuple[FamilyRate, ...],
) -> RateScores:
    false = [our_alarms(bars, nominal) for bars in quiet]
    rates = {OURS: alarm_rate(false)}
    shares = {OURS: [_share(market, our_alarms(market.bars, nominal)) for market in burst]}
    for name, statistic in RIVALS.items():
        calm = [statistic(bars) for bars in quiet]
        limit = limit_for(calm, sum(int(rung.sum()) for rung in false))
        rates[name] = alarm_rate([alarms(one, limit) for one in calm])
        shares[name] = [_share(one, alarms(statistic(one.bars), limit)) for one in burst]
    found_at_all = [1.0 / max(1, int(market.begins.sum())) for market in burst]
    rival = np.maximum(shares["z-score"], found_at_all)
    return RateScores(
        nominal,
        sum(int(market.begins.sum()) for market in burst),
        tuple(_hit_rate(name, rates[name], shares[name]) for name in shares),
        float(np.mean(shares[OURS]) / np.mean(rival)),
        float((np.array(shares[OURS]) / rival).min()),
        families,
    )


def _over_nominal(
    family: Family,
    rates: Sequence[float],
    streams: Sequence[np.random.Generator],
    shape: tuple[int, int],
) -> list[FamilyRate]:
    quiet = [spike_market(family, shape, stream).bars for stream in streams]
    return [
        FamilyRate(family.name, alarm_rate([our_alarms(bars, rate) for bars in quiet]) / rate)
        for rate in rates
    ]


def alarm_rate(rung: Sequence[Alarms]) -> float:
    """Alarms in 1,000 bars after the warm-up."""
    return PER * sum(int(one.sum()) for one in rung) / sum(one[WARM_UP:].size for one in rung)


def _share(market: SpikeMarket, rung: Alarms) -> float:
    return float(found(market.begins, rung).mean())


def _hit_rate(name: str, rate: float, shares: Sequence[float]) -> HitRate:
    spread = float(np.std(shares, ddof=1)) if len(shares) > 1 else 0.0
    return HitRate(
        name, rate, float(np.mean(shares)), spread / sqrt(len(shares)), float(min(shares))
    )
