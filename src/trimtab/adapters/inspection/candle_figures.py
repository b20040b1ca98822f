"""Candles: prices that cannot be, and prices that can hardly be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.adapters.inspection.finding import About, Found, at_rows, joined, told
from trimtab.adapters.inspection.opening import Sheet
from trimtab.adapters.inspection.track import Track

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Figures = Mapping[str, Floats]

PRICES = ("open", "high", "low", "close")
FAR = 20.0
"""Robust standard deviations of a coin's own bars."""
_FAR_WICK = 30.0
_WIDE = log(1.1)
"""A move that is smaller is never called far, however calm the coin is."""
_SCALE, _EXACT = log(10.0), log(1.25)
_LONG = 24
"""Bars."""
_TOLERANCE = 1e-6
"""Relative; of prices in 32 bits."""


class Moves(Struct, frozen=True, eq=False):
    """By row; NaN where there is no bar right before, or a price is none."""

    move: Floats
    """Log return of the close."""
    size: Floats
    """Its distance from the coin's median in robust standard deviations."""
    usual: Floats
    """That standard deviation."""


def look_at_candles(sheet: Sheet, interval: int) -> Found:
    """Everything that is wrong or odd in the figures."""
    figures, track = sheet.columns, sheet.track
    moves = _moves(track, figures["close"], interval)
    return joined(
        (
            *(_range(track, name, figures[name]) for name in (*PRICES, "volume")),
            _order(track, figures),
            _scale(track, moves),
            _outliers(track, moves),
            _wicks(track, figures, moves.usual),
            _standing(track, figures),
            _silence(track, figures["volume"]),
        )
    )


def _range(track: Track, name: str, values: Floats) -> Found:
    above = values >= 0.0 if name == "volume" else values > 0.0
    bound = "0 or more" if name == "volume" else "above 0"
    about = About("error", "figure", name, f"is no number {bound}", "correct or remove the bar")
    return at_rows(about, track, ~(above & (values < np.inf)), values)


def _order(track: Track, figures: Figures) -> Found:
    opens, high, low, close = (figures[name] for name in PRICES)
    upside_down = high < low
    least, most = np.minimum(opens, close), np.maximum(opens, close)
    outside = (high < most * (1.0 - _TOLERANCE)) | (low > least * (1.0 + _TOLERANCE))
    return joined(
        (
            at_rows(_UPSIDE_DOWN, track, upside_down, high),
            at_rows(_OUTSIDE, track, outside & ~upside_down, close),
        )
    )


_UPSIDE_DOWN = About(
    "error", "high_below_low", "high,low", "high is below low", "correct or remove the bar"
)
_OUTSIDE = About(
    "warning", "outside_range", "open,close", "open or close lies outside low to high",
    "look whether columns are exchanged",
)  # fmt: skip


def _moves(track: Track, close: Floats, interval: int) -> Moves:
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.log(np.where(close > 0.0, close, np.nan))
    move = np.diff(price, prepend=np.nan)
    move[track.steps != interval] = np.nan
    size, usual = np.full_like(move, np.nan), np.full_like(move, np.nan)
    for part in track.stretches():
        known = move[part][np.isfinite(move[part])]
        if len(known):
            centre = float(np.median(known))
            usual[part] = spread = max(1.4826 * float(np.median(np.abs(known - centre))), 1e-6)
            size[part] = (move[part] - centre) / spread
    return Moves(move, size, usual)


def _scale(track: Track, moves: Moves) -> Found:
    """A price that is suddenly ten times what it was is another unit, not a market."""
    return at_rows(_TENFOLD, track, _is_scale(moves.move), moves.move)


_TENFOLD = About(
    "error", "scale", "close", "the price jumps by a power of ten (log return given)",
    "bring the prices to one unit: a contract was re-denominated, or a digit is missing",
)  # fmt: skip


def _is_scale(move: Floats) -> Flags:
    powers = np.rint(move / _SCALE)
    near: Flags = (np.abs(powers) >= 1) & (np.abs(move - powers * _SCALE) < _EXACT)
    return near


def _outliers(track: Track, moves: Moves) -> Found:
    far = (np.abs(moves.size) > FAR) & (np.abs(moves.move) > _WIDE) & ~_is_scale(moves.move)
    about = _outlying(int(_goes_back(far, moves.move).sum()))
    return at_rows(about, track, far, moves.move)


def _outlying(back: int) -> About:
    words = (
        f"moves by more than {FAR:g} robust deviations of the coin's own bars (log return given); "
        f"{back:,} of them go back at once"
    )
    mend = "compare with another source; real crashes stay, wrong prints go"
    return About("warning", "outlier", "close", words, mend)


