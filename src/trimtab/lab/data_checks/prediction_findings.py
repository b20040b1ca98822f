"""Forecasts: what rests on the future, what cannot be, and hit rates too good to be true."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.units import SECOND, Micros
from trimtab.lab.data_checks.findings import Finding, Series, Severity, found
from trimtab.lab.data_checks.timing import gaps, span, step_of, times

Floats = NDArray[np.float64]

TOO_GOOD = 0.75
"""Nobody forecasts the direction of a liquid market this often (the best of Allora's topics: .53)."""
FEW = 30
"""Outcomes that do not overlap, below which no rate is told."""
RARE = 3
"""A forecast is missing where more than so many steps pass without one."""
RETURN_AT_MOST = 1.0
"""A median log return above this is a price."""


class ForecastSeries(Struct, frozen=True, eq=False):
    """The forecasts of one topic on one coin in the order of the file."""

    series: Series
    topic: str
    coin: str
    kind: str
    horizon: Micros
    value: Floats
    lower: Floats | None = None
    upper: Floats | None = None
    data_until: NDArray[np.int64] | None = None


class Closes(Struct, frozen=True, eq=False):
    """The closes of one coin, ascending in time."""

    at: NDArray[np.int64]
    """When they became known (UTC microseconds)."""
    close: Floats


class Scored(Struct, frozen=True):
    """How often a topic had the direction of a coin, as far as the candles tell."""

    topic: str
    coin: str
    outcomes: int
    apart: int
    """Of those: outcomes that do not overlap."""
    hit_rate: float | None
    low: float | None
    """95 % (Wilson), by the outcomes that do not overlap; None: too few of them."""
    high: float | None
    correlation: float | None
    """Of forecast and realised log return."""


def prediction_findings(forecasts: list[ForecastSeries], now: Micros) -> list[Finding]:
    """All that is found in a file of forecasts by itself."""
    findings: list[Finding] = []
    for one in forecasts:
        step = step_of([one.series])
        holes = gaps(one.series, step, RARE)
        findings += [
            *times(one.series, now),
            *(replace(hole, severity="note", mend="a topic that is silent is not traded")
              for hole in holes),
            *look_ahead(one),
            *impossible(one),
        ]  # fmt: skip
    return findings


def look_ahead(one: ForecastSeries) -> list[Finding]:
    """Forecasts that rest on data of after their issue."""
    if one.data_until is None:
        return []
    late = one.data_until > one.series.at
    by = int((one.data_until - one.series.at)[late].max(initial=0))
    return found(
        "error", "look_ahead", one.series, late,
        f"{{}} forecasts rest on data of up to {span(Micros(by))} after their issue "
        "(data_until is later than issued_at)",
        "issue each when its last bar has closed; such a file is refused",
    )  # fmt: skip


def impossible(one: ForecastSeries) -> list[Finding]:
    """What the readers refuse, and values that are of another kind than the topic says."""
    series, value = one.series, one.value
    priced = one.kind == "price"
    bad = ~np.isfinite(value) | (priced & (value <= 0.0))
    findings = found(
        "error", "figures", series, bad, "value is no "
        f"{'price above 0' if priced else 'finite number'} in {{}} forecasts",
        "correct or remove them",
    )  # fmt: skip
    good = value[~bad]
    if one.kind == "log_return" and len(good) and np.median(np.abs(good)) > RETURN_AT_MOST:
        findings += found(
            "error", "kind", series, ~bad, "the {} values of a topic of log returns look like "
            f"prices, such as {good[0]:g}", "set kind to price, or give ln(forecast / price)",
        )  # fmt: skip
    if one.lower is not None and one.upper is not None:
        findings += found(
            "error", "figures", series, one.lower > one.upper, "lower is above upper in {} forecasts",
            "exchange or empty them",
        )  # fmt: skip
    return findings


def against(
    forecasts: list[ForecastSeries], closes: Mapping[str, Closes], *, synthetic: bool
) -> tuple[list[Finding], list[Scored]]:
    """All that only candles can tell; `synthetic`: a hit rate that is too good is meant to be."""
    findings: list[Finding] = []
    scored: list[Scored] = []
    for one in forecasts:
        known = closes.get(one.coin)
        if known is None:
            findings.append(_whole(
                "error", "overlap", one, f"there are no candles of {one.coin}",
                "add its candles, or leave the coin out",
            ))  # fmt: skip
            continue
        start, realised = outcomes(one, known)
        if not np.isfinite(realised).any():
            findings.append(_whole(
                "error", "overlap", one, "no forecast is issued within the time of the candles",
                "take candles of the same time, and check the time zone of issued_at",
            ))  # fmt: skip
            continue
        expected = np.log(one.value / start) if one.kind == "price" else one.value
        findings += _another_price(one, expected)
        score = score_of(one, expected, realised)
        scored.append(score)
        findings += _too_good(one, score, synthetic=synthetic)
    return findings, scored


def outcomes(one: ForecastSeries, closes: Closes) -> tuple[Floats, Floats]:
    """Price at issue and realised log return; NaN where the candles do not tell."""
    start = _last_known(closes, one.series.at)
    end = _last_known(closes, one.series.at + one.horizon)
    beyond = one.series.at + one.horizon > closes.at[-1]
    with np.errstate(all="ignore"):
        realised = np.log(end / start)
    realised[beyond] = np.nan
    return start, realised


def score_of(one: ForecastSeries, expected: Floats, realised: Floats) -> Scored:
    """Hits of the direction; what told none, or did not move, is left out."""
    counts = np.isfinite(expected) & np.isfinite(realised) & (expected != 0.0) & (realised != 0.0)
    hits = (np.sign(expected) == np.sign(realised))[counts]
    apart = _apart(one.series.at[counts], one.horizon)
    if apart < FEW:
        return Scored(one.topic, one.coin, len(hits), apart, None, None, None, None)
    rate = float(hits.mean())
    low, high = wilson(rate, apart)
    moves = np.corrcoef(expected[counts], realised[counts])[0, 1]
    fit = None if np.isnan(moves) else round(float(moves), 4)
    return Scored(one.topic, one.coin, len(hits), apart, round(rate, 4), low, high, fit)


def wilson(rate: float, count: int, deviations: float = 1.96) -> tuple[float, float]:
    """Interval of a rate (Wilson 1927)."""
    square = deviations * deviations / count
    middle = (rate + square / 2.0) / (1.0 + square)
    half = sqrt(rate * (1.0 - rate) / count + square / (4.0 * count)) * deviations
    return round(middle - half / (1.0 + square), 4), round(middle + half / (1.0 + square), 4)


def _too_good(one: ForecastSeries, score: Scored, *, synthetic: bool) -> list[Finding]:
    if score.hit_rate is None:
        return [_whole(
            "note", "outcomes", one, f"{score.apart} outcomes that do not overlap are too few to "
            "tell a hit rate", f"there have to be {FEW}: collect more, or take more candles",
        )]  # fmt: skip
    if score.hit_rate <= TOO_GOOD or synthetic:
        return []
    return [_whole(
        "warning", "too_good", one, f"it has the direction in {score.hit_rate:.1%} of "
        f"{score.outcomes:,} cases ({score.low:.1%} to {score.high:.1%}): no real forecaster does, so "
        "it probably knows the future",
        "issue each forecast when its last bar has closed; --synthetic, if that is meant",
    )]  # fmt: skip


def _another_price(one: ForecastSeries, expected: Floats) -> list[Finding]:
    good = expected[np.isfinite(expected)]
    if one.kind != "price" or not len(good) or np.median(np.abs(good)) <= RETURN_AT_MOST:
        return []
    return [_whole(
        "error", "kind", one, f"forecasts of a price, such as {one.value[0]:g}, are far from the "
        "price of the candles", "set kind to log_return if they are returns, or use one unit",
    )]  # fmt: skip


def _whole(severity: Severity, check: str, one: ForecastSeries, words: str, mend: str) -> Finding:
    return Finding(severity, check, one.series.name, len(one.series.at), words, mend)


def _last_known(closes: Closes, at: NDArray[np.int64]) -> Floats:
    place = np.searchsorted(closes.at, at, "right") - 1
    known = closes.close[np.maximum(place, 0)]
    known[place < 0] = np.nan
    return known


def _apart(at: NDArray[np.int64], horizon: Micros) -> int:
    """Forecasts of which each is issued when the one before it is over: at most span / horizon."""
    if not len(at):
        return 0
    steps = np.diff(np.sort(at))
    usual = max(int(np.median(steps)) if len(steps) else horizon, SECOND)
    return max(1, int(len(at) * min(1.0, usual / horizon)))
