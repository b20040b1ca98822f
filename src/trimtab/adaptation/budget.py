"""A change that adds risk has to be affordable: what it may lose, against what has been earned.

Never much worse than doing nothing, as a rule and not as a hope (Wu, Shariff, Lattimore &
Szepesvari 2016, "Conservative bandits"): a reserve, what the bot is ahead of its static twin, and a
twentieth of what the twin itself has earned.
"""

from __future__ import annotations

from math import sqrt

from trimtab.adaptation.changes import applied
from trimtab.adaptation.situation import Situation
from trimtab.domain.configuration import Configuration
from trimtab.domain.decisions import AdaptationProposed
from trimtab.domain.units import Coin

TWINS_SHARE = 0.05
WORST = 2.326
"""Standard deviations below which a normal move falls once in a hundred times."""

CONFIDENCE = 0.99

GAP = 2.0
"""A stop is filled at twice its distance at the worst."""


def shortfall(
    proposal: AdaptationProposed, configuration: Configuration, situation: Situation
) -> str | None:
    """Why the change cannot be afforded, in numbers; None where it can, or adds no risk."""
    if proposal.reduces_risk or proposal.restores:
        return None
    reserve = configuration.adapting.reserve * configuration.capital
    twins = TWINS_SHARE * max(situation.twins_gain, 0.0)
    budget = reserve + situation.surplus + twins
    loss = worst_case(proposal, configuration, situation)
    if loss <= max(budget, 0.0):
        return None
    return (
        f"budget: at the worst it loses {loss:.2f} USD ({CONFIDENCE:.0%} confidence), and "
        f"{budget:.2f} may be lost: reserve {reserve:.2f}, ahead of the static twin by "
        f"{situation.surplus:.2f}, {TWINS_SHARE:.0%} of the twin's gain {twins:.2f}"
    )


def worst_case(
    proposal: AdaptationProposed, configuration: Configuration, situation: Situation
) -> float:
    """In USD: what the change adds beyond the twin's positions, all against the bot at once.

    What the twin carries too cannot put the bot behind it: going back towards it is free.
    """
    after = applied(configuration, proposal.change)
    return sum(
        _added(configuration, after, situation.written, coin) * configuration.capital / len(situation.coins)
        * min(_distance(after, situation, coin), 1.0)
        for coin in proposal.scope
    )  # fmt: skip


def _added(
    before: Configuration, after: Configuration, written: Configuration, coin: Coin
) -> float:
    """By how much the coin's leverage may rise above the twin's, which carries what was written."""
    twins = _leverage(written, coin)
    return max(_leverage(after, coin) - max(_leverage(before, coin), twins), 0.0)


def _leverage(configuration: Configuration, coin: Coin) -> float:
    return configuration.risk.of(coin) if _topics(configuration, coin) else 0.0


def _topics(configuration: Configuration, coin: Coin) -> set[str]:
    return {topic for topic, coins in configuration.mix.items() if coin in coins}


def _distance(configuration: Configuration, situation: Situation, coin: Coin) -> float:
    """What a position may lose, as a fraction: by its stop, else a move of one in a hundred."""
    stop = configuration.exits.stop_loss
    if stop is not None:
        return GAP * stop
    traded = _topics(configuration, coin)
    longest = max(
        (one.horizon for one in configuration.topics if one.name in traded),
        default=situation.interval,
    )
    return WORST * situation.sigma_of(coin) * sqrt(longest / situation.interval)
