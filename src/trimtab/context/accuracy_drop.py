"""Has a topic's accuracy dropped? A betting test that may be looked at all the time.

For every bet l the Shiryaev-Roberts statistic R <- (R + 1) (1 + l n (p0 - hits)) grows while hits
stay below p0 (Shin, Ramdas & Rinaldo 2022, "E-detectors"). Moments that are a whole horizon apart
do not overlap, so every such *stream* has an R of its own, and the mean over bets and streams
alarms at `patience`: on average at the earliest after so many horizons in which nothing dropped.
`hits` is the share over the coins of a moment: whatever they share, its mean is what counts, and n,
how many independent coins they are worth, only sizes the bets.

p0 is max(break-even, believed - slack) by beliefs that were frozen, context by context, less one
standard deviation; so a change of the market is not taken for one of the forecasts.
"""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from numba import njit

from trimtab.context.accuracy_axes import (
    CALM,
    COIN,
    PHASE,
    REGIME,
    SIZE,
    TOPIC,
    TREND,
    places_joined,
)
from trimtab.context.accuracy_beliefs import Floats, Integers, Records, copied, taken
from trimtab.domain.configuration import Topic
from trimtab.domain.event_types import AlloraAccuracyDrop
from trimtab.domain.records import layout
from trimtab.domain.units import Micros

BETS = (0.2, 0.4, 0.7)

FIGURES = 7
"""Of an alarm, as `watch` writes them."""

WATCH = layout([
    ("warm", "f8"), ("due", "f8"), ("frozen", "?"), ("dropped", "?"), ("doubt", "f8"),
    ("since", "f8"), ("hits", "f8"), ("expected", "f8"),
])  # fmt: skip
"""warm, since: horizons since the start or the last recovery, and since the last alarm. due: when
the reference is frozen next. dropped: between
drop and recovery. doubt: standard deviation of the frozen belief, in hits. hits, expected: means
over the last 20 horizons or so, of what came and of what was believed."""


class DropParameters(Struct, frozen=True):
    """How the detector judges; lengths in horizons, slack in hits."""

    patience: float = 2000.0
    """ARL: mean time between false alarms, at the least."""
    slack: float = 0.02
    warm_up: float = 90.0
    """What is believed is frozen as the reference after so many, and at every doubling."""


