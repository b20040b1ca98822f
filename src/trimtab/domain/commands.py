"""Operator's commands: facts with an actor and a reason; overrides end by themselves."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from trimtab.domain.configuration import RiskLimits, Stage
from trimtab.domain.market_context import Phase
from trimtab.domain.units import (
    AdaptationId,
    Coin,
    CommandId,
    Micros,
    OverrideId,
    TopicName,
)

NOBODY_ASKS = CommandId("")


class Pause(Struct, frozen=True, tag="pause", omit_defaults=True):
    """No new positions and no adaptations until `Resume`."""

    at: Micros
    actor: str
    reason: str
    id: CommandId = NOBODY_ASKS


class Resume(Struct, frozen=True, tag="resume", omit_defaults=True):
    """Trade and adapt again; also what activates a bot that stands by.

    `breakers`: those that a person re-arms by this; none named: all that have tripped.
    """

    at: Micros
    actor: str
    reason: str
    breakers: tuple[str, ...] = ()
    id: CommandId = NOBODY_ASKS


class StopTrading(Struct, frozen=True, tag="stop_trading", omit_defaults=True):
    """Cancel what rests and only reduce from now on; `flatten` also closes every position."""

    at: Micros
    actor: str
    reason: str
    flatten: bool = False
    id: CommandId = NOBODY_ASKS


Leaving = Literal["now", "when_flat", "reduce_only"]
"""Close at once; wait for the position's own exit; or wait for it until a deadline."""


class AddCrypto(Struct, frozen=True, tag="add_crypto", omit_defaults=True):
    """Trade a coin on these topics; one that was not watched is, and is traded once it is warm."""

    at: Micros
    actor: str
    reason: str
    coin: Coin
    topics: tuple[TopicName, ...]
    id: CommandId = NOBODY_ASKS


class RemoveCrypto(Struct, frozen=True, tag="remove_crypto", omit_defaults=True):
    """Stop trading a coin; it leaves when it is confirmed flat."""

    at: Micros
    actor: str
    reason: str
    coin: Coin
    how: Leaving = "when_flat"
    until: Micros | None = None
    """Of ``reduce_only``: what is left of the position then is closed at once."""
    id: CommandId = NOBODY_ASKS


class OverrideContext(Struct, frozen=True, tag="override_context", omit_defaults=True):
    """Let the operator's view of the phase stand until `until`."""

    at: Micros
    actor: str
    reason: str
    phase: Phase
    until: Micros
    id: CommandId = NOBODY_ASKS


class OverrideRisk(Struct, frozen=True, tag="override_risk", omit_defaults=True):
    """Let the operator's limits stand until `until`."""

    at: Micros
    actor: str
    reason: str
    risk: RiskLimits
    until: Micros
    id: CommandId = NOBODY_ASKS


class OverrideCrypto(Struct, frozen=True, tag="override_crypto", omit_defaults=True):
    """Until `until` a coin is traded whatever adaptations say (pin), or not at all (ban)."""

    at: Micros
    actor: str
    reason: str
    coin: Coin
    how: Literal["pin", "ban"]
    until: Micros
    id: CommandId = NOBODY_ASKS


class OverrideAdaptation(Struct, frozen=True, tag="override_adaptation", omit_defaults=True):
    """Until `until` proposals of a rule, on a coin, or both, are applied or refused on a person's word.

    Forcing passes over the rollout stage and quiet periods, never over a pause or a hard limit.
    """

    at: Micros
    actor: str
    reason: str
    how: Literal["force", "forbid"]
    until: Micros
    rule: str = ""
    """Empty: every rule."""
    coin: Coin | None = None
    """None: every coin."""
    id: CommandId = NOBODY_ASKS


class EndOverride(Struct, frozen=True, tag="end_override", omit_defaults=True):
    """End an override before its time."""

    at: Micros
    actor: str
    reason: str
    override: OverrideId
    id: CommandId = NOBODY_ASKS


class RollBack(Struct, frozen=True, tag="roll_back", omit_defaults=True):
    """Take one adaptation back."""

    at: Micros
    actor: str
    reason: str
    adaptation: AdaptationId
    id: CommandId = NOBODY_ASKS


class SetStage(Struct, frozen=True, tag="set_stage", omit_defaults=True):
    """Promote or demote the rollout stage; `force` promotes past a gate that is not met."""

    at: Micros
    actor: str
    reason: str
    stage: Stage
    id: CommandId = NOBODY_ASKS
    force: bool = False


class InjectEvent(Struct, frozen=True, tag="inject_event", omit_defaults=True):
    """A simulated market event; refused where money is at stake."""

    at: Micros
    actor: str
    reason: str
    event: str
    coin: Coin
    strength: float = 1.0
    topic: TopicName | None = None
    """Of a drop in accuracy."""
    id: CommandId = NOBODY_ASKS


Override = OverrideContext | OverrideRisk | OverrideCrypto | OverrideAdaptation
"""What a person lets stand for a time, whatever the bot would have done."""

Command = (
    Pause
    | Resume
    | StopTrading
    | AddCrypto
    | RemoveCrypto
    | OverrideContext
    | OverrideRisk
    | OverrideCrypto
    | OverrideAdaptation
    | EndOverride
    | RollBack
    | SetStage
    | InjectEvent
)
