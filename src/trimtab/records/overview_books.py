"""Money: the account between two marks, and every book at each mark."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.decisions import BooksMarked
from trimtab.domain.facts import Fact
from trimtab.domain.observations import BarsClosed, EngineStarted, FundingPaid, OrderFilled
from trimtab.domain.units import SECOND, Micros
from trimtab.records.overview_positions import Positions
from trimtab.trading.rolling_windows import OWN, TWIN

EQUITY = 1500
"""Marks kept: four years of days."""


class Account(Struct, frozen=True):
    """The bot's own book. Exact at every mark, carried on by fills, funding and closes between."""

    cash: float
    """Equity less the value of the positions."""
    equity: float
    marked: float
    """Equity at the last mark, the open of the UTC day."""
    peak: float

    def today(self) -> float:
        """Gain since the last mark."""
        return self.equity - self.marked


class Book(Struct, frozen=True):
    """One book's sums since it began."""

    equity: float
    trades: int
    wins: int
    net_bp: float
    fees: float
    funding: float
    turnover: float


class EquityPoint(NamedTuple):
    """Both books at one mark; `time` in seconds (UTC)."""

    time: int
    adapted: float
    static: float


Books = dict[str, Book]
Equity = tuple[EquityPoint, ...]


def see_account(account: Account | None, positions: Positions, fact: Fact) -> Account | None:
    """The account after a fact; `positions` as they are after it."""
    if isinstance(fact, EngineStarted):
        capital = fact.configuration.capital
        return account or Account(capital, capital, capital, capital)
    return account and _moved(account, positions, fact)


def _moved(account: Account, positions: Positions, fact: Fact) -> Account:
    match fact:
        case OrderFilled():
            return _valued(account, account.cash - _paid(fact), positions)
        case FundingPaid():
            return _valued(account, account.cash - _funding(positions, fact), positions)
        case BarsClosed() if positions:
            return _valued(account, account.cash, positions)
        case BooksMarked() if OWN in fact.books:
            return _remarked(account, fact.equity[fact.books.index(OWN)], positions)
        case _:
            return account


def _paid(fact: OrderFilled) -> float:
    notional = float(fact.size * fact.price)
    return float(fact.fee) + (notional if fact.side == "buy" else -notional)


def _funding(positions: Positions, fact: FundingPaid) -> float:
    rates = zip(fact.coins, fact.rates, strict=True)
    return sum(positions[coin].value() * rate for coin, rate in rates if coin in positions)


def _valued(account: Account, cash: float, positions: Positions) -> Account:
    equity = cash + sum(each.value() for each in positions.values())
    return replace(account, cash=cash, equity=equity, peak=max(account.peak, equity))


def _remarked(account: Account, equity: float, positions: Positions) -> Account:
    cash = equity - sum(each.value() for each in positions.values())
    return Account(cash, equity, equity, max(account.peak, equity))


def see_books(books: Books, fact: Fact) -> Books:
    """Every book after a fact."""
    if not isinstance(fact, BooksMarked):
        return books
    columns = (
        fact.equity, fact.trades, fact.wins, fact.net_bp, fact.fees, fact.funding, fact.turnover,
    )  # fmt: skip
    return dict(zip(fact.books, map(Book, *columns), strict=True))


def see_equity(equity: Equity, fact: Fact) -> Equity:
    """The two equity lines after a fact."""
    if not isinstance(fact, BooksMarked) or not {OWN, TWIN} <= {*fact.books}:
        return equity
    return (*equity, _point(fact.at, fact))[-EQUITY:]


def _point(at: Micros, fact: BooksMarked) -> EquityPoint:
    own, twin = (fact.equity[fact.books.index(name)] for name in (OWN, TWIN))
    return EquityPoint(at // SECOND, own, twin)