class Watch(Struct, frozen=True, eq=False):
    """The detector's state for every topic."""

    records: Records
    """[topic] of WATCH"""
    streams: Floats
    """[topic, stream, bet]"""
    reference: Floats
    """[topic, effect]: the beliefs when the reference was frozen."""

    @staticmethod
    def of(horizons: Integers, interval: int, effects: int) -> Watch:
        """Nothing seen."""
        count = max(1, -(-int(horizons.max(initial=0)) // interval))
        topics = len(horizons)
        return Watch(
            np.zeros(topics, WATCH),
            np.zeros((topics, count, len(BETS))),
            np.zeros((topics, effects)),
        )

    def copy(self) -> Watch:
        """The same in arrays that a kernel may write into."""
        return Watch(copied(self.records), self.streams.copy(), self.reference.copy())

    def joined(self, places: list[int]) -> Watch:
        """For another tuple of coins: the former place of each, -1 for a new one."""
        reference = taken(self.reference, places_joined(places), 1)
        return Watch(self.records, self.streams, reference)


class Limits(NamedTuple):
    """The parameters; handed to the kernel as a plain tuple, which takes less time."""

    patience: float
    slack: float
    warm_up: float
    interval: int
    round_trip: float


@njit(cache=True, error_model="numpy")
def watch(
    ring: Records,
    batches: Integers,
    outcomes: Floats,
    horizons: Any,
    means: Floats,
    covariances: Floats,
    variances: Floats,
    magnitudes: Floats,
    bets: Floats,
    parameters: tuple[float, float, float, int, float],
    records: Records,
    streams: Floats,
    reference: Floats,
    told: Floats,
) -> int:
    """Bet on what has just been settled; write an alarm's figures into `told`, one row each.

    A row: topic, over (0 or 1), reference, accuracy, horizons, statistic, and when the forecasts
    were issued that decided. Gives the number of rows.
    """
    limits = Limits(*parameters)
    slots = ring.shape[1]
    alarms = 0
    for index in range(len(batches)):
        topic, slot = batches[index] // slots, batches[index] % slots
        seen: Any = records[topic]
        count, weight, hits, expected, even, issued = _look(
            ring[topic, slot], outcomes[topic, slot], reference[topic], magnitudes[topic],
            limits.round_trip, horizons[topic] / limits.interval,
        )  # fmt: skip
        if count == 0:
            continue
        if not seen["dropped"]:
            _freeze(seen, weight, limits.warm_up, reference[topic], means[topic],
                    covariances[topic], magnitudes[topic, 0, 0])  # fmt: skip
        if not seen["frozen"]:
            continue
        used = max(1, -(-horizons[topic] // limits.interval))
        stream = issued // limits.interval % used
        level = _level(expected - seen["doubt"], even, limits.slack)
        coins = _independent(count, variances[topic])
        statistic = _bet(streams[topic, :used], stream, level, hits, coins, bets, seen["dropped"])
        _follow(seen, weight, hits, expected)
        if statistic >= limits.patience:
            _tell(told[alarms], topic, seen, statistic, issued)
            _turn(seen, streams[topic])
            alarms += 1
    return alarms


@njit(cache=True, error_model="numpy")
def _look(
    batch: Any, scores: Floats, reference: Floats, magnitudes: Floats, round_trip: float,
    stretch: float,
) -> tuple[int, float, float, float, float, int]:  # fmt: skip
    """Coins, mean weight, share of hits, believed share, share that breaks even, and when issued."""
    count, weight, hits, expected, even, issued = 0, 0.0, 0.0, 0.0, 0.0, 0
    for coin in range(len(batch)):
        if scores[0, coin] > 0.0:
            entry = batch[coin]
            worth = magnitudes[entry["regime"], 0]
            edge = (
                reference[TOPIC] + reference[REGIME + entry["regime"]]
                + reference[PHASE + entry["phase"]] + reference[CALM + entry["calm"]]
                + reference[TREND + entry["trend"]] + reference[SIZE + entry["size"]]
                + reference[COIN + coin]
            )  # fmt: skip
            hits += 0.5 + 0.5 * np.sign(scores[1, coin])
            expected += 0.5 + 0.5 * edge / worth
            even += 0.5 + 0.5 * round_trip / (entry["sigma"] * sqrt(stretch)) / worth
            weight += scores[0, coin]
            issued = entry["issued"]
            count += 1
    if count > 0:
        return count, weight / count, hits / count, expected / count, even / count, issued
    return 0, 0.0, 0.0, 0.0, 0.0, 0


@njit(cache=True, error_model="numpy")
def _freeze(
    seen: Any, weight: float, enough: float, reference: Floats, means: Floats, covariance: Floats,
    worth: float,
) -> None:  # fmt: skip
    """When enough has come, freeze what is believed; once more whenever the record has doubled.

    The statistic goes on: a p0 that is fixed before the outcome keeps the promise.
    """
    seen["warm"] += weight
    if seen["warm"] >= max(enough, seen["due"]):
        reference[:] = means
        seen["frozen"] = True
        seen["due"] = 2.0 * seen["warm"]
        seen["doubt"] = 0.5 * sqrt(covariance[TOPIC, TOPIC]) / worth


@njit(cache=True, error_model="numpy")
def _level(believed: float, even: float, slack: float) -> float:
    """p0, kept away from 0 and 1."""
    level = believed - slack
    if believed > even:
        level = max(even, level)
    return min(0.9, max(0.1, level))


@njit(cache=True, error_model="numpy")
def _independent(count: int, variances: Floats) -> float:
    """How many independent coins so many coins are worth."""
    if variances[3] <= 1.0:
        return 1.0 * count
    shared = (variances[1] / variances[0] - 1.0) / (variances[3] - 1.0)
    return float(count / (1.0 + (count - 1.0) * min(1.0, shared)))


@njit(cache=True, error_model="numpy")
def _bet(
    streams: Floats, stream: int, level: float, hits: float, coins: float, bets: Floats, up: bool
) -> float:
    """One more moment of a stream; the mean statistic of all streams that have begun."""
    gain = hits - level if up else level - hits
    most = _STAKE / level if up else _STAKE / (1.0 - level)
    for bet in range(len(bets)):
        stake = min(bets[bet] * coins, most)
        streams[stream, bet] = (streams[stream, bet] + 1.0) * (1.0 + stake * gain)
    total, begun = 0.0, 0
    for one in range(len(streams)):
        if streams[one, 0] > 0.0:
            for bet in range(len(bets)):
                total += streams[one, bet]
            begun += 1
    return float(total / (begun * len(bets)))


_STAKE = 0.9
"""The share of everything that a single outcome may cost."""


@njit(cache=True, error_model="numpy")
def _follow(seen: Any, weight: float, hits: float, expected: float) -> None:
    seen["since"] += weight
    gain = min(1.0, weight / min(seen["since"], _MEMORY))
    seen["hits"] += gain * (hits - seen["hits"])
    seen["expected"] += gain * (expected - seen["expected"])


_MEMORY = 20.0


@njit(cache=True, error_model="numpy")
def _turn(seen: Any, streams: Floats) -> None:
    """From watching for a drop to waiting for recovery; from there to a new reference."""
    streams[:] = 0.0
    seen["frozen"] = not seen["dropped"]
    seen["dropped"] = not seen["dropped"]
    seen["warm"], seen["due"], seen["since"] = 0.0, 0.0, 0.0


@njit(cache=True, error_model="numpy")
def _tell(row: Floats, topic: int, seen: Any, statistic: float, issued: int) -> None:
    row[0], row[1] = topic, seen["dropped"]
    row[2], row[3] = seen["expected"], seen["hits"]
    row[4], row[5], row[6] = seen["since"], statistic, issued


def events(
    topics: tuple[Topic, ...], at: Micros, told: list[list[float]]
) -> tuple[AlloraAccuracyDrop, ...]:
    """Rows of `watch` as events. Confidence: 1 - the bound on the chance of a false alarm so far."""
    return tuple(
        AlloraAccuracyDrop(
            at,
            topics[int(topic)].name,
            round(reference, 4),
            round(accuracy, 4),
            bool(over),
            round(max(0.0, 1.0 - since / statistic), 4),
            {"statistic": round(statistic, 1), "horizons": round(since, 1)},
        )
        for topic, over, reference, accuracy, since, statistic, _ in told
    )
