"""trimtab.toml: what the user wrote. Unknown keys are errors, so that no typo is silently ignored."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from trimtab.app.errors import UserError
from trimtab.domain.configuration import Stage

Share = Annotated[float, Meta(gt=0.0, le=1.0)]
Positive = Annotated[float, Meta(gt=0.0)]
NotNegative = Annotated[float, Meta(ge=0.0)]


class GateSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[gate]"""

    enabled: bool = True
    enter: Share = 0.75
    leave: Share = 0.60


class ExitSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[exits]: fractions of the entry price; 0 switches one off."""

    horizon: bool = True
    stop_loss: NotNegative = 0.0
    take_profit: NotNegative = 0.0
    trailing_stop: NotNegative = 0.0


class SizingSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[sizing]: 0 as volatility target switches the scaling off."""

    volatility_target: NotNegative = 0.0
    maximum_scale: Positive = 1.0
    compounding: bool = False


class RiskSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[risk]"""

    leverage: Annotated[float, Meta(gt=0.0, le=50.0)] = 1.0
    maximum_drawdown: Share = 0.25


class CostSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[costs]: basis points a side."""

    taker_fee: NotNegative = 4.5
    maker_fee: NotNegative = 1.5
    half_spread: NotNegative = 1.0
    impact: NotNegative = 100.0
    participation: Share = 0.1


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Everything has a safe default."""

    bot: Annotated[str, Meta(pattern="^[a-z0-9-]{1,32}$")] = "trimtab"
    stage: Stage = "shadow"
    capital: Positive = 10_000.0
    port: Annotated[int, Meta(ge=0, le=65535)] = 8700
    thresholds: dict[str, NotNegative] = {}
    gate: GateSettings = GateSettings()
    exits: ExitSettings = ExitSettings()
    sizing: SizingSettings = SizingSettings()
    risk: RiskSettings = RiskSettings()
    costs: CostSettings = CostSettings()


def read_settings(path: Path | None) -> Settings:
    """The settings in a file, or the defaults. Raises UserError naming the key and the mend."""
    if path is None:
        return Settings()
    try:
        settings = msgspec.toml.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file; `trimtab init` writes one") from error
    except msgspec.ValidationError as error:
        raise UserError(f"{path}: {_in_words(str(error))}") from error
    except (msgspec.DecodeError, OSError) as error:
        raise UserError(f"{path}: not readable as TOML: {error}") from error
    if settings.gate.leave > settings.gate.enter:
        raise UserError(
            f"{path}: gate.leave {settings.gate.leave} is above gate.enter {settings.gate.enter}; "
            "lower leave or raise enter"
        )
    return settings


def _in_words(message: str) -> str:
    """msgspec's message with the key first."""
    place = re.search(r" - at `\$\.?([^`]*)`$", message)
    where = place.group(1) if place else ""
    text = message[: place.start()] if place else message
    unknown = re.search(r"unknown field `([^`]+)`", text)
    if unknown:
        key = f"{where}.{unknown.group(1)}" if where else unknown.group(1)
        return f"unknown key {key}; known keys there: {', '.join(_known(where))}"
    return f"{where}: {text[0].lower()}{text[1:]}" if where else text


def _known(where: str) -> tuple[str, ...]:
    section = getattr(Settings(), where, None) if where else Settings()
    fields: tuple[str, ...] = getattr(section, "__struct_fields__", ())
    return fields


TEMPLATE = """\
# trimtab.toml - everything here is optional; what is shown is the default.

# The bot's name: part of every id in its journal. Small letters, digits and dashes.
bot = "trimtab"

# How far adaptations may go: "shadow" decides and records, "limited" makes small
# changes, "full" makes them all.
stage = "shadow"

# USD that the bot manages, in equal shares for all coins.
capital = 10000.0

# The dashboard listens on 127.0.0.1 at this port.
port = 8700

# Trade only forecasts whose absolute log return is above the topic's threshold.
[thresholds]
# "BTC 8h" = 0.002

# Trade a forecast only where P(net edge > 0 | context) is above `enter`; once open,
# until it falls below `leave`.
[gate]
enabled = true
enter = 0.75
leave = 0.60

# When a position is closed. Distances are fractions of the entry price; 0 is off.
[exits]
horizon = true
stop_loss = 0.0
take_profit = 0.0
trailing_stop = 0.0

# How large a position is. `volatility_target` is the standard deviation of one bar's
# return to which each share is scaled; 0 is off.
[sizing]
volatility_target = 0.0
maximum_scale = 1.0
compounding = false

[risk]
leverage = 1.0
# A larger fall of equity from its peak pauses the bot.
maximum_drawdown = 0.25

# Basis points a side; `impact` is the slippage of an order as large as its bar's volume.
[costs]
taker_fee = 4.5
maker_fee = 1.5
half_spread = 1.0
impact = 100.0
participation = 0.1
"""
