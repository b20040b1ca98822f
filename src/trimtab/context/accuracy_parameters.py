"""What the ledger is set to, and what it says of forecasts."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from trimtab.context.accuracy_beliefs import Floats, Priors
from trimtab.context.accuracy_drop import DropParameters
from trimtab.domain.units import DAY, Micros


class AccuracyParameters(Struct, frozen=True):
    """How fast evidence fades, and what is believed before there is any."""

    halflife: Micros = Micros(240 * DAY)
    recent: Micros = Micros(30 * DAY)
    """Half-life of the residuals that tell whether a topic has lately become worse."""
    priors: Priors = Priors()
    drop: DropParameters = DropParameters()


class Weighed(NamedTuple):
    """Forecasts and what is thought of them; [topic, coin], NaN where there is none."""

    returns: Floats
    """Log return."""
    probability: Floats
    """P(net edge > 0 | context); 0 where the coin's volatility is unknown."""
    net_edge: Floats
    """Expected gain of a trade after the round trip's costs, in bp."""
