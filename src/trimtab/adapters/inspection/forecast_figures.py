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
    return joined(look(sheet) for look in _LOOKS)


def of_kind(sheet: Sheet, kind: str) -> Flags:
    """By row: is the forecast of this kind?"""
    same: Flags = (sheet.words["kind"] == kind).to_numpy()
    return same


def _ahead(sheet: Sheet) -> Found:
    if sheet.data_until is None:
        return Found()
    late = sheet.data_until > sheet.track.at
    return at_rows(_AHEAD, sheet.track, late, sheet.data_until)


_AHEAD = About(
    "error", "looks_ahead", "data_until", "is later than issued_at: the forecast knew the future",
    "issue it when its last bar has closed",
)  # fmt: skip


def _several(sheet: Sheet) -> Found:
    columns = {name: sheet.words[name].cast(pl.String) for name in ("topic", "kind")}
    entries = pl.DataFrame({**columns, "horizon": sheet.columns["horizon_s"]}).unique()["topic"]
    twice = sorted(set(entries.filter(entries.is_duplicated()).to_list()))
    return told(_SEVERAL, len(twice), twice)


_SEVERAL = About(
    "error", "topic", "topic", "has several kinds or horizons", "give each a topic of its own"
)


def _kinds(sheet: Sheet) -> Found:
    unknown = sorted(set(sheet.words["kind"].unique().cast(pl.String).to_list()) - set(KINDS))
    return told(_STRANGE, len(unknown), unknown, "".join(unknown[:1]))


_STRANGE = About("error", "kind", "kind", f"is none of {', '.join(KINDS)}", "use one of them")


def _horizons(sheet: Sheet) -> Found:
    horizon = sheet.columns["horizon_s"]
    wrong = ~((horizon > 0.0) & (horizon < np.inf) & (horizon == np.rint(horizon)))
    return at_rows(_HORIZON, sheet.track, wrong, horizon)


_HORIZON = About(
    "error", "horizon", "horizon_s", "is no whole number of seconds above 0", "correct it"
)


def _values(sheet: Sheet) -> Found:
    value = sheet.columns["value"]
    bad = ~np.isfinite(value) | (of_kind(sheet, "price") & (value <= 0.0))
    return at_rows(_FIGURE, sheet.track, bad, value)


_FIGURE = About(
    "error", "figure", "value", "is no finite number, or a price not above 0",
    "correct or remove the forecast",
)  # fmt: skip


def _prices(sheet: Sheet) -> Found:
    """Prices among returns."""
    value, returns = sheet.columns["value"], of_kind(sheet, "log_return")
    large = returns & (np.abs(value) > LARGEST_RETURN)
    mostly = _mostly(sheet, returns, large, 0.5)
    found = at_rows(_IS_PRICE, sheet.track, large & mostly, value)
    return joined((found, at_rows(_LARGE, sheet.track, large & ~mostly, value)))


def _returns(sheet: Sheet) -> Found:
    """Returns among prices."""
    value, prices = sheet.columns["value"], of_kind(sheet, "price")
    below = prices & (value <= 0.0)
    return at_rows(_IS_RETURN, sheet.track, below & _mostly(sheet, prices, below, 0.05), value)


def _mostly(sheet: Sheet, of: Flags, holds: Flags, share: float) -> Flags:
    """By row: does it hold for that share of the topic's rows?"""
    topic = sheet.words["topic"].to_physical().to_numpy()
    rows = np.maximum(np.bincount(topic, of), 1.0)
    some: Flags = (np.bincount(topic, holds) > share * rows)[topic]
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
    alone = _outcomes(sheet).filter(pl.col("outcomes") < FEW).sort("outcomes")
    places = [f"{topic}: about {outcomes:.0f}" for topic, outcomes in alone.rows()]
    return told(_FEW, len(places), places)


_FEW = About(
    "warning", "few_outcomes", "topic",
    f"fewer than {FEW} outcomes that do not overlap: no skill can be told from luck",
    "collect a longer history",
)  # fmt: skip


def _outcomes(sheet: Sheet) -> pl.DataFrame:
    """By topic: as many as do not overlap."""
    columns = {
        "topic": sheet.words["topic"],
        "at": sheet.track.at,
        "for": sheet.columns["horizon_s"],
    }
    span = (pl.col("at").max() - pl.col("at").min()) / (pl.col("for").median() * SECOND) + 1.0
    outcomes = pl.min_horizontal(span, pl.col("at").n_unique())
    found = pl.DataFrame(columns).group_by("topic").agg(outcomes=outcomes)
    return found.with_columns(pl.col("topic").cast(pl.String))


_LOOKS = (
    _ahead, _several, _kinds, _horizons, _values, _prices, _returns, _intervals, _few,
)  # fmt: skip
