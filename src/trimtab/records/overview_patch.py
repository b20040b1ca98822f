"""What to tell a page that knows an earlier overview: the sections that changed, no more.

The counterpart in the browser puts a patch onto what it knows: `rows` grow by what is new, keyed
tables take over the named keys, everything else is replaced. Applying `patch(before, after)` to
`before` gives `after`, whatever lies between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

from msgspec import UNSET, Struct, UnsetType

from trimtab.domain.market_context import MarketContext
from trimtab.domain.units import Coin, Micros
from trimtab.records.overview import Overview
from trimtab.records.overview_accuracy import Accuracy, Verdicts
from trimtab.records.overview_books import Account, Books, Equity, EquityPoint
from trimtab.records.overview_bot import Bot
from trimtab.records.overview_in_force import InForce
from trimtab.records.overview_log import Entry, Log
from trimtab.records.overview_market import Band, Bands, Candle, Candles
from trimtab.records.overview_positions import Orders, Positions
from trimtab.records.overview_success import Success
from trimtab.trading.performance_monitor import PerformanceMonitor

PatchType = Literal[
    "engine_started",
    "bars_closed",
    "funding_paid",
    "feed_lost",
    "feed_restored",
    "order_intended",
    "order_filled",
    "order_rejected",
    "order_cancelled",
    "pause",
    "resume",
    "stop_trading",
    "market_regime_change",
    "market_context_update",
    "adaptation_applied",
    "adaptation_refused",
    "adaptation_judged",
    "adaptation_rolled_back",
    "adaptation_failed",
    "crypto_mix_changed",
    "risk_adjustment",
    "safety_paused",
    "safety_resumed",
    "stage_changed",
    "forecasts_weighed",
    "predictions_settled",
    "books_marked",
]
"""Tags of the facts that a page is told of."""


class Patch(Struct, frozen=True, omit_defaults=True):
    """The change from one overview to a later one. A section that is not named did not change."""

    type: PatchType
    """Tag of the last fact in it."""
    seq: int
    after: int
    """The seq that the receiver must know already."""
    at: Micros
    bot: Bot | UnsetType | None = UNSET
    context: MarketContext | UnsetType | None = UNSET
    feeds_lost: dict[str, str] | UnsetType = UNSET
    in_force: InForce | UnsetType | None = UNSET
    success: Success | UnsetType = UNSET
    orders: Orders | UnsetType = UNSET
    positions: Positions | UnsetType = UNSET
    account: Account | UnsetType | None = UNSET
    books: Books | UnsetType = UNSET
    accuracy: Accuracy | UnsetType = UNSET
    verdicts: Verdicts | UnsetType = UNSET
    candles: Candles | UnsetType = UNSET
    bands: Bands | UnsetType = UNSET
    log: Log | UnsetType = UNSET
    refusals: Log | UnsetType = UNSET
    equity: Equity | UnsetType = UNSET
    performance: PerformanceMonitor | UnsetType = UNSET


def patch(tag: PatchType, before: Overview, after: Overview) -> Patch:
    """What changed from `before` to `after`."""
    return Patch(
        type=tag,
        seq=after.seq,
        after=before.seq,
        at=after.at,
        bot=_replaced(before.bot, after.bot),
        context=_replaced(before.context, after.context),
        feeds_lost=_replaced(before.feeds_lost, after.feeds_lost),
        in_force=_replaced(before.in_force, after.in_force),
        success=_replaced(before.success, after.success),
        orders=_replaced(before.orders, after.orders),
        positions=_replaced(before.positions, after.positions),
        account=_replaced(before.account, after.account),
        books=_replaced(before.books, after.books),
        accuracy=_keys(before.accuracy, after.accuracy),
        verdicts=_keys(before.verdicts, after.verdicts),
        candles=_candles(before.candles, after.candles),
        bands=_rows(before.bands, after.bands),
        log=_rows(before.log, after.log),
        refusals=_rows(before.refusals, after.refusals),
        equity=_rows(before.equity, after.equity),
        performance=_replaced(before.performance, after.performance),
    )


Key = TypeVar("Key")
Section = TypeVar("Section")
Row = TypeVar("Row", Candle, Band, Entry, EquityPoint)


def _replaced(before: Section, after: Section) -> Section | UnsetType:
    return UNSET if after is before else after


def _keys(before: dict[Key, Section], after: dict[Key, Section]) -> dict[Key, Section] | UnsetType:
    if after is before:
        return UNSET
    return {key: value for key, value in after.items() if before.get(key) is not value}


def _rows(before: Sequence[Row], after: tuple[Row, ...]) -> tuple[Row, ...] | UnsetType:
    """Rows that are new or were rewritten."""
    if after is before:
        return UNSET
    known = {id(row) for row in before}
    return tuple(row for row in after if id(row) not in known)


def _candles(before: Candles, after: Candles) -> Candles | UnsetType:
    if after is before:
        return UNSET
    grown: dict[Coin, tuple[Candle, ...]] = {}
    for coin, rows in after.items():
        known = before.get(coin, ())
        if rows is not known:
            last = known[-1].time if known else -1
            grown[coin] = tuple(row for row in rows if row.time > last)
    return grown
