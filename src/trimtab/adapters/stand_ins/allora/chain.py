"""The stand-in's chain: blocks at an even pace, and an inference of every topic in every epoch."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from hashlib import sha256
from math import exp, pi, sin
from typing import NamedTuple

from trimtab.adapters.stand_ins.allora.catalogue import StandInTopic
from trimtab.adapters.stand_ins.allora.faults import Faults
from trimtab.domain.units import DAY, SECOND, Micros

GENESIS = Micros(1_700_000_000 * SECOND)
"""When block 0 was made."""

BLOCK = Micros(5_600_000)
"""From one block to the next, as measured on the testnet."""

_PRICES = {"BTC": 64_000.0, "ETH": 3_400.0, "SOL": 150.0}
_WAVE = 3 * DAY
_PLACES, _DIGITS = Decimal("1e-30"), 60

Value = Callable[[StandInTopic, Micros], Decimal]
"""What a topic forecasts at a moment."""


class Made(NamedTuple):
    """An inference on the chain."""

    topic: StandInTopic
    nonce: int
    """The block that opened its epoch."""
    issued_at: Micros
    """The time of that block."""
    value: Decimal


class Chain:
    """Blocks and inferences are functions of the time: nothing is kept, and all of the past is there."""

    def __init__(self, topics: tuple[StandInTopic, ...], value: Value, faults: Faults) -> None:
        self.topics = {one.topic_id: one for one in topics}
        self._value = value
        self._faults = faults

    @staticmethod
    def height(at: Micros) -> int:
        """Of the latest block at a moment."""
        return max(1, (at - GENESIS) // BLOCK)

    @staticmethod
    def time(height: int) -> Micros:
        return Micros(GENESIS + height * BLOCK)

    def latest(self, topic_id: int, height: int) -> Made | None:
        """What is known of a topic at a height; None where it has no forecast."""
        topic_id = self._faults.instead.get(topic_id, topic_id)
        topic = self.topics.get(topic_id)
        if topic is None or topic_id in self._faults.missing:
            return None
        if (since := self._faults.quiet.get(topic_id)) is not None:
            height = min(height, self.height(since))
        nonce = self.epoch(topic, height)
        return self.of_epoch(topic, nonce) if nonce > 0 else None

    @staticmethod
    def epoch(topic: StandInTopic, height: int) -> int:
        """The opening of the epoch whose inference is the latest one at a height."""
        return (height - topic.submission_window) // topic.epoch_length * topic.epoch_length

    def of_epoch(self, topic: StandInTopic, nonce: int) -> Made:
        at = self.time(nonce)
        value = self._value(topic, at)
        if topic.topic_id in self._faults.negative:
            value = value.copy_abs().copy_negate()
        return Made(topic, nonce, at, value)


def drawn(seed: int) -> Value:
    """Forecasts derived from a seed: the same for the same topic and moment, always."""

    def value(topic: StandInTopic, at: Micros) -> Decimal:
        noise = _chance(seed, topic.asset, at) - 0.5
        wave = sin(2.0 * pi * (at % _WAVE) / _WAVE + _chance(seed, topic.asset, 0) * 2.0 * pi)
        match topic.kind:
            case "log_return":
                told = 0.004 * wave + 0.01 * noise
            case "volatility":
                told = 0.003 * exp(0.5 * noise)
            case "classification":
                told = 1.0 / len(topic.labels)
            case _:
                told = _PRICES.get(topic.asset, 10.0) * exp(0.05 * wave + 0.004 * noise)
        with localcontext(prec=_DIGITS):
            return Decimal(told).quantize(_PLACES)

    return value


def _chance(seed: int, asset: str, at: int) -> float:
    """In [0, 1)."""
    digest = sha256(f"{seed}/{asset}/{at}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2.0**56
