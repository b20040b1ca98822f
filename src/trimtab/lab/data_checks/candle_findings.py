"""Candles: figures that cannot be, and figures that are hard to believe."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trimtab.domain.units import Micros
from trimtab.lab.data_checks.findings import Finding, Mask, Series, found
from trimtab.lab.data_checks.timing import gaps, grid, span, step_of, times

Floats = NDArray[np.float64]

FAR, LARGE = 40.0, 0.2
"""A return is an outlier beyond so many robust deviations of its coin, if it is also above 20 %."""
SCALE = np.log(8.0)
"""A price that changes by more than this from one bar to the next has changed its unit."""
STILL = 24
"""Bars without any move after which a price is called frozen."""
ALIKE, LAGS = 0.3, 12
"""Coins move together; if one does so only with a lag, up to so many bars, its clock is wrong."""
ENOUGH = 500
"""Bars in common below which that is not asked."""
MOST_BARS = 20_000_000
"""A longer time than this is a wrong unit, which is told elsewhere."""


class CandleSeries(Struct, frozen=True, eq=False):
    """The bars of one coin in the order of the file."""

    series: Series
    figures: Floats
    """[field, row]: open, high, low, close, volume."""


def candle_findings(coins: list[CandleSeries], now: Micros) -> list[Finding]:
    """All that is found in a file of candles."""
    every = [one.series for one in coins]
    step = step_of(every)
    if not step:
        series = every[0]
        return found(
            "error", "gaps", series, np.ones(len(series.at), np.bool_),
            "one bar a coin does not tell how long a bar is", "add bars",
        )  # fmt: skip
    origin = int(every[0].at[0])
    findings: list[Finding] = []
    for one in coins:
        findings += times(one.series, now)
        findings += [*grid(one.series, step, origin), *gaps(one.series, step)]
        findings += [*impossible(one), *unlikely(one, step)]
    return [*findings, *shifted(coins, step)]


def impossible(coin: CandleSeries) -> list[Finding]:
    """What the readers refuse."""
    series = coin.series
    opens, high, low, close, volume = coin.figures
    findings: list[Finding] = []
    for name, values in (("open", opens), ("high", high), ("low", low), ("close", close)):
        bad = ~((values > 0.0) & np.isfinite(values))
        findings += found(
            "error", "figures", series, bad, f"{name} is no number above 0 in {{}} bars, "
            f"such as {_first(values, bad)}", "correct or remove these bars",
        )  # fmt: skip
    bad = ~((volume >= 0.0) & np.isfinite(volume))
    findings += found(
        "error", "figures", series, bad, "volume is no number of 0 or more in {} bars, "
        f"such as {_first(volume, bad)}", "correct or remove these bars",
    )  # fmt: skip
    findings += found(
        "error", "figures", series, high < low, "high is below low in {} bars",
        "exchange or correct them",
    )  # fmt: skip
    outside = ((np.maximum(opens, close) > high) | (np.minimum(opens, close) < low)) & (high >= low)
    return findings + found(
        "warning", "figures", series, outside, "open or close lies outside low and high in {} bars",
        "check how the bars were made: stops are touched where high and low say",
    )  # fmt: skip


def unlikely(coin: CandleSeries, step: Micros) -> list[Finding]:
    """Jumps, wicks, changes of unit, and prices that stand still."""
    series, (opens, high, low, close, volume) = coin.series, coin.figures
    moves = np.abs(_returns(close))
    jump = moves > SCALE
    outlier = (moves > max(LARGE, FAR * _usual(moves))) & ~jump
    with np.errstate(all="ignore"):
        wick = np.maximum(
            np.log(high / np.maximum(opens, close)), np.log(np.minimum(opens, close) / low)
        )
    spike = np.nan_to_num(wick) > max(LARGE, FAR * _usual(moves))
    frozen = _runs((high == low) & (moves == 0.0)) >= STILL
    empty = _runs(volume == 0.0) >= STILL
    return [
        *found("error", "scale", series, jump, "the price changes more than eightfold from one bar "
               "to the next {} times", "use one unit for the whole file (1000PEPE is not PEPE)"),
        *found("warning", "outliers", series, outlier, "{} moves are far beyond what is usual, the "
               f"largest {np.expm1(moves[outlier].max(initial=0.0)):.0%}",
               "compare with another source: one wrong price is a trade"),
        *found("warning", "outliers", series, spike & ~outlier & ~jump,
               "{} bars have a wick far beyond what is usual",
               "compare with another source: stops would be touched there"),
        *found("warning", "frozen", series, frozen, "{} bars stand still for "
               f"{span(Micros(STILL * step))} or more", "a price that does not move is no market"),
        *found("note", "volume", series, empty, "{} bars are without any volume for "
               f"{span(Micros(STILL * step))} or more",
               "nothing can be filled there; check whether the source gives volume"),
    ]  # fmt: skip


def shifted(coins: list[CandleSeries], step: Micros) -> list[Finding]:
    """A coin that moves with the others only some bars later or earlier: another time zone."""
    moves = _on_grid(coins, step)
    findings: list[Finding] = []
    for place, one in enumerate(coins):
        lag = _lag(moves[:, place], np.delete(moves, place, axis=1))
        if lag:
            findings.append(Finding(
                "error", "clock", one.series.name, len(one.series.at),
                f"its bars move with the others only {span(Micros(abs(lag) * step))} "
                f"{'later' if lag > 0 else 'earlier'}",
                "bring ts to UTC, and to the open of the bar",
            ))  # fmt: skip
    return findings


def _on_grid(coins: list[CandleSeries], step: Micros) -> Floats:
    """[bar, coin] returns of which the largest are cut off; NaN where there is no bar."""
    origin = min(int(one.series.at.min()) for one in coins)
    last = max(int(one.series.at.max()) for one in coins)
    if (last - origin) // step > MOST_BARS:
        return np.zeros((0, len(coins)))
    moves = np.full(((last - origin) // step + 1, len(coins)), np.nan)
    for place, one in enumerate(coins):
        moves[(one.series.at - origin) // step, place] = _cut(_returns(one.figures[3]))
    return moves


def _lag(own: Floats, others: Floats) -> int:
    """Bars by which a coin follows the mean of the others; 0 where that cannot be told."""
    known = np.isfinite(others)
    count = known.sum(axis=1)
    mean = np.where(
        count > 0, np.where(known, others, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan
    )
    fits = {lag: _fit(own, mean, lag) for lag in range(-LAGS, LAGS + 1)}
    best = max(fits, key=lambda lag: fits[lag])
    return best if fits[best] >= ALIKE and fits[0] < fits[best] / 2.0 else 0


def _fit(own: Floats, mean: Floats, lag: int) -> float:
    """Correlation of the coin with the others `lag` bars before."""
    rows = len(own) - abs(lag)
    mine, theirs = (own[lag:], mean[:rows]) if lag >= 0 else (own[:rows], mean[-lag:])
    both = np.isfinite(mine) & np.isfinite(theirs)
    if both.sum() < ENOUGH or not (mine[both].std() > 0.0 and theirs[both].std() > 0.0):
        return 0.0
    return float(np.corrcoef(mine[both], theirs[both])[0, 1])


def _cut(moves: Floats) -> Floats:
    low, high = np.percentile(moves, (1.0, 99.0))
    return np.clip(moves, low, high)


def _returns(close: Floats) -> Floats:
    moves = np.zeros(len(close))
    with np.errstate(all="ignore"):
        moves[1:] = np.log(close[1:] / close[:-1])
    return np.where(np.isfinite(moves), moves, 0.0)


def _usual(moves: Floats) -> float:
    """The deviation that a normal return of this median size would have."""
    return float(np.median(moves)) / 0.6745 if len(moves) else 0.0


def _runs(flag: Mask) -> NDArray[np.int64]:
    """[row] the length of the stretch in which the flag stands; 0 where it does not."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flag, [False]]).astype(np.int8)))
    lengths = np.zeros(len(flag), np.int64)
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        lengths[start:stop] = stop - start
    return lengths


def _first(values: Floats, bad: Mask) -> str:
    return f"{values[bad][0]:g}" if bad.any() else ""
