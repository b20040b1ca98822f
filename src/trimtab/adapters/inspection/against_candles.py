"""Forecasts held against what came: do the files fit, how often right, and who knew too much?"""

from __future__ import annotations

import numpy as np
import polars as pl
from msgspec import Struct

from trimtab.adapters.inspection.finding import About, Found, joined, told
from trimtab.adapters.inspection.grid import Cells, Flags, cells, is_partial, topics_on_grid
from trimtab.adapters.inspection.opening import Sheet
from trimtab.adapters.inspection.shifts import shifted_prices
from trimtab.adapters.inspection.skill import Skill, known_beforehand, skills_of, too_good
from trimtab.adapters.parquet.candles import Candles
from trimtab.adapters.parquet.errors import moment
from trimtab.domain.observations import CLOSE


class Comparison(Struct, frozen=True):
    """What the candles say of the forecasts."""

    found: Found
    skills: tuple[Skill, ...]


def compare(sheet: Sheet, candles: Candles, *, synthetic: bool) -> Comparison:
    """Overlap, hit rates, and hints that the future was known."""
    places = cells(sheet, candles)
    found = [_overlap(sheet, candles, places), _partial(sheet, candles)]
    price = np.log(candles.bars[:, CLOSE])
    topics = list(topics_on_grid(sheet, candles, places))
    skills = [skills_of(topic, price, candles) for topic in topics]
    found += [shifted_prices(topic, price) for topic in topics]
    if not synthetic:
        found += [too_good(skills), *map(known_beforehand, skills)]
    return Comparison(joined(found), tuple(one for part in skills for one in part))


def _overlap(sheet: Sheet, candles: Candles, places: Cells) -> Found:
    if not places.inside.any():
        return joined((_strangers(sheet, places), told(_NONE, 1, _span(candles))))
    early_or_late = _outside(sheet, candles)
    between = int(((places.row < 0) & ~early_or_late).sum())
    outside = told(_OUTSIDE, int(early_or_late.sum()), _span(candles))
    return joined((_strangers(sheet, places), outside, told(_BETWEEN, between, _span(candles))))


def _strangers(sheet: Sheet, places: Cells) -> Found:
    found = _names(sheet, "symbol", places.coin < 0)
    return told(_STRANGERS, len(found), found)


def _names(sheet: Sheet, column: str, rows: Flags) -> list[str]:
    """The different words in those rows."""
    return sorted(set(sheet.words[column].filter(pl.Series(rows)).cast(pl.String).to_list()))


def _outside(sheet: Sheet, candles: Candles) -> Flags:
    at, closes = sheet.track.at, candles.closes_at
    beyond: Flags = (at < int(closes[0])) | (at > int(closes[-1]))
    return beyond


def _span(candles: Candles) -> list[str]:
    first, last = (moment(int(candles.closes_at[end])) for end in (0, -1))
    return [f"the candles: {first} to {last}"]


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
    names = _names(sheet, "topic", is_partial(sheet, candles))
    return told(_PARTIAL, len(names), names)


_PARTIAL = About(
    "error", "horizon", "horizon_s", "is no multiple of the candles' bar",
    "give candles of shorter bars, or another horizon",
)  # fmt: skip
