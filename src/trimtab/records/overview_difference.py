"""What an adaptation changed, in the few words of a log row."""

from __future__ import annotations

from collections.abc import Iterable

from trimtab.domain.configuration import Mix
from trimtab.domain.decisions import AdaptationApplied
from trimtab.domain.units import Coin, TopicName

MINUS = "\N{MINUS SIGN}"
ARROW = "\N{RIGHTWARDS ARROW}"


def difference(applied: AdaptationApplied) -> tuple[str, ...]:
    """Such as ``+SOL (pooled-8h)``, ``SOL 5.0x -> 2.5x`` with real signs; empty when equal."""
    return (*_mix(applied), *_leverage(applied), *_guards(applied), *_stops(applied))


def mix_before_and_after(applied: AdaptationApplied) -> tuple[Mix, Mix]:
    """Of the topics that the change touches."""
    before, after = (
        {topic: coins or () for topic, coins in change.mix.items()}
        for change in (applied.inverse, applied.change)
    )
    return before, after


def mix_difference(topic: TopicName, added: Iterable[Coin], removed: Iterable[Coin]) -> list[str]:
    """Coins that joined or left one topic."""
    return [f"+{coin} ({topic})" for coin in added] + [
        f"{MINUS}{coin} ({topic})" for coin in removed
    ]


def leverage_difference(coin: Coin, before: float, after: float) -> str:
    """One coin's leverage; to the second decimal only where the first does not tell them apart."""
    places = 1 if f"{before:.1f}" != f"{after:.1f}" else 2
    return f"{coin} {before:.{places}f}x {ARROW} {after:.{places}f}x"


def _mix(applied: AdaptationApplied) -> list[str]:
    words: list[str] = []
    before, after = mix_before_and_after(applied)
    for topic in sorted({*before, *after}):
        old, new = set(before.get(topic, ())), set(after.get(topic, ()))
        words += mix_difference(topic, sorted(new - old), sorted(old - new))
    return words


def _leverage(applied: AdaptationApplied) -> list[str]:
    """A coin without a limit of its own has the general one."""
    old, new, usual = applied.inverse.coin_leverage, applied.change.coin_leverage, applied.leverage
    pairs = [(coin, old.get(coin) or usual, new.get(coin) or usual) for coin in sorted(new)]
    return [leverage_difference(*pair) for pair in pairs if pair[1] != pair[2]]


def _guards(applied: AdaptationApplied) -> list[str]:
    old, new = applied.inverse.slippage_guard, applied.change.slippage_guard
    pairs = [(coin, old.get(coin) or 0.0, new.get(coin) or 0.0) for coin in sorted(new)]
    return [f"{coin} guard {was:g} {ARROW} {now:g} bp" for coin, was, now in pairs if was != now]


def _stops(applied: AdaptationApplied) -> list[str]:
    old, new = applied.inverse.stop_scale, applied.change.stop_scale
    pairs = [(coin, old.get(coin) or 1.0, new.get(coin) or 1.0) for coin in sorted(new)]
    return [f"{coin} stop at {was:g} {ARROW} {now:g}" for coin, was, now in pairs if was != now]
