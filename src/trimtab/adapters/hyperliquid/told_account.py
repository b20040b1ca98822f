"""The account as far as fills were told as facts, and these have reached the journal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from threading import Lock

from trimtab.adapters.hyperliquid.account import Account
from trimtab.domain.observations import AccountReported, OrderFilled
from trimtab.domain.units import Coin, Micros

NOTHING = Decimal(0)


class ToldAccount:
    """The venue's positions of a moment, and the fills since. Safe between threads.

    A position that the venue reports before its fill was told would look like a stranger's. So fills
    are told first, and what is on its way to the journal is not counted.
    """

    def __init__(self) -> None:
        self._equity = NOTHING
        self._positions: dict[Coin, Decimal] = {}
        self._recent: dict[int, OrderFilled] = {}
        """By the venue's number: those that a report may lack."""
        self._on_their_way: dict[int, OrderFilled] = {}
        self._lock = Lock()

    def told(self, fill: OrderFilled) -> None:
        """It was put, and is not in the journal yet."""
        with self._lock:
            self._add(fill, 1)
            self._recent[fill.trade] = fill
            self._on_their_way[fill.trade] = fill

    def heard(self, fills: Iterable[OrderFilled]) -> None:
        """They are in the journal."""
        with self._lock:
            for fill in fills:
                self._on_their_way.pop(fill.trade, None)

    def adopt(self, account: Account, moment: Micros) -> AccountReported:
        """What the venue reported as of a moment, up to which all fills were told."""
        with self._lock:
            self._equity = account.equity
            self._positions = {one.coin: one.size for one in account.positions}
            self._recent = {trade: fill for trade, fill in self._recent.items() if fill.at > moment}
            for fill in self._recent.values():
                self._add(fill, 1)
            return AccountReported(moment, self._equity, dict(self._positions))

    def report(self, at: Micros) -> AccountReported:
        """As far as the journal knows of fills."""
        with self._lock:
            positions = dict(self._positions)
            for fill in self._on_their_way.values():
                positions[fill.coin] = positions.get(fill.coin, NOTHING) - _signed(fill)
            return AccountReported(at, self._equity, positions)

    def _add(self, fill: OrderFilled, times: int) -> None:
        before = self._positions.get(fill.coin, NOTHING)
        self._positions[fill.coin] = before + times * _signed(fill)


def _signed(fill: OrderFilled) -> Decimal:
    return fill.size if fill.side == "buy" else -fill.size
