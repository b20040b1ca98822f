"""The read model of the Overview page: a pure, bounded fold of the journal.

Folding the journal's facts in order gives what the page shows at any seq; live, the same fold
runs on the facts as they become durable. Sections that a fact does not touch stay the same
objects, by which `overview_patch` finds out what to tell.
"""

from __future__ import annotations

from msgspec import Struct, field

from trimtab.domain.decisions import MarketContextUpdate
from trimtab.domain.facts import Fact
from trimtab.domain.market_context import MarketContext
from trimtab.domain.observations import FeedLost, FeedRestored
from trimtab.domain.units import Micros
from trimtab.records.overview_accuracy import Accuracy, Verdicts, see_accuracy, see_verdicts
from trimtab.records.overview_books import (
    Account,
    Books,
    Equity,
    see_account,
    see_books,
    see_equity,
)
from trimtab.records.overview_bot import Bot, see_bot
from trimtab.records.overview_in_force import InForce, see_in_force
from trimtab.records.overview_log import Log, see_log, see_refusals
from trimtab.records.overview_market import Bands, Candles, see_bands, see_candles
from trimtab.records.overview_positions import Orders, Positions, see_orders, see_positions
from trimtab.records.overview_success import Success, see_success
from trimtab.trading.performance_monitor import PerformanceMonitor


class Overview(Struct, frozen=True):
    """Everything that the Overview page shows, as of `seq`."""

    seq: int = 0
    at: Micros = Micros(0)
    """The world's time: `at` of the last fact."""
    bot: Bot | None = None
    context: MarketContext | None = None
    feeds_lost: dict[str, str] = {}
    """Silent feeds and why."""
    in_force: InForce | None = None
    success: Success = Success()
    candles: Candles = {}
    bands: Bands = ()
    log: Log = ()
    refusals: Log = ()
    accuracy: Accuracy = {}
    verdicts: Verdicts = {}
    orders: Orders = {}
    positions: Positions = {}
    account: Account | None = None
    books: Books = {}
    equity: Equity = ()
    performance: PerformanceMonitor = field(default_factory=PerformanceMonitor)


START = Overview()


def see(overview: Overview, seq: int, fact: Fact) -> Overview:
    """The overview after one more fact. Pure; `seq` is the fact's place in the journal."""
    context = fact.context if isinstance(fact, MarketContextUpdate) else overview.context
    positions = see_positions(overview.positions, overview.orders, fact)
    return Overview(
        seq=seq,
        at=max(overview.at, fact.at),
        bot=see_bot(overview.bot, fact),
        context=context,
        feeds_lost=_feeds(overview.feeds_lost, fact),
        in_force=see_in_force(overview.in_force, fact),
        success=see_success(overview.success, fact),
        candles=see_candles(overview.candles, fact),
        bands=see_bands(overview.bands, context, fact),
        log=see_log(overview.log, seq, fact),
        refusals=see_refusals(overview.refusals, seq, fact),
        accuracy=see_accuracy(overview.accuracy, context, fact),
        verdicts=see_verdicts(overview.verdicts, fact),
        orders=see_orders(overview.orders, fact),
        positions=positions,
        account=see_account(overview.account, positions, fact),
        books=see_books(overview.books, fact),
        equity=see_equity(overview.equity, fact),
        performance=overview.performance.after(fact),
    )


def _feeds(lost: dict[str, str], fact: Fact) -> dict[str, str]:
    match fact:
        case FeedLost():
            return {**lost, fact.feed: fact.reason}
        case FeedRestored():
            return {feed: reason for feed, reason in lost.items() if feed != fact.feed}
        case _:
            return lost
