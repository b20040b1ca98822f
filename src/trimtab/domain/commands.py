"""Operator's commands: facts with an actor and a reason; overrides end by themselves."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from trimtab.domain.configuration import RiskLimits, Stage
from trimtab.domain.market_context import Phase
from trimtab.domain.units import AdaptationId, Coin, Micros, TopicName


class Pause(Struct, frozen=True, tag="pause"):
    """No new positions and no adaptations until `Resume`."""

    at: Micros
    actor: str
    reason: str


class Resume(Struct, frozen=True, tag="resume"):
    """Trade and adapt again."""

    at: Micros
    actor: str
    reason: str


class StopTrading(Struct, frozen=True, tag="stop_trading"):
    """Cancel what rests and only reduce from now on; `flatten` also closes every position."""

    at: Micros
    actor: str
    reason: str
    flatten: bool = False


class AddCrypto(Struct, frozen=True, tag="add_crypto"):
    """Trade a coin on these topics."""

    at: Micros
    actor: str
    reason: str
    coin: Coin
    topics: tuple[TopicName, ...]


class RemoveCrypto(Struct, frozen=True, tag="remove_crypto"):
    """Stop trading a coin; it leaves when it is confirmed flat."""

    at: Micros
    actor: str
    reason: str
    coin: Coin
    how: Literal["now", "when_flat"] = "when_flat"


class OverrideContext(Struct, frozen=True, tag="override_context"):
    """Let the operator's view of the phase stand until `until`."""

    at: Micros
    actor: str
    reason: str
    phase: Phase
    until: Micros


class OverrideRisk(Struct, frozen=True, tag="override_risk"):
    """Let the operator's limits stand until `until`."""

    at: Micros
    actor: str
    reason: str
    risk: RiskLimits
    until: Micros


class RollBack(Struct, frozen=True, tag="roll_back"):
    """Take one adaptation back."""

    at: Micros
    actor: str
    reason: str
    adaptation: AdaptationId


class SetStage(Struct, frozen=True, tag="set_stage"):
    """Promote or demote the rollout stage; `force` promotes past a gate that is not met."""

    at: Micros
    actor: str
    reason: str
    stage: Stage
    force: bool = False


class InjectEvent(Struct, frozen=True, tag="inject_event"):
    """A simulated market event; refused where money is at stake."""

    at: Micros
    actor: str
    reason: str
    event: str
    coin: Coin
    strength: float = 1.0


Command = (
    Pause
    | Resume
    | StopTrading
    | AddCrypto
    | RemoveCrypto
    | OverrideContext
    | OverrideRisk
    | RollBack
    | SetStage
    | InjectEvent
)
