"""What a topic forecasts, read from the words that its maker gave it.

The chain stores no kind, asset or horizon: only a text, a loss and lengths in blocks. What the words
leave open stays open, and is not traded.
"""

from __future__ import annotations

import re

from msgspec import Struct

from trimtab.domain.configuration import PredictionKind
from trimtab.domain.units import DAY, HOUR, MINUTE, Coin, Micros

_ASIDE = re.compile(r"\([^)]*\)")
"""Such as (5min Updates): no part of the horizon."""

_PAIR = re.compile(r"\b((?:[a-z]+:)?[A-Z0-9]{2,10})/USDT?\b")
_MARKET = re.compile(r"\b([a-z]+:[A-Z0-9]{2,10})\b")
"""A market of one of Hyperliquid's builders."""
_LEADING = re.compile(r"^([A-Z][A-Z0-9]{1,9})\b")

_HORIZON = re.compile(
    r"\b(\d{1,4})\s*(minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)\b", re.IGNORECASE
)
_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": Micros(7 * DAY)}

_KINDS: tuple[tuple[re.Pattern[str], PredictionKind], ...] = (
    (re.compile(r"classif|triple.?barrier", re.IGNORECASE), "classification"),
    (re.compile(r"volatil", re.IGNORECASE), "volatility"),
    (re.compile(r"log[\s-]*returns?\b", re.IGNORECASE), "log_return"),
    (re.compile(r"\bprice\b", re.IGNORECASE), "price"),
)
"""In this order: a classification of log returns is a classification."""

_LOSSES_OF_RETURNS = {"czar", "ztae", "zptae"}
_LOSSES_OF_CLASSES = {"focal", "bce", "crossentropy"}
_SANDBOX = re.compile(r"playground|sandbox|\btest\b", re.IGNORECASE)


class TopicMeaning(Struct, frozen=True):
    """None where the words do not say it."""

    kind: PredictionKind | None
    asset: Coin | None
    horizon: Micros | None
    doubt: str = ""
    """Why it should not be traded, though the words are clear."""


def meaning(name: str, loss_method: str) -> TopicMeaning:
    """Of a topic with this name, or this metadata on the chain."""
    words = _ASIDE.sub(" ", name)
    kind = _kind(words, loss_method)
    return TopicMeaning(kind, _asset(words), _horizon(words), _doubt(words, kind, loss_method))


def _kind(words: str, loss_method: str) -> PredictionKind | None:
    for pattern, kind in _KINDS:
        if pattern.search(words):
            return kind
    if loss_method in _LOSSES_OF_CLASSES:
        return "classification"
    legacy = _LEADING.match(words) and words.rstrip().endswith("Prediction")
    return "price" if legacy and loss_method == "mse" else None


def _asset(words: str) -> Coin | None:
    for pattern in (_PAIR, _MARKET, _LEADING):
        if found := pattern.search(words):
            return Coin(found.group(1))
    return None


def _horizon(words: str) -> Micros | None:
    """The only one that is named."""
    named = {
        Micros(int(count) * _UNITS[unit[0].lower()]) for count, unit in _HORIZON.findall(words)
    } - {0}
    return named.pop() if len(named) == 1 else None


def _doubt(words: str, kind: PredictionKind | None, loss_method: str) -> str:
    if _SANDBOX.search(words):
        return "a playground, where anybody may submit anything"
    if kind == "price" and loss_method in _LOSSES_OF_RETURNS:
        return f"named a price, but scored by {loss_method}, a loss of log returns"
    if kind == "log_return" and loss_method in _LOSSES_OF_CLASSES:
        return f"named a log return, but scored by {loss_method}, a loss of classes"
    return ""
