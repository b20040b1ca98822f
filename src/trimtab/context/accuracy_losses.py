"""The report of topics that tell no direction: their own loss, beside a plain forecast's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from msgspec import Struct

from trimtab.context.accuracy_beliefs import Records
from trimtab.context.accuracy_cells import ALL, counted
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES, Phase, VolatilityRegime
from trimtab.domain.units import MARKET, Coin, TopicName


class LossCell(Struct, frozen=True):
    """A volatility or classification topic in a context; ``*`` pools."""

    topic: TopicName
    symbol: Coin
    phase: Phase | Literal["*"]
    volatility_regime: VolatilityRegime | Literal["*"]
    n: int
    loss: float
    """Mean: of a volatility f and the realised return r, ln f^2 + r^2 / f^2; of a probability of a
    rise, its squared error."""
    reference: float
    """The same of the volatility known at issue, or of one half. Lower is better."""


def losses(topic: TopicName, coins: tuple[Coin, ...], cells: Records) -> Iterator[LossCell]:
    """A line for every context and coin with outcomes, and for all of them together."""
    table = counted(cells)
    for regime, phase, coin in np.argwhere(table["outcomes"] > 0).tolist():
        cell = table[regime, phase, coin]
        n = int(cell["outcomes"])
        yield LossCell(
            topic,
            (*coins, MARKET)[coin],
            (*PHASES, ALL)[phase],
            (*VOLATILITY_REGIMES, ALL)[regime],
            n,
            float(cell["loss"]) / n,
            float(cell["reference"]) / n,
        )
