"""A later start of the same bot: everything stands as it was, under what is written now."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from trimtab.domain.commands import AddCrypto, RemoveCrypto
from trimtab.domain.decisions import StageChanged
from trimtab.domain.facts import Derived
from trimtab.domain.observations import EngineStarted
from trimtab.mind.adapting import governed, trials
from trimtab.mind.guarding import with_floor
from trimtab.mind.lives import move_on
from trimtab.mind.mind import Mind
from trimtab.trading.venue_book import VenueBook

_FIXED: dict[str, Callable[[EngineStarted], object]] = {
    "bot": lambda one: one.bot,
    "mode": lambda one: one.mode,
    "strategy": lambda one: one.strategy,
    "length of a bar": lambda one: one.interval,
    "coins": lambda one: one.instruments,
    "topics": lambda one: one.configuration.topics,
    "costs": lambda one: one.configuration.costs,
    "capital": lambda one: one.configuration.capital,
}
"""What the state is made of: what has been learnt and earned holds for nothing else."""


def obstacle(before: EngineStarted, now: EngineStarted) -> str | None:
    """What the state of the start before cannot take over from this one; None: nothing."""
    changed = [name for name, read in _FIXED.items() if read(before) != read(now)]
    return ", ".join(changed) or None


def start_again(mind: Mind, started: EngineStarted) -> tuple[Mind, list[Derived]]:
    """Positions, orders, contracts and pauses stand. A configuration written anew is in force.

    It ends the open contracts, for what they would be judged against is gone.
    """
    before = mind.started
    if obstacle(before, started) is not None:
        return mind, []
    facts: list[Derived] = []
    again = replace(mind, started=started, venue=_at_venue(mind, started))
    if started.configuration != before.configuration:
        engine, decisions = again.adaptation.rewritten(
            started.at, started.configuration, trials(mind)
        )
        limits = replace(engine.safety, limits=started.configuration.limits)
        again = with_floor(governed(again, replace(engine, safety=limits)))
        again, lives = _rewritten_lives(again)
        facts += [*decisions, *lives]
    return _staged(again, before, facts)


def _at_venue(mind: Mind, started: EngineStarted) -> VenueBook | None:
    """What the venue holds stands; a policy that was written anew is in force."""
    if mind.venue is None or started.venue is None:
        return mind.venue
    return replace(mind.venue, policy=started.venue)


def _rewritten_lives(mind: Mind) -> tuple[Mind, list[Derived]]:
    """Coins that joined later are not in what was written anew: they go, as if they were removed."""
    own = {coin for coins in mind.adaptation.configuration.mix.values() for coin in coins}
    at, because = mind.started.at, "another configuration was written"
    facts: list[Derived] = []
    for coin in mind.cryptos.in_life("trading"):
        if coin not in own:
            cryptos, fact = mind.cryptos.closing(RemoveCrypto(at, "", because, coin))
            mind, facts = replace(mind, cryptos=cryptos), [*facts, fact]
    for coin in sorted(own):
        if mind.cryptos.of_coin(coin).life != "trading":
            cryptos, fact = mind.cryptos.entered(AddCrypto(at, "", because, coin, ()))
            mind, facts = replace(mind, cryptos=cryptos), [*facts, fact]
    mind, moved = move_on(mind, at)
    return mind, [*facts, *moved]


def _staged(mind: Mind, before: EngineStarted, facts: list[Derived]) -> tuple[Mind, list[Derived]]:
    """A stage written anew is in force; else the one that an operator has set stands."""
    written, safety = mind.started.stage, mind.adaptation.safety
    if written == safety.stage:
        return mind, facts
    if written == before.stage:
        stands = StageChanged(mind.started.at, written, safety.stage, "as before the restart")
        return mind, [*facts, stands]
    engine = replace(mind.adaptation, safety=replace(safety, stage=written))
    return replace(mind, adaptation=engine), facts
