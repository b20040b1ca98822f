"""Forecasts held against what came: how often right, and whether they knew too much."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np
import polars as pl
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.adapters.inspection.candle_figures import correlation
from trimtab.adapters.inspection.finding import About, Found, joined, told
from trimtab.adapters.inspection.forecast_figures import of_kind
from trimtab.adapters.inspection.opening import Sheet
from trimtab.adapters.inspection.track import Whole, commonest
from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.errors import length, moment
from trimtab.domain.observations import CLOSE
from trimtab.domain.units import SECOND, Micros

Floats = NDArray[np.float64]

TOO_GOOD = 0.75
"""No honest direction is right more often over many outcomes."""
_KNOWS = 0.5
_ONE_BAR = 0.15
"""Correlation with a single later bar."""
_BACK = 14
_NEXT = 24
"""Bars after the issue that are looked at one by one."""
_FEWEST = 20
_SIGMAS = 4.0


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


class Comparison(Struct, frozen=True):
    """What the candles say of the forecasts."""

    found: Found
    skills: tuple[Skill, ...]


class _Topic(NamedTuple):
    """One topic on the grid of the candles."""

    name: str
    ahead: int
    """Horizon in bars."""
    every: int
    """Bars between forecasts."""
    view: Floats
    """[bar, coin]: the log return that is forecast at its close."""
    price: Floats | None
    """The forecast price, where that is what the file has."""


def compare(sheet: Sheet, candles: Candles, *, synthetic: bool) -> Comparison:
    """Overlap, hit rates, and hints that the future was known."""
    row, coin = _cells(sheet, candles)
    overlap, inside = _overlap(sheet, candles, row, coin)
    if not inside.any():
        return Comparison(overlap, ())
    price = np.log(candles.bars[:, CLOSE])
    topics = list(_topics(sheet, candles, row, coin, inside))
    skills = [_skills(topic, price, candles) for topic in topics]
    found = [overlap, _partial(sheet, candles)]
    if not synthetic:
        found += [_too_good(skills), *map(_known, skills)]
    found += [_shifted(topic, price) for topic in topics]
    return Comparison(joined(found), tuple(one for part in skills for one in part))


def _cells(sheet: Sheet, candles: Candles) -> tuple[Whole, Whole]:
    """Row and coin among the candles; -1 where there is none."""
    since = sheet.track.at - int(candles.closes_at[0])
    row = np.where(since % candles.interval == 0, since // candles.interval, -1)
    row[(row < 0) | (row >= len(candles.closes_at))] = -1
    places = {name: place for place, name in enumerate(map(str, candles.coins))}
    symbols = sheet.words["symbol"].cast(pl.String).replace_strict(places, default=-1)
    return row, symbols.to_numpy().astype(np.int64)


def _overlap(
    sheet: Sheet, candles: Candles, row: Whole, coin: Whole
) -> tuple[Found, NDArray[np.bool_]]:
    strangers = sorted(set(sheet.words["symbol"].filter(coin < 0).cast(pl.String).to_list()))
    inside: NDArray[np.bool_] = (row >= 0) & (coin >= 0)
    first, last = int(candles.closes_at[0]), int(candles.closes_at[-1])
    outside = int(((sheet.track.at < first) | (sheet.track.at > last)).sum())
    span = [f"the candles: {moment(first)} to {moment(last)}"]
    between = int(((row < 0) & (sheet.track.at >= first) & (sheet.track.at <= last)).sum())
    parts = (
        told(_STRANGERS, len(strangers), strangers),
        told(_NONE, int(not inside.any()), span),
        told(_OUTSIDE, outside if inside.any() else 0, span),
        told(_BETWEEN, between, [f"{between:,} forecasts; a bar is {length(candles.interval)}"]),
    )
    return joined(parts), inside


_STRANGERS = About(
    "error", "no_candles", "symbol", "has no candles", "add them, or leave the coin out"
)
_NONE = About(
    "error", "no_overlap", "issued_at", "no forecast was issued at the close of one of the candles",
    "choose files of the same time and coins, and look at the time zones",
)  # fmt: skip
_OUTSIDE = About(
    "note", "outside", "issued_at", "lies outside the candles and will be left out",
    "give longer candles",
)  # fmt: skip
_BETWEEN = About(
    "warning", "between_bars", "issued_at", "was issued between two closes and is not compared here",
    "issue forecasts when a bar closes",
)  # fmt: skip


def _partial(sheet: Sheet, candles: Candles) -> Found:
    horizon = sheet.columns["horizon_s"]
    wrong = (horizon * SECOND) % candles.interval != 0
    names = sorted(set(sheet.words["topic"].filter(wrong).cast(pl.String).to_list()))
    about = About(
        "error", "horizon", "horizon_s", f"is no multiple of the bar, {length(candles.interval)}",
        "give candles of shorter bars",
    )  # fmt: skip
    return told(about, len(names), names)


def _topics(
    sheet: Sheet, candles: Candles, row: Whole, coin: Whole, inside: NDArray[np.bool_]
) -> Iterator[_Topic]:
    topic = sheet.words["topic"].to_physical().to_numpy()
    price, returns = of_kind(sheet, "price"), of_kind(sheet, "log_return")
    horizon = sheet.columns["horizon_s"]
    usable = inside & (price | returns) & (horizon * SECOND >= candles.interval)
    usable &= (horizon * SECOND) % candles.interval == 0
    closes = candles.bars[:, CLOSE]
    for code in np.unique(topic[usable]):
        rows = np.flatnonzero(usable & (topic == code))
        cell = row[rows], coin[rows]
        given = np.full(closes.shape, np.nan)
        given[cell] = sheet.columns["value"][rows]
        priced = bool(price[rows[0]])
        with np.errstate(divide="ignore", invalid="ignore"):
            view = np.log(given / closes) if priced else given
        ahead = int(horizon[rows[0]] * SECOND) // candles.interval
        bars = np.unique(row[rows])
        every = max(commonest(bars[1:] - bars[:-1]), 1)
        name = str(sheet.words["topic"][int(rows[0])])
        yield _Topic(name, ahead, every, view, given if priced else None)


def _moved(price: Floats, start: int, bars: int) -> Floats:
    """[bar, coin]: the log return over `bars` bars that begin `start` bars after each close."""
    moved = np.full_like(price, np.nan)
    rows = len(price)
    begin, end = max(0, -start), rows - max(0, start + bars)
    if begin < end:
        moved[begin:end] = (
            price[begin + start + bars : end + start + bars] - price[begin + start : end + start]
        )
    return moved


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


def _skills(topic: _Topic, price: Floats, candles: Candles) -> list[Skill]:
    """Of all coins together, then one by one."""
    view, came = topic.view, _moved(price, 0, topic.ahead)
    tally = _tally(view, came)
    bars = [_moved(price, later, 1) for later in range(min(topic.ahead, _NEXT))]
    following = tuple(round(_tally(view, bar).pooled(), 4) for bar in bars)
    told, hits = int(tally.told.sum()), int(tally.hits.sum())
    instants = int((np.isfinite(view) & np.isfinite(came)).any(axis=1).sum())
    whole = _skill(topic, "*", (told, hits, instants), tally.pooled())
    counts = zip(tally.told.tolist(), tally.hits.tolist(), tally.told.tolist(), strict=True)
    coins = (
        _skill(topic, str(name), count, related)
        for name, count, related in zip(candles.coins, counts, tally.related.tolist(), strict=True)
    )
    return [replace(whole, next_bars=following), *(one for one in coins if one.forecasts)]


def _skill(topic: _Topic, symbol: str, counts: tuple[int, int, int], related: float) -> Skill:
    told, hits, instants = counts
    outcomes = instants * min(1.0, topic.every / topic.ahead)
    if not told:
        return Skill(topic.name, symbol, 0, 0.0, None, None, None, 0.0)
    low, high = _wilson(hits / told, max(outcomes, 1.0))
    return Skill(topic.name, symbol, told, outcomes, hits / told, low, high, round(related, 4))


def _wilson(share: float, count: float) -> tuple[float, float]:
    z = 1.96
    centre = (share + z * z / (2.0 * count)) / (1.0 + z * z / count)
    half = (
        z / (1.0 + z * z / count) * sqrt(share * (1.0 - share) / count + z * z / (4.0 * count**2))
    )
    return centre - half, centre + half


def _too_good(skills: list[list[Skill]]) -> Found:
    """Cells of few outcomes reach it by luck: they count where even the low end beats a coin."""
    cells = [
        one
        for part in skills
        for one in part
        if one.hit_rate is not None and one.hit_rate > TOO_GOOD and (one.low or 0.0) > 0.5
    ]
    about = About(
        "warning", "too_good", "value",
        f"is right more often than {TOO_GOOD:.0%} of the time: a leak of the future, or too few outcomes",
        "find out what the forecaster knew; --synthetic for a file that is simulated",
    )  # fmt: skip
    return told(about, len(cells), map(_words, cells))


def _words(one: Skill) -> str:
    return (
        f"{one.topic} on {'all coins' if one.symbol == '*' else one.symbol}: {one.hit_rate:.1%} "
        f"({one.low:.1%} to {one.high:.1%}) of {one.forecasts:,}"
    )


def _known(skills: list[Skill]) -> Found:
    """Correlation that no forecaster reaches: with what came, or with one bar of it."""
    whole = skills[0]
    if whole.outcomes < _FEWEST:
        return Found()
    chance = _SIGMAS / sqrt(whole.outcomes)
    sure = abs(whole.correlation) > max(_KNOWS, chance)
    sizes = np.abs(whole.next_bars)
    peak = int(sizes.argmax()) if len(sizes) else 0
    leaks = bool(len(sizes)) and float(sizes[peak]) > max(_ONE_BAR, chance)
    return joined(
        (
            told(_SURE, int(sure), [whole.topic], f"{whole.correlation:.2f}"),
            told(
                _LEAK, int(leaks),
                [f"{whole.topic}: correlation {whole.next_bars[peak]:.2f} with bar {peak + 1} after issue"]
                if leaks else [],
            ),
        )
    )  # fmt: skip


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


def _shifted(topic: _Topic, price: Floats) -> Found:
    """A forecast price lies near the price at issue; near that of another hour: another clock."""
    if topic.price is None:
        return Found()
    with np.errstate(divide="ignore", invalid="ignore"):
        given = np.log(topic.price)
    apart = {shift: _distance(given, price, shift) for shift in range(-_BACK, topic.ahead + 1)}
    best = min(apart, key=apart.__getitem__)
    near = apart[best] < 0.7 * apart[0]
    about = About(
        "warning", "shifted", "issued_at", "the forecast price is that of another bar",
        "correct the time zone, or stamp the forecast with the close of its last bar",
    )  # fmt: skip
    words = f"{topic.name}: {best:+d} bars, {apart[best]:.2%} apart instead of {apart[0]:.2%}"
    return told(about, int(bool(best) and near), [words])


def _distance(given: Floats, price: Floats, shift: int) -> float:
    there = np.roll(price, -shift, axis=0)
    if shift:
        there[-shift:] = np.nan if shift > 0 else there[-shift:]
        there[:-shift] = np.nan if shift < 0 else there[:-shift]
    gap = np.abs(given - there)
    known = gap[np.isfinite(gap)]
    return float(np.median(known)) if len(known) >= _FEWEST else float("inf")


def same_clock(sheet: Sheet, candles: Candles) -> Found:
    """Candles against other candles: do they move at the same time?"""
    about = About(
        "warning", "shifted", "ts", "moves as the other file's bars of another hour do",
        "correct the time zone of one of the files",
    )  # fmt: skip
    places = list(_other_hours(sheet, candles))
    return told(about, len(places), places)


def _other_hours(sheet: Sheet, candles: Candles) -> Iterator[str]:
    _, coin = _cells(sheet, candles)
    own = np.full(candles.bars[:, CLOSE].shape, np.nan)
    # a bar of the sheet is stamped with its open, a row of the candles with its close
    late = (sheet.track.at + candles.interval - int(candles.closes_at[0])) // candles.interval
    there = (late >= 0) & (late < len(own)) & (coin >= 0)
    own[late[there], coin[there]] = np.log(np.maximum(sheet.columns["close"][there], 1e-12))
    ours, theirs = _moved(own, -1, 1), _moved(np.log(candles.bars[:, CLOSE]), -1, 1)
    for place, name in enumerate(candles.coins):
        found = {
            shift: correlation(
                ours[_BACK:-_BACK, place], np.roll(theirs[:, place], shift)[_BACK:-_BACK]
            )
            for shift in range(-_BACK, _BACK + 1)
        }
        best = max(found, key=found.__getitem__)
        if best and found[best] > 0.5 > found[0]:
            yield f"{name}: {length(Micros(abs(best) * candles.interval))} {'late' if best > 0 else 'early'}"
