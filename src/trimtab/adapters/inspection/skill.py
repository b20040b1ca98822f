"""How often forecasts were right, and what no honest forecaster reaches."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from trimtab.adapters.inspection.finding import About, Found, joined, told
from trimtab.adapters.inspection.grid import Floats, TopicOnGrid, moved
from trimtab.adapters.inspection.track import Whole
from trimtab.adapters.parquet.candles import Candles

TOO_GOOD = 0.75
"""No honest direction is right more often over many outcomes."""
_KNOWS = 0.5
_ONE_BAR = 0.15
"""Correlation with a single later bar."""
_NEXT = 24
"""Bars after the issue that are looked at one by one."""
_FEWEST = 20
_SIGMAS = 4.0
_Z = 1.96


class Skill(Struct, frozen=True):
    """One topic on one coin, or on all of them (`symbol` is ``*``)."""

    topic: str
    symbol: str
    forecasts: int
    outcomes: float
    """As many as would not overlap."""
    hit_rate: float | None
    low: float | None
    high: float | None
    """95 % interval by the outcomes that do not overlap (Wilson)."""
    correlation: float
    """Of the forecast return with what came."""
    next_bars: tuple[float, ...] = ()
    """Correlation with the single bars that close 1, 2, ... bars after the issue."""


class _Tally(NamedTuple):
    """By coin: pairs of forecast and outcome, hits, and how they go together."""

    pairs: Whole
    told: Whole
    """Pairs in which neither is zero: only these tell a direction."""
    hits: Whole
    related: Floats
    """Correlation around zero."""

    def pooled(self) -> float:
        """Every coin in units of its own size, so that none outweighs the others."""
        return float(self.related @ self.pairs) / max(int(self.pairs.sum()), 1)


def _tally(view: Floats, came: Floats) -> _Tally:
    known = np.isfinite(view) & np.isfinite(came)
    one, other = np.where(known, view, 0.0), np.where(known, came, 0.0)
    product = one * other
    told = product != 0.0
    scale = np.sqrt(np.einsum("ij,ij->j", one, one) * np.einsum("ij,ij->j", other, other))
    related = product.sum(axis=0) / np.where(scale > 0.0, scale, 1.0)
    pairs, directions, hits = (part.sum(axis=0) for part in (known, told, product > 0.0))
    return _Tally(pairs, directions, hits, related)


def skills_of(topic: TopicOnGrid, price: Floats, candles: Candles) -> list[Skill]:
    """Of all coins together, then one by one."""
    view, came = topic.view, moved(price, 0, topic.ahead)
    tally = _tally(view, came)
    bars = [moved(price, later, 1) for later in range(min(topic.ahead, _NEXT))]
    following = tuple(round(_tally(view, bar).pooled(), 4) for bar in bars)
    counts = int(tally.told.sum()), int(tally.hits.sum()), _instants(view, came)
    whole = _skill(topic, "*", counts, tally.pooled())
    return [replace(whole, next_bars=following), *_by_coin(topic, tally, candles)]


def _instants(view: Floats, came: Floats) -> int:
    """At how many bars there is a forecast and an outcome."""
    return int((np.isfinite(view) & np.isfinite(came)).any(axis=1).sum())


def _by_coin(topic: TopicOnGrid, tally: _Tally, candles: Candles) -> list[Skill]:
    told, hits, related = tally.told.tolist(), tally.hits.tolist(), tally.related.tolist()
    lines = zip(map(str, candles.coins), told, hits, related, strict=True)
    return [_skill(topic, name, (n, right, n), r) for name, n, right, r in lines if n]


def _skill(topic: TopicOnGrid, symbol: str, counts: tuple[int, int, int], related: float) -> Skill:
    told, hits, instants = counts
    if not told:
        return Skill(topic.name, symbol, 0, 0.0, None, None, None, 0.0)
    outcomes = instants * min(1.0, topic.every / topic.ahead)
    return _figures(Skill(topic.name, symbol, told, outcomes, hits / told, 0, 0, round(related, 4)))


def _figures(one: Skill) -> Skill:
    """With its interval."""
    low, high = _wilson(one.hit_rate or 0.0, max(one.outcomes, 1.0))
    return replace(one, low=low, high=high)


def _wilson(share: float, count: float) -> tuple[float, float]:
    spread = _Z * _Z / count
    half = _Z * sqrt((share * (1.0 - share) + 0.25 * spread) / count) / (1.0 + spread)
    centre = (share + 0.5 * spread) / (1.0 + spread)
    return centre - half, centre + half


def too_good(skills: list[list[Skill]]) -> Found:
    """Cells that are right too often."""
    found = [one for part in skills for one in part if _is_too_good(one)]
    return told(_TOO_GOOD, len(found), map(_words, found))


def _is_too_good(one: Skill) -> bool:
    """Few outcomes reach it by luck: they count where even the low end beats a coin's toss."""
    return (one.hit_rate or 0.0) > TOO_GOOD and (one.low or 0.0) > 0.5


_TOO_GOOD = About(
    "warning", "too_good", "value",
    f"is right more often than {TOO_GOOD:.0%} of the time: a leak of the future, or too few outcomes",
    "find out what the forecaster knew; --synthetic for a file that is simulated",
)  # fmt: skip


def _words(one: Skill) -> str:
    return (
        f"{one.topic} on {'all coins' if one.symbol == '*' else one.symbol}: {one.hit_rate:.1%} "
        f"({one.low:.1%} to {one.high:.1%}) of {one.forecasts:,}"
    )


def known_beforehand(skills: list[Skill]) -> Found:
    """Correlation that no forecaster reaches: with what came, or with one bar of it."""
    whole = skills[0]
    if whole.outcomes < _FEWEST:
        return Found()
    return joined((_sure(whole), _leak(whole)))


def _sure(whole: Skill) -> Found:
    sure = abs(whole.correlation) > max(_KNOWS, _chance(whole))
    return told(_SURE, int(sure), [whole.topic], f"{whole.correlation:.2f}")


def _leak(whole: Skill) -> Found:
    peak = max(range(len(whole.next_bars)), key=lambda bar: abs(whole.next_bars[bar]))
    height = whole.next_bars[peak]
    words = f"{whole.topic}: correlation {height:.2f} with bar {peak + 1} after issue"
    return told(_LEAK, int(abs(height) > max(_ONE_BAR, _chance(whole))), [words])


def _chance(whole: Skill) -> float:
    """Four standard errors of a correlation."""
    return _SIGMAS / sqrt(whole.outcomes)


_SURE = About(
    "warning", "knows_outcome", "value",
    f"correlates with what came by more than {_KNOWS:g}: real forecasts do not",
    "find out what the forecaster knew",
)  # fmt: skip
_LEAK = About(
    "warning", "knows_next_bars", "issued_at",
    "correlates with a single bar that closes after the issue: the time of issue is too early, "
    "most often the open of the last bar instead of its close",
    "stamp the forecast with the close of the last bar it has used",
)  # fmt: skip
