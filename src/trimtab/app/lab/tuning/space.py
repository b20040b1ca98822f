"""The settings that are searched, and the candidates: all drawn before any of them is tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log
from typing import Any, cast

import msgspec
import numpy as np
from msgspec import Struct

from trimtab.app.errors import UserError
from trimtab.app.settings import Settings

Value = float | bool
Candidate = dict[str, Value]
"""By key of trimtab.toml, such as ``gate.enter``."""


class Range(Struct, frozen=True):
    """Numbers from low to high; by ratios where `log`, else evenly."""

    low: float
    high: float
    log: bool = False

    def at(self, share: float) -> float:
        """The number at that share of the way, with four significant digits."""
        if self.log:
            return float(f"{exp(log(self.low) + share * log(self.high / self.low)):.4g}")
        return float(f"{self.low + share * (self.high - self.low):.4g}")

    def with_(self, value: Value) -> Range:
        """Wide enough for the value."""
        return Range(min(self.low, value), max(self.high, value), self.log)


class Choices(Struct, frozen=True):
    """One of a few values."""

    values: tuple[Value, ...]

    def at(self, share: float) -> Value:
        """The value at that share of the way."""
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]

    def with_(self, value: Value) -> Choices:
        """With the value among them."""
        return self if value in self.values else Choices((*self.values, value))


Space = Mapping[str, Range | Choices]

SEARCHED: dict[str, Range | Choices] = {
    "gate.enter": Range(0.55, 0.95),
    "gate.leave": Range(0.40, 0.75),
    "exits.stop_loss": Choices((0.0, 0.02, 0.04, 0.08)),
    "exits.trailing_stop": Choices((0.0, 0.03, 0.06)),
    "exits.hold_on": Choices((True, False)),
    "sizing.volatility_target": Choices((0.0, 0.005, 0.01)),
    "sizing.kelly": Range(0.05, 1.0, log=True),
    "sizing.doubt": Range(0.0, 2.0),
    "sizing.correlation": Range(0.3, 0.9),
    "risk.leverage": Range(0.5, 2.0, log=True),
    "adaptation.reserve": Range(0.0, 0.3),
}
"""Where in trimtab.toml, and how far. Costs and hard limits are not for choosing."""


def space_of(keys: Sequence[str] | None, settings: Settings) -> dict[str, Range | Choices]:
    """The ranges of the keys, wide enough for the settings and for those shipped.

    Raises UserError for an unknown key.
    """
    chosen = SEARCHED if keys is None else dict.fromkeys(keys)
    for key in chosen:
        if key not in SEARCHED:
            raise UserError(f"--settings {key}: use some of {', '.join(SEARCHED)}")
    default, shipped = (candidate_of(one, tuple(chosen)) for one in (settings, Settings()))
    return {key: SEARCHED[key].with_(default[key]).with_(shipped[key]) for key in chosen}


def drawn(space: Space, seed: int, number: int) -> Candidate:
    """Candidate `number`, which hangs on nothing but seed and space: no outcome can lead it."""
    shares = np.random.default_rng([seed, number]).random(len(space)).tolist()
    return {key: space[key].at(share) for key, share in zip(space, shares, strict=True)}


def candidate_of(settings: Settings, keys: Sequence[str]) -> Candidate:
    """The settings as they are, at those keys."""
    found = Candidate()
    for key in keys:
        section, name = key.split(".")
        found[key] = cast("Value", getattr(getattr(settings, section), name))
    return found


def settings_with(settings: Settings, candidate: Candidate) -> Settings:
    """The settings with the candidate's values; what leaves a gate never lies above what enters.

    Raises UserError for a value that trimtab.toml could not hold.
    """
    table: dict[str, Any] = msgspec.to_builtins(settings)
    for key, value in candidate.items():
        section, name = key.split(".")
        table[section][name] = value
    gate = table["gate"]
    gate["leave"] = min(gate["leave"], gate["enter"])
    try:
        return msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise UserError(f"{candidate}: {error}") from error


def as_toml(candidate: Candidate) -> str:
    """Lines for a trimtab.toml."""
    sections: dict[str, list[str]] = {}
    for key, value in candidate.items():
        section, name = key.split(".")
        sections.setdefault(section, []).append(f"{name} = {str(value).lower()}")
    return "\n".join(f"[{name}]\n" + "\n".join(lines) + "\n" for name, lines in sections.items())
