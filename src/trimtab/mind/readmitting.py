"""Forecasts that the gate would let pass bring their pairs back into the mix, before they are traded."""

from __future__ import annotations

from trimtab.adaptation.readmit_pairs import would_open
from trimtab.domain.decisions import Decision
from trimtab.domain.units import Micros
from trimtab.mind.adapting import governed, situation_at, trials
from trimtab.mind.mind import Mind
from trimtab.trading.strategy import Signals


def readmitted(mind: Mind, at: Micros, forecasts: Signals) -> tuple[Mind, list[Decision]]:
    """Where nothing is left out, or nothing of it would be traded, the same mind."""
    engine = mind.adaptation
    choice = engine.held.open_to_trade(engine.written)
    pairs = would_open(engine.configuration, choice, mind.coins, forecasts.probability)
    if not pairs:
        return mind, []
    now = situation_at(mind, at)._replace(
        written=choice, probability=forecasts.probability, net_edge=forecasts.net_edge
    )
    engine, facts = engine.readmitted(pairs, now, trials(mind))
    return governed(mind, engine), facts
