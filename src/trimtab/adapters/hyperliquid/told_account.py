"""The account as far as fills and payments were told as facts, and these have reached the journal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from threading import Lock

from trimtab.adapters.hyperliquid.account import Account
from trimtab.domain.facts import Fact
from trimtab.domain.observations import AccountReported, FundsTransferred, OrderFilled
from trimtab.domain.units import Coin, Micros

NOTHING = Decimal(0)


class ToldAccount:
    """The venue's account of a moment, and the fills since. Safe between threads.

    A position that is reported before its fill was folded would look like a stranger's, and equity
    before a withdrawal was would look like a loss. So both are told first, and what is on its way to
    the journal is left out.
    """

    def __init__(self) -> None:
        self._known = False
        self._equity = NOTHING
        self._positions: dict[Coin, Decimal] = {}
        self._recent: dict[int, OrderFilled] = {}
        """By the venue's number: those that the venue's account may lack."""
        self._fills: dict[int, OrderFilled] = {}
        """On their way."""
        self._moved: list[FundsTransferred] = []
        """On their way."""
        self._lock = Lock()

    def filled(self, fill: OrderFilled) -> None:
        """It is put, and is not in the journal yet."""
        with self._lock:
            self._positions[fill.coin] = self._positions.get(fill.coin, NOTHING) + _signed(fill)
            self._recent[fill.trade] = self._fills[fill.trade] = fill

    def moved(self, transfer: FundsTransferred) -> None:
        """It is put, and is not in the journal yet."""
        with self._lock:
            self._moved.append(transfer)

    def heard(self, facts: Iterable[Fact]) -> None:
        """They are in the journal."""
        with self._lock:
            for fact in facts:
                if isinstance(fact, OrderFilled):
                    self._fills.pop(fact.trade, None)
                elif isinstance(fact, FundsTransferred) and fact in self._moved:
                    self._moved.remove(fact)

    def adopt(self, account: Account, moment: Micros) -> None:
        """What the venue has as of a moment, up to which all fills and transfers were told."""
        with self._lock:
            self._known = True
            self._equity = account.equity
            self._positions = {one.coin: one.size for one in account.positions}
            self._recent = {trade: fill for trade, fill in self._recent.items() if fill.at > moment}
            for fill in self._recent.values():
                self._positions[fill.coin] = self._positions.get(fill.coin, NOTHING) + _signed(fill)

    def lost(self) -> None:
        """The venue cannot be heard: nobody knows what it holds now."""
        with self._lock:
            self._known = False

    def report(self, at: Micros) -> AccountReported | None:
        """As far as the journal knows of fills and transfers; None: not known at present."""
        with self._lock:
            if not self._known:
                return None
            positions = dict(self._positions)
            for fill in self._fills.values():
                positions[fill.coin] = positions.get(fill.coin, NOTHING) - _signed(fill)
            equity = self._equity - sum((one.amount for one in self._moved), NOTHING)
            return AccountReported(at, equity, positions)


def _signed(fill: OrderFilled) -> Decimal:
    return fill.size if fill.side == "buy" else -fill.size
