"""Names of coins and of bar lengths as others write them."""

from __future__ import annotations

import re

from trimtab.domain.units import DAY, HOUR, MINUTE, Micros

_QUOTES = ("USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USD", "PERP", "EUR")
_LENGTHS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": Micros(7 * DAY)}


def coin_of(symbol: str) -> str:
    """The base asset: BTC of BTC/USDT:USDT, BTC-USDT, BTC_USDT, BTCUSDT and BTC-PERP."""
    base = re.split(r"[/_:-]", symbol.strip())[0]
    length = next((len(end) for end in _QUOTES if base.upper().endswith(end)), 0)
    return base[:-length] if 0 < length < len(base) else base


def bar_length(timeframe: str) -> Micros | None:
    """Of 5m, 1h, 1d and the like; None for what is no such word."""
    match = re.fullmatch(r"(\d+)([mhdw])", timeframe)
    return Micros(int(match[1]) * _LENGTHS[match[2]]) if match else None
