"""A person overrides the bot for a time, or takes that back."""

from __future__ import annotations

from msgspec.structs import replace

from trimtab.adaptation.answering import RULES
from trimtab.adaptation.hard_limits import contradiction as too_much
from trimtab.adaptation.overrides import MOST_OPEN, Standing, contradiction, in_words
from trimtab.domain.canonical import event_id
from trimtab.domain.commands import (
    EndOverride,
    Override,
    OverrideAdaptation,
    OverrideContext,
    OverrideCrypto,
    OverrideRisk,
)
from trimtab.domain.configuration import RiskLimits
from trimtab.domain.decisions import OverrideBegan, OverrideEnded
from trimtab.domain.units import Micros, OverrideId
from trimtab.mind.ghosts import Ghost
from trimtab.mind.in_force import ruled, without
from trimtab.mind.mind import Mind
from trimtab.mind.refusing import Obeyed, refuse, unknown


def override(mind: Mind, command: Override | EndOverride) -> Obeyed:
    """Stands from now on, or ends before its time; or is refused as a whole."""
    if isinstance(command, EndOverride):
        return _end(mind, command)
    return _begin(mind, command)


def _begin(mind: Mind, command: Override) -> Obeyed:
    obstacle = _obstacle(mind, command)
    if obstacle is not None:
        return refuse(mind, command, obstacle)
    instant = max(mind.instant, command.at)
    ordinal = mind.ordinal if instant == mind.instant else 0
    override_id = OverrideId(event_id(f"{mind.started.bot}/override", instant, ordinal))
    standing = mind.safety.overrides.with_one(Standing(override_id, command))
    mind = mind.with_safety(replace(mind.safety, overrides=standing))
    if not isinstance(command, OverrideAdaptation):
        ghost = Ghost.of(override_id, mind.books, mind.adaptation.configuration)
        ghost = replace(ghost, books=ghost.books.governed([without(mind, ghost)]))
        mind = replace(mind, ghosts=(*mind.ghosts, ghost))
    return _settled(mind), [OverrideBegan(command.at, override_id, command, in_words(command))]


def _end(mind: Mind, command: EndOverride) -> Obeyed:
    if mind.safety.overrides.find(command.override) is None:
        because = f"override {command.override!r} does not stand: nothing to end"
        return refuse(mind, command, because)
    mind, fact = ended(mind, command.override, command.at, command.reason)
    return mind, [fact]


def ended(
    mind: Mind, override_id: OverrideId, at: Micros, because: str
) -> tuple[Mind, OverrideEnded]:
    """What was beneath is in force again; the fact tells what the override has cost."""
    safety = mind.safety
    left = mind.with_safety(replace(safety, overrides=safety.overrides.without(override_id)))
    ghosts = {one.override: one for one in mind.ghosts}
    ghost = ghosts.pop(override_id, None)
    gain = ghost.lag(mind.books, mind.adaptation.configuration.capital) if ghost else None
    fact = OverrideEnded(at, override_id, because, gain, ghost.bars if ghost else 0)
    return _settled(replace(left, ghosts=tuple(ghosts.values()))), fact


def _settled(mind: Mind) -> Mind:
    """Counterfactuals start again from the actual book: trials measure changes, not overrides."""
    mind = ruled(mind)
    return replace(mind, books=mind.books.rebased())


def _obstacle(mind: Mind, command: Override) -> str | None:
    if command.until <= command.at:
        return "until is not after now: give a moment that is still to come"
    if len(mind.safety.overrides.standing) >= MOST_OPEN:
        return f"{MOST_OPEN} overrides stand already, and that is the most: end one first"
    for one in mind.safety.overrides.standing:
        if contradiction(command, one.what):
            words = in_words(one.what)
            return f"it contradicts another one ({words}, by {one.what.actor}): end that first"
    return _own_obstacle(mind, command)


def _own_obstacle(mind: Mind, command: Override) -> str | None:
    """What is wrong with it whatever else stands."""
    match command:
        case OverrideContext():
            return _phase_obstacle(command)
        case OverrideRisk():
            return _risk_obstacle(mind, command.risk)
        case OverrideCrypto():
            return _coin_obstacle(mind, command)
        case OverrideAdaptation():
            return _ruling_obstacle(mind, command)


def _ruling_obstacle(mind: Mind, command: OverrideAdaptation) -> str | None:
    if command.rule and command.rule not in RULES:
        return unknown("rule", command.rule, RULES, "is none")
    known = (None, *mind.coins)
    return None if command.coin in known else _stranger(mind, command.coin or "")


def _phase_obstacle(command: OverrideContext) -> str | None:
    if command.phase in {"unknown", "uncertain"}:
        return f"phase {command.phase!r} says nothing: say bull, bear, sideways or volatile"
    return None


def _risk_obstacle(mind: Mind, risk: RiskLimits) -> str | None:
    for name, lever in (("leverage", risk.leverage), *risk.coin_leverage.items()):
        if not 0.0 < lever <= _MOST:
            return f"{name} {lever:g}x is out of range: give a number above 0, up to {_MOST:g}"
    fall = risk.maximum_drawdown
    if fall is not None and not 0.0 < fall <= 1.0:
        return f"maximum_drawdown {fall:g} is out of range: give a number above 0, up to 1"
    strangers = [coin for coin in risk.coin_leverage if coin not in mind.coins]
    return _stranger(mind, strangers[0]) if strangers else too_much(mind.safety.limits, risk)


_MOST = 50.0


def _coin_obstacle(mind: Mind, command: OverrideCrypto) -> str | None:
    if command.coin not in mind.coins:
        return _stranger(mind, command.coin)
    if command.how == "ban":
        return None
    life = mind.cryptos.of_coin(command.coin).life
    if life != "trading":
        return f"{command.coin} is {life}: add it first, then pin it"
    if not any(command.coin in coins for coins in mind.adaptation.written.mix.values()):
        return f"{command.coin} is in no topic's mix: add it with a topic first"
    return None


def _stranger(mind: Mind, coin: str) -> str:
    return unknown("coin", coin, mind.coins)
