"""Reading trimtab.toml; what is wrong with it is said with key, value and mend."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import msgspec

from trimtab.adaptation.answering import RULES
from trimtab.app.errors import UserError
from trimtab.app.places import check_without_secret
from trimtab.app.settings import LogReturn, Settings


def read_settings(path: Path | None) -> Settings:
    """The settings in a file, or the defaults. Raises UserError naming the key and the mend."""
    if path is None:
        return Settings()
    table = _table(path)
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise UserError(f"{path}: {_in_words(str(error), table)}") from error
    if settings.gate.leave > settings.gate.enter:
        raise UserError(
            f"{path}: gate.leave {settings.gate.leave} is above gate.enter {settings.gate.enter}: "
            "lower leave or raise enter"
        )
    limits = settings.limits
    if limits.leverage and settings.risk.leverage > limits.leverage:
        raise UserError(
            f"{path}: risk.leverage {settings.risk.leverage:g} is above limits.leverage "
            f"{limits.leverage:g}: lower it, or raise the limit"
        )
    if limits.daily_loss and limits.weekly_loss and limits.daily_loss > limits.weekly_loss:
        raise UserError(
            f"{path}: limits.daily_loss {limits.daily_loss:g} is above limits.weekly_loss "
            f"{limits.weekly_loss:g}: lower the day's, or raise the week's"
        )
    unknown = [name for name in settings.adaptation.without if name not in RULES]
    if unknown:
        raise UserError(
            f"{path}: adaptation.without names {', '.join(unknown)}, which is no rule: "
            f"use some of {', '.join(RULES)}"
        )
    for name, mend in _KEEPERS_OF_SECRETS.items():
        check_without_secret(f"{path}: {name}", getattr(settings, name), mend)
    return settings


_KEEPERS_OF_SECRETS = {
    "journal": "and put it into ~/.pgpass or the environment variable PGPASSWORD",
    "broker": "and put it into the environment variable TRIMTAB_BROKER_PASSWORD",
}


def _table(path: Path) -> dict[str, object]:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=dict[str, object])
    except FileNotFoundError as error:
        raise UserError(f"{path}: no such file: `trimtab init` writes one") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not TOML: {error}: correct that place") from error


def _in_words(message: str, table: dict[str, object]) -> str:
    """msgspec's complaint with the key first, then its value, then what it must be."""
    place = re.search(r" - at `\$\.?([^`]*)`$", message)
    where = place.group(1) if place else ""
    complaint = message[: place.start()] if place else message
    unknown = re.search(r"unknown field `([^`]+)`", complaint)
    if unknown:
        return _unknown_key(where, unknown.group(1))
    if where == "thresholds[...]":
        where = f"thresholds.{_bad_threshold(table)}"
    where = re.sub(r"\[\w+\]$", "", where)  # of a list: all of it is shown
    return f"{where} is {_value(where, table)!r}: {_mend(where, complaint)}"


def _unknown_key(where: str, name: str) -> str:
    section = getattr(Settings(), where) if where else Settings()
    known: tuple[str, ...] = section.__struct_fields__
    key = f"{where}.{name}" if where else name
    return f"unknown key {key}: use one of {', '.join(known)}"


_CHOICES = {
    "stage": '"shadow", "limited" or "full"',
    "mode": '"paper", "testnet" or "live"',
    "bar": '"5m", "15m", "30m", "1h" or "4h"',
    "hyperliquid.strangers": '"pause", "ignore", "adopt" or "close"',
    "allora.network": '"mainnet" or "testnet"',
}


def _mend(where: str, complaint: str) -> str:
    """In the words of someone who does not know our types."""
    if complaint.startswith("Invalid enum value"):
        return f"it must be {_CHOICES[where]}"
    text = complaint.partition(", got")[0].removeprefix("Expected ")
    for ours, theirs in _KINDS.items():
        text = text.replace(f"`{ours}`", theirs)
    return f"it must be {text}"


_KINDS = {
    "float": "a number",
    "int": "a whole number",
    "bool": "true or false",
    "date": "a day such as 2024-06-30",
    "str": "a text",
    "object": "a section of its own",
}


def _value(where: str, table: dict[str, object]) -> object:
    found: object = table
    for name in where.split(".", 1):
        found = _section(found)[name]
    return found


def _section(found: object) -> dict[str, object]:
    return cast("dict[str, object]", found)


def _bad_threshold(table: dict[str, object]) -> str:
    """The first topic whose threshold is refused: the complaint does not say which."""
    for name, value in _section(table["thresholds"]).items():
        try:
            msgspec.convert(value, LogReturn)
        except msgspec.ValidationError:
            return name
    return "?"
