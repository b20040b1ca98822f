"""Overrides: a person's word that stands for a time, over whatever adaptations decide.

An override lies on top of the configuration and never becomes part of it: when it ends, what was
beneath is in force again, bit for bit.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.commands import (
    Override,
    OverrideAdaptation,
    OverrideContext,
    OverrideCrypto,
    OverrideRisk,
)
from trimtab.domain.configuration import Configuration, Mix
from trimtab.domain.decisions import AdaptationProposed
from trimtab.domain.market_context import PHASES
from trimtab.domain.units import NEVER, Coin, Micros, OverrideId

MOST_OPEN = 8
"""Overrides that may stand side by side: each has a book that goes on without it."""


class Standing(Struct, frozen=True):
    """An override in force."""

    id: OverrideId
    what: Override


class Overrides(Struct, frozen=True):
    """All that are in force, the oldest first."""

    standing: tuple[Standing, ...] = ()

    @property
    def next_end(self) -> Micros:
        return min([one.what.until for one in self.standing], default=NEVER)

    @property
    def phase(self) -> int | None:
        """The operator's view of the phase, as an index in PHASES."""
        for one in self.standing:
            if isinstance(one.what, OverrideContext):
                return PHASES.index(one.what.phase)
        return None

    def find(self, override: OverrideId) -> Standing | None:
        return next((one for one in self.standing if one.id == override), None)

    def due(self, at: Micros) -> tuple[Standing, ...]:
        """Those whose time is over."""
        return tuple(one for one in self.standing if one.what.until <= at)

    def with_one(self, one: Standing) -> Overrides:
        return Overrides((*self.standing, one))

    def without(self, override: OverrideId) -> Overrides:
        return Overrides(tuple(one for one in self.standing if one.id != override))

    def holding(self, coin: Coin) -> OverrideCrypto | None:
        """The pin or ban of a coin."""
        for one in self.standing:
            if isinstance(one.what, OverrideCrypto) and one.what.coin == coin:
                return one.what
        return None

    def laid_over(
        self, configuration: Configuration, written: Mix, order: tuple[Coin, ...]
    ) -> Configuration:
        """The configuration as it is in force. `written`: where a pinned coin is traded."""
        for one in self.standing:
            if isinstance(one.what, OverrideRisk):
                configuration = replace(configuration, risk=one.what.risk)
            elif isinstance(one.what, OverrideCrypto):
                mix = _overridden(configuration.mix, one.what, written, order)
                configuration = replace(configuration, mix=mix)
        return configuration

    def forbids(self, proposal: AdaptationProposed) -> OverrideAdaptation | None:
        return self._ruling(proposal, "forbid")

    def forces(self, proposal: AdaptationProposed) -> OverrideAdaptation | None:
        return self._ruling(proposal, "force")

    def _ruling(self, proposal: AdaptationProposed, how: str) -> OverrideAdaptation | None:
        for one in self.standing:
            what = one.what
            if isinstance(what, OverrideAdaptation) and what.how == how and _covers(what, proposal):
                return what
        return None


def contradiction(new: Override, old: Override) -> bool:
    """Whether both cannot stand at once: they speak of the same thing, or say the contrary of it."""
    match new, old:
        case (OverrideContext(), OverrideContext()) | (OverrideRisk(), OverrideRisk()):
            return True
        case OverrideCrypto(), OverrideCrypto():
            return new.coin == old.coin
        case OverrideAdaptation(), OverrideAdaptation():
            same_rule = not new.rule or not old.rule or new.rule == old.rule
            same_coin = new.coin is None or old.coin is None or new.coin == old.coin
            return same_rule and same_coin
        case _:
            return False


def in_words(what: Override) -> str:
    """What stands, as a person reads it."""
    match what:
        case OverrideContext():
            return f"the phase is taken for {what.phase}"
        case OverrideRisk():
            return f"leverage {what.risk.leverage:g}x"
        case OverrideCrypto():
            return f"{what.coin} is {'pinned' if what.how == 'pin' else 'banned'}"
        case OverrideAdaptation():
            verb = "forced" if what.how == "force" else "forbidden"
            on = f" on {what.coin}" if what.coin else ""
            return f"{what.rule or 'every adaptation'}{on} is {verb}"


def _covers(what: OverrideAdaptation, proposal: AdaptationProposed) -> bool:
    by_rule = not what.rule or what.rule == proposal.rule
    return by_rule and (what.coin is None or what.coin in proposal.scope)


def _overridden(mix: Mix, what: OverrideCrypto, written: Mix, order: tuple[Coin, ...]) -> Mix:
    if what.how == "ban":
        return {topic: tuple(c for c in coins if c != what.coin) for topic, coins in mix.items()}
    held = {topic for topic, coins in written.items() if what.coin in coins}
    return {
        topic: _in_order({*mix.get(topic, ()), *({what.coin} if topic in held else ())}, order)
        for topic in sorted({*mix, *held})
    }


def _in_order(coins: set[Coin], order: tuple[Coin, ...]) -> tuple[Coin, ...]:
    return tuple(coin for coin in order if coin in coins)