def _goes_back(far: Flags, move: Floats) -> Flags:
    following = np.append(move[1:], np.nan)
    back: Flags = far & (np.abs(move + following) < 0.2 * np.abs(move))
    return back


def _wicks(track: Track, figures: Figures, usual: Floats) -> Found:
    longest = _longest_wick(figures)
    far = (longest > np.fmax(_FAR_WICK * usual, _WIDE)) & np.isfinite(longest)
    return at_rows(_WICK, track, far, longest)


_WICK = About(
    "warning", "wick", "high,low",
    f"a wick is longer than {_FAR_WICK:g} robust deviations (log length given)",
    "compare with another source: stops would be hit there",
)  # fmt: skip


def _longest_wick(figures: Figures) -> Floats:
    opens, high, low, close = (figures[name] for name in PRICES)
    with np.errstate(divide="ignore", invalid="ignore"):
        up, down = high / np.maximum(opens, close), np.minimum(opens, close) / low
        longest: Floats = np.log(np.fmax(up, down))
    return longest


def _standing(track: Track, figures: Figures) -> Found:
    opens, high, low, close = (figures[name] for name in PRICES)
    flat = (high == low) & (opens == close)
    return _runs(_STILL, track, flat & (np.diff(close, prepend=np.nan) == 0.0))


_STILL = About(
    "warning", "constant", "close", f"the price stands still for {_LONG} bars or more",
    "look whether the coin was traded; leave such time out",
)  # fmt: skip


def _silence(track: Track, volume: Floats) -> Found:
    about = About(
        "warning", "no_volume", "volume", f"no volume for {_LONG} bars or more",
        "nothing can be filled there; leave such time out",
    )  # fmt: skip
    return _runs(about, track, volume == 0.0)


def _runs(about: About, track: Track, holds: Flags) -> Found:
    """Stretches where something holds for long; counted in stretches."""
    places = [f"{track.place(first)}, {rows:,} bars" for first, rows in _long_runs(track, holds)]
    return told(about, len(places), places)


def _long_runs(track: Track, holds: Flags) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(_changes(holds) | _borders(track))
    for first, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if stop - first >= _LONG and holds[first]:
            yield first, stop - first


def _changes(holds: Flags) -> Flags:
    """Where a stretch begins or ends, and one more place for the end."""
    beside = np.concatenate([[False], holds, [False]])
    changes: Flags = beside[1:] != beside[:-1]
    return changes


def _borders(track: Track) -> Flags:
    """Where a series begins, and one more place for the end."""
    return np.append(~track.together, np.True_)


def look_at_neighbours(sheet: Sheet, interval: int) -> Found:
    """A coin whose bars move with the others' of another hour has another clock."""
    track = sheet.track
    if len(track.names) < 3 or not interval:
        return Found()
    table = _table(track, _moves(track, sheet.columns["close"], interval).move, interval)
    about = About(
        "warning", "shifted", "ts", "moves with the other coins of another hour",
        "correct the time zone of this coin",
    )  # fmt: skip
    shifted = [
        f"{name}: {best:+d} bars, correlation {there:.2f} instead of {here:.2f}"
        for coin, name in enumerate(track.names)
        for best, there, here in [_best_shift(table, coin)]
        if best and there > 0.25 and there > 2.0 * abs(here)
    ]
    return told(about, len(shifted), shifted)


SHIFTS = range(-14, 15)
_ROWS = 20_000
"""Bars of which shifts are judged: more tell nothing new."""


def _table(track: Track, move: Floats, interval: int) -> Floats:
    """[bar, coin] of the last bars."""
    row = (track.at - int(track.at.max())) // interval + _ROWS
    chosen = (row >= 0) & np.isfinite(move)
    table = np.full((_ROWS + 1, len(track.names)), np.nan)
    table[row[chosen], track.code[chosen]] = move[chosen]
    return table


def _best_shift(table: Floats, coin: int) -> tuple[int, float, float]:
    """Bars by which the coin is late, the correlation there, and at no shift."""
    others = np.delete(table, coin, axis=1)
    there = np.isfinite(others)
    market = np.where(there, others, 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    own = table[:, coin]
    found = {shift: _shifted_correlation(own, market, shift) for shift in SHIFTS}
    best = max(found, key=found.__getitem__)
    return best, found[best], found[0]


def _shifted_correlation(own: Floats, market: Floats, shift: int) -> float:
    return correlation(np.roll(own, -shift)[14:-14], market[14:-14])


def correlation(one: Floats, other: Floats) -> float:
    """Of the pairs that are known; 0 where there are too few or one does not vary."""
    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < 30:
        return 0.0
    a, b = one[known] - one[known].mean(), other[known] - other[known].mean()
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / scale if scale > 0.0 else 0.0
