"""Configurations as arrays, one line a book, so that one kernel can trade them all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.configuration import Configuration, Costs, Gate, Topic
from trimtab.domain.units import Coin
from trimtab.trading.records import POLICY, Records


class Policies(Struct, frozen=True, eq=False):
    """What every book may do. Rebuilt whenever a configuration changes."""

    records: Records
    """[book]"""
    in_mix: NDArray[np.bool_]
    """[book, topic, coin]"""
    thresholds: NDArray[np.float64]
    """[book, topic]: of the absolute log return."""
    leverages: NDArray[np.float64]
    """[book, coin]"""

    @staticmethod
    def of(configurations: Sequence[Configuration], coins: tuple[Coin, ...]) -> Policies:
        return Policies(
            np.concatenate([_record(one) for one in configurations]),
            np.array([_in_mix(one, coins) for one in configurations], np.bool_),
            np.array([[topic.threshold for topic in one.topics] for one in configurations], float),
            np.array([[one.risk.of(coin) for coin in coins] for one in configurations], float),
        )


def _record(configuration: Configuration) -> Records:
    record = np.zeros(1, POLICY)
    exits, sizing = configuration.exits, configuration.sizing
    fall = _or_infinity(configuration.risk.maximum_drawdown)
    _put(record, capital=configuration.capital, maximum_drawdown=fall)
    _put(
        record,
        by_horizon=exits.horizon,
        stop_loss=_or_infinity(exits.stop_loss),
        take_profit=_or_infinity(exits.take_profit),
        trailing_stop=_or_infinity(exits.trailing_stop),
    )
    _put(
        record,
        compounding=sizing.compounding,
        volatility_target=_or_infinity(sizing.volatility_target),
        maximum_scale=sizing.maximum_scale,
    )
    gate = configuration.gate or Gate(0.0, 0.0)
    _put(record, gated=configuration.gate is not None, enter=gate.enter, leave=gate.leave)
    _put_costs(record, configuration.costs)
    return record


def _put_costs(record: Records, costs: Costs) -> None:
    _put(
        record,
        taker_fee=costs.taker_fee * 1e-4,
        maker_fee=costs.maker_fee * 1e-4,
        half_spread=costs.half_spread * 1e-4,
        impact=costs.impact * 1e-4,
        participation=costs.participation,
        maintenance_margin=costs.maintenance_margin,
    )


def _put(record: Records, **values: float) -> None:
    for name, value in values.items():
        record[name] = value


def _or_infinity(distance: float | None) -> float:
    return np.inf if distance is None else distance


def _in_mix(configuration: Configuration, coins: tuple[Coin, ...]) -> list[list[bool]]:
    return [_row(configuration, topic, coins) for topic in configuration.topics]


def _row(configuration: Configuration, topic: Topic, coins: tuple[Coin, ...]) -> list[bool]:
    traded = configuration.mix.get(topic.name, ())
    return [coin in traded for coin in coins]
