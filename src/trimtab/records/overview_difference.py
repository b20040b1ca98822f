"""What changed between two configurations, in the few words of a log row."""

from __future__ import annotations

from collections.abc import Iterable

from trimtab.domain.configuration import Configuration, Mix
from trimtab.domain.units import Coin, TopicName

MINUS = "\N{MINUS SIGN}"
ARROW = "\N{RIGHTWARDS ARROW}"


def difference(before: Configuration, after: Configuration) -> tuple[str, ...]:
    """Such as ``+SOL (pooled-8h)``, ``SOL 5.0x -> 2.5x`` with real signs; empty when equal."""
    return (
        *_mix(before.mix, after.mix), *_leverage(before, after), *_guards(before, after),
        *_stops(before, after),
    )  # fmt: skip


def mix_difference(topic: TopicName, added: Iterable[Coin], removed: Iterable[Coin]) -> list[str]:
    """Coins that joined or left one topic."""
    return [f"+{coin} ({topic})" for coin in added] + [
        f"{MINUS}{coin} ({topic})" for coin in removed
    ]


def leverage_difference(coin: Coin, before: float, after: float) -> str:
    """One coin's leverage; to the second decimal only where the first does not tell them apart."""
    places = 1 if f"{before:.1f}" != f"{after:.1f}" else 2
    return f"{coin} {before:.{places}f}x {ARROW} {after:.{places}f}x"


def _mix(before: Mix, after: Mix) -> list[str]:
    words: list[str] = []
    for topic in sorted({*before, *after}):
        old, new = set(before.get(topic, ())), set(after.get(topic, ()))
        words += mix_difference(topic, sorted(new - old), sorted(old - new))
    return words


def _leverage(before: Configuration, after: Configuration) -> list[str]:
    coins = sorted({*before.risk.coin_leverage, *after.risk.coin_leverage})
    pairs = [(coin, before.risk.of(coin), after.risk.of(coin)) for coin in coins]
    words = [leverage_difference(*pair) for pair in pairs if pair[1] != pair[2]]
    if before.risk.leverage != after.risk.leverage:
        words.append(leverage_difference(Coin("all"), before.risk.leverage, after.risk.leverage))
    return words


def _guards(before: Configuration, after: Configuration) -> list[str]:
    old, new = before.risk.slippage_guard, after.risk.slippage_guard
    pairs = [(coin, old.get(coin, 0.0), new.get(coin, 0.0)) for coin in sorted({*old, *new})]
    return [f"{coin} guard {was:g} {ARROW} {now:g} bp" for coin, was, now in pairs if was != now]


def _stops(before: Configuration, after: Configuration) -> list[str]:
    old, new = before.risk.stop_scale, after.risk.stop_scale
    pairs = [(coin, old.get(coin, 1.0), new.get(coin, 1.0)) for coin in sorted({*old, *new})]
    return [f"{coin} stop at {was:g} {ARROW} {now:g}" for coin, was, now in pairs if was != now]
