"""Forecasts: what no forecaster can mean, and what none can have known."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from trimtab.adapters.inspection.finding import About, Found, at_rows, joined, told
from trimtab.adapters.inspection.opening import Sheet
from trimtab.adapters.parquet.topics import KINDS
from trimtab.domain.units import SECOND

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LARGEST_RETURN = 0.5
"""Log returns beyond are hardly meant."""
FEW = 100
"""Outcomes that do not overlap."""


def look_at_forecasts(sheet: Sheet) -> Found:
    """Everything that the file alone can tell."""
    return joined(
        (
            _ahead(sheet),
            _topics(sheet),
            _values(sheet),
            _likeness(sheet),
            _intervals(sheet),
            _few(sheet),
        )
    )


def of_kind(sheet: Sheet, kind: str) -> Flags:
    """By row: is the forecast of this kind?"""
    same: Flags = (sheet.words["kind"] == kind).to_numpy()
    return same


def _ahead(sheet: Sheet) -> Found:
    if sheet.data_until is None:
        return Found()
    about = About(
        "error", "looks_ahead", "data_until", "is later than issued_at: the forecast knew the future",
        "issue it when its last bar has closed",
    )  # fmt: skip
    return at_rows(about, sheet.track, sheet.data_until > sheet.track.at)


def _topics(sheet: Sheet) -> Found:
    entries = pl.DataFrame(
        {"topic": sheet.words["topic"], "kind": sheet.words["kind"], "horizon": sheet.columns["horizon_s"]}
    ).unique()  # fmt: skip
    twice = (
        entries["topic"]
        .cast(pl.String)
        .value_counts()
        .filter(pl.col("count") > 1)["topic"]
        .to_list()
    )
    several = About(
        "error", "topic", "topic", "has several kinds or horizons", "give each a topic of its own"
    )
    strange = About("error", "kind", "kind", f"is none of {', '.join(KINDS)}", "use one of them")
    kinds = entries["kind"].cast(pl.String).unique().to_list()
    unknown = sorted(set(kinds) - set(KINDS))
    horizon = sheet.columns["horizon_s"]
    wrong = ~((horizon > 0.0) & (horizon < np.inf) & (horizon == np.rint(horizon)))
    return joined(
        (
            told(several, len(twice), sorted(twice)),
            told(strange, len(unknown), unknown, unknown[0] if unknown else ""),
            at_rows(_HORIZON, sheet.track, wrong, horizon),
        )
    )


_HORIZON = About(
    "error", "horizon", "horizon_s", "is no whole number of seconds above 0", "correct it"
)


def _values(sheet: Sheet) -> Found:
    value = sheet.columns["value"]
    bad = ~np.isfinite(value) | (of_kind(sheet, "price") & (value <= 0.0))
    about = About(
        "error", "figure", "value", "is no finite number, or a price not above 0",
        "correct or remove the forecast",
    )  # fmt: skip
    return at_rows(about, sheet.track, bad, value)


def _likeness(sheet: Sheet) -> Found:
    """A price among returns, or returns among prices."""
    value = sheet.columns["value"]
    returns, prices = of_kind(sheet, "log_return"), of_kind(sheet, "price")
    topic = sheet.words["topic"].to_physical().to_numpy()
    size = np.abs(value)
    prices_there = returns & (size > LARGEST_RETURN)
    mostly = _mostly(topic, returns, prices_there)
    returns_there = prices & (value <= 0.0)
    return joined(
        (
            at_rows(_IS_PRICE, sheet.track, prices_there & mostly, value),
            at_rows(_LARGE, sheet.track, prices_there & ~mostly, value),
            at_rows(_IS_RETURN, sheet.track, returns_there & _mostly(topic, prices, returns_there, 0.05), value),
        )
    )  # fmt: skip


def _mostly(topic: NDArray[np.uint32], of: Flags, holds: Flags, share: float = 0.5) -> Flags:
    """By row: does it hold for that share of the topic's rows?"""
    rows = np.bincount(topic, of)
    some: Flags = (np.bincount(topic, holds) > share * np.maximum(rows, 1.0))[topic]
    return some


_IS_PRICE = About(
    "error", "looks_like_price", "value", "looks like a price, but the kind is log_return",
    "set kind to price, or give ln(later price / price)",
)  # fmt: skip
_LARGE = About(
    "warning", "large", "value", f"a log return beyond {LARGEST_RETURN:g} is hardly meant",
    "look whether it is a price or a percentage",
)  # fmt: skip
_IS_RETURN = About(
    "error", "looks_like_return", "value", "looks like a return, but the kind is price",
    "set kind to log_return",
)  # fmt: skip


def _intervals(sheet: Sheet) -> Found:
    lower, upper = (sheet.columns.get(name) for name in ("lower", "upper"))
    if lower is None or upper is None:
        return Found()
    value = sheet.columns["value"]
    crossed = lower > upper
    outside = ((value < lower) | (value > upper)) & ~crossed
    infinite = np.isinf(lower) | np.isinf(upper)
    return joined(
        (
            at_rows(_CROSSED, sheet.track, crossed, lower),
            at_rows(_INFINITE, sheet.track, infinite, lower),
            at_rows(_BESIDE, sheet.track, outside, value),
        )
    )


_CROSSED = About(
    "error", "interval", "lower,upper", "lower is above upper", "exchange or empty them"
)
_INFINITE = About("error", "interval", "lower,upper", "is infinite", "correct or empty it")
_BESIDE = About(
    "warning", "interval", "value", "lies outside its own interval", "look how the interval is made"
)


def _few(sheet: Sheet) -> Found:
    """Overlapping forecasts share their outcomes: what counts is the time they cover."""
    rows = pl.DataFrame(
        {
            "topic": sheet.words["topic"],
            "at": sheet.track.at,
            "horizon": sheet.columns["horizon_s"] * SECOND,
        }
    )
    alone = (
        rows.group_by("topic")
        .agg(
            span=(pl.col("at").max() - pl.col("at").min()) / pl.col("horizon").median() + 1.0,
            moments=pl.col("at").n_unique(),
        )
        .with_columns(outcomes=pl.min_horizontal("span", "moments"))
        .filter(pl.col("outcomes") < FEW)
        .sort("outcomes")
    )
    places = [
        f"{topic}: about {outcomes:.0f}"
        for topic, outcomes in alone.select(pl.col("topic").cast(pl.String), "outcomes").rows()
    ]
    about = About(
        "warning", "few_outcomes", "topic",
        f"fewer than {FEW} outcomes that do not overlap: no skill can be told from luck",
        "collect a longer history",
    )  # fmt: skip
    return told(about, len(places), places)
