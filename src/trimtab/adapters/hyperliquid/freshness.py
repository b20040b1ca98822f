"""When each subscription was last heard of: silence is a failure that nobody reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trimtab.adapters.hyperliquid.stream_messages import Data, Frame

Subscription = tuple[tuple[str, str], ...]
"""Its fields, sorted: `(("coin", "BTC"), ("type", "bbo"))`."""

SILENCES: Mapping[str, float] = {
    "allMids": 20.0,
    "activeAssetCtx": 60.0,
    "l2Book": 30.0,
    "candle": 300.0,
}
"""Seconds without a message after which a subscription counts as lost; others may be silent."""

_OF_TRADES = frozenset({"candle"})
"""They come when somebody trades, and a quiet coin is no silence: any coin's message counts for all."""


def subscription(kind: str, **fields: str) -> Subscription:
    return tuple(sorted({"type": kind, **fields}.items()))


class Freshness:
    """Of the subscriptions of one connection. Seconds are monotonic and come in."""

    def __init__(self, silences: Mapping[str, float] = SILENCES) -> None:
        self._silences = silences
        self._heard: dict[Subscription, float] = {}

    def expect(self, subscriptions: Iterable[Subscription], now: float) -> None:
        """From now on they are waited for."""
        self._heard = dict.fromkeys(subscriptions, now)

    def hear(self, frame: Frame, now: float) -> None:
        for one in self._heard:
            if _is_of(frame, dict(one)):
                self._heard[one] = now

    def age(self, one: Subscription, now: float) -> float | None:
        """Seconds since it was heard of, or expected; None: it is not waited for."""
        heard = self._heard.get(one)
        return None if heard is None else now - heard

    def silent(self, now: float) -> list[Subscription]:
        """Those that have been silent for longer than their kind may be."""
        return [
            one
            for one, heard in self._heard.items()
            if now - heard > self._silences.get(dict(one)["type"], float("inf"))
        ]


_CHANNELS = {"userEvents": "user"}


def _is_of(frame: Frame, fields: Mapping[str, str]) -> bool:
    channel = _CHANNELS.get(fields["type"], fields["type"])
    if frame.channel != channel:
        return False
    coin = None if channel in _OF_TRADES else fields.get("coin")
    return coin is None or _coin_of(frame.data) in {None, coin}


def _coin_of(data: Data) -> object:
    if isinstance(data, tuple):
        return getattr(data[0], "coin", None) if data else None
    return getattr(data, "coin", None)
