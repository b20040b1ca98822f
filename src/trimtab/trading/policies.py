"""Configurations as arrays, one line a book, so that one kernel can trade them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.configuration import Configuration, Gate, Topic
from trimtab.domain.records import Records
from trimtab.domain.units import Coin
from trimtab.trading.records import POLICY

_UNGATED = Gate(0.0, 0.0)
_FRACTION = 1e-4
"""One basis point."""


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
    guards: NDArray[np.float64]
    """[book, coin]: bp that an entry's expected net edge has to exceed; 0 asks for nothing."""

    stops: NDArray[np.float64]
    """[book, coin]: standard deviations of the horizon's return at which a stop stands; infinity: none."""

    @staticmethod
    def of(configurations: Sequence[Configuration], coins: tuple[Coin, ...]) -> Policies:
        return Policies(
            np.array([_record(one) for one in configurations], POLICY),
            np.array([_in_mix(one, coins) for one in configurations], np.bool_),
            np.array([[topic.threshold for topic in one.topics] for one in configurations], float),
            np.array(
                [
                    _by_coin(one.risk.coin_leverage, one.risk.leverage, coins)
                    for one in configurations
                ]
            ),
            np.array([_by_coin(one.risk.slippage_guard, 0.0, coins) for one in configurations]),
            np.array(
                [
                    _or_infinity(one.exits.stop_deviations)
                    * np.array(_by_coin(one.risk.stop_scale, 1.0, coins))
                    for one in configurations
                ]
            ),
        )


def _record(configuration: Configuration) -> tuple[float, ...]:
    """A line of POLICY, in the order of its fields."""
    exits, sizing, costs = configuration.exits, configuration.sizing, configuration.costs
    gate = configuration.gate or _UNGATED
    return (
        configuration.capital,
        sizing.compounding,
        _or_infinity(sizing.volatility_target),
        sizing.maximum_scale,
        _or_infinity(sizing.kelly if configuration.gate else None),
        sizing.doubt,
        sizing.correlation,
        configuration.gate is not None,
        gate.enter,
        gate.leave,
        _or_infinity(configuration.risk.maximum_drawdown),
        exits.horizon,
        exits.hold_on and configuration.gate is not None,
        _or_infinity(exits.stop_loss),
        _or_infinity(exits.take_profit),
        _or_infinity(exits.trailing_stop),
        costs.taker_fee * _FRACTION,
        costs.maker_fee * _FRACTION,
        costs.half_spread * _FRACTION,
        costs.impact * _FRACTION,
        costs.participation,
        costs.maintenance_margin,
    )


def _by_coin(own: Mapping[Coin, float], usual: float, coins: tuple[Coin, ...]) -> list[float]:
    return [float(own.get(coin, usual)) for coin in coins] if own else [float(usual)] * len(coins)


def _or_infinity(distance: float | None) -> float:
    return np.inf if distance is None else distance


def _in_mix(configuration: Configuration, coins: tuple[Coin, ...]) -> list[list[bool]]:
    return [_row(configuration, topic, coins) for topic in configuration.topics]


def _row(configuration: Configuration, topic: Topic, coins: tuple[Coin, ...]) -> list[bool]:
    traded = frozenset(configuration.mix.get(topic.name, ()))
    return [coin in traded for coin in coins]
