"""Books over the same facts: the bot's own, the static twin, and counterfactuals.

In paper and backtest book 0 is the exchange: what the fill model says is what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.configuration import Configuration, Instrument
from trimtab.domain.observations import Bars
from trimtab.domain.reasons import Reason
from trimtab.domain.records import Records, copied
from trimtab.domain.units import DAY, Coin, Micros
from trimtab.trading.books_kernel import run
from trimtab.trading.holding import hold_on
from trimtab.trading.planning import PLANS_A_COIN, plan
from trimtab.trading.policies import Policies
from trimtab.trading.records import (
    ACTUAL,
    BOOK,
    ENDED_A_BAR,
    EVENT,
    EVENTS_A_COIN,
    POSITION,
    TRADE,
    TRIAL,
    TWIN,
)
from trimtab.trading.strategy import Signals

_NO_TRADES: Records = np.zeros(0, TRADE)
_NO_TRADES.flags.writeable = False


class Books(Struct, frozen=True, eq=False):
    """Immutable: every method gives new books, and what was handed out never changes."""

    coins: tuple[Coin, ...]
    lots: NDArray[np.float64]
    """[coin] lot sizes in base units."""
    minimums: NDArray[np.float64]
    """[coin] smallest notional of an order, in USD."""
    policies: Policies
    records: Records
    """[book]"""
    positions: Records
    """[book, coin]"""
    trials: Records
    """[book - 2]: the paired test of each counterfactual."""
    gates: NDArray[np.bool_]
    """[book, topic, coin]: which gates are open."""
    marks: NDArray[np.float64]
    """[coin] last price; 0 before the first."""
    interval: Micros
    closed: Micros
    """Close of the last row."""
    events: Records
    """What just happened in book 0."""
    trades: Records
    """Round trips that the last rows ended, of the actual book and the twin: records.TRADE."""
    day_opened: bool = False
    working: bool = False
    """Whether orders of book 0 wait for the next bar."""
    shares: int = 1
    """Equal parts of the capital: one for each coin of the start, whatever joins or leaves later."""

    @staticmethod
    def of(
        instruments: Sequence[Instrument],
        configurations: Sequence[Configuration],
        interval: Micros,
        closed: Micros,
    ) -> Books:
        """Fresh books: the bot's own and the static twin."""
        coins = tuple(one.coin for one in instruments)
        policies = Policies.of(configurations, coins)
        return Books(
            coins,
            np.array([10.0**-one.size_decimals for one in instruments]),
            np.array([one.minimum_notional for one in instruments]),
            policies,
            _fresh(policies),
            np.zeros((len(configurations), len(coins)), POSITION),
            np.zeros(len(configurations) - 2, TRIAL),
            np.zeros(policies.in_mix.shape, np.bool_),
            np.zeros(len(coins)),
            interval,
            closed,
            np.zeros(0, EVENT),
            np.zeros(0, TRADE),
            shares=max(1, len(coins)),
        )

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Books, int]:
        """Consume rows until book 0 has news, a trial is decided, or a UTC day opened."""
        clock = (int(self.closed), int(self.interval), int(DAY))
        records, positions = copied(self.records, BOOK), copied(self.positions, POSITION)
        trials, marks = copied(self.trials, TRIAL), self.marks.copy()
        events = np.empty(EVENTS_A_COIN * len(self.coins), EVENT)
        trades = np.empty((limit - start) * ENDED_A_BAR * len(self.coins), TRADE)
        ended = np.zeros(1, np.int64)
        stop, news, day_opened, working = run(
            (records, positions, trials, marks, events, trades, ended),
            self.policies.records,
            self.lots,
            bars,
            (start, limit),
            clock,
        )
        moved = replace(
            self,
            records=records,
            positions=positions,
            trials=trials,
            marks=marks,
            closed=Micros(self.closed + (stop - start) * self.interval),
            events=events[:news],
            trades=copied(trades[: ended[0]], TRADE) if ended[0] else _NO_TRADES,
            day_opened=day_opened,
            working=bool(working),
        )
        return moved, stop

    def planned(
        self, signals: Signals, sigmas: NDArray[np.float64], now: Micros, *, paused: bool
    ) -> tuple[Books, NDArray[np.int64]]:
        """Working orders for what the strategy wants; book 0's reasons [topic, coin]."""
        policies = self.policies
        positions, gates = copied(self.positions, POSITION), self.gates.copy()
        events = np.zeros(PLANS_A_COIN * len(self.coins), EVENT)
        held_on = np.full(len(self.coins), -1)
        holds = 0
        if policies.records["holds_on"].any():
            holds = hold_on(
                (self.records, positions, events),
                (policies.records, policies.in_mix),
                signals,
                (int(now), int(self.interval)),
                paused,
                held_on,
            )
        reasons = np.full(signals.returns.shape, int(Reason.NO_FORECAST), np.int64)
        news = plan(
            (self.records, positions, gates, self.marks, events[holds:], reasons),
            (
                policies.records,
                policies.in_mix,
                policies.thresholds,
                policies.leverages,
                policies.guards,
                policies.stops,
            ),
            (self.lots, self.minimums, self.shares, int(self.interval)),
            signals,
            sigmas,
            int(now),
            paused,
        )
        events = events[: holds + news]
        for coin, topic in enumerate(held_on.tolist()):
            if topic >= 0:
                reasons[topic, coin] = Reason.HELD_ON
        own = positions[ACTUAL]  # who holds on has an order less
        working = bool(own["entry_lots"].any() or own["exit_lots"].any())
        moved = replace(self, positions=positions, gates=gates, events=events, working=working)
        return moved, reasons

    def funded(self, rates: NDArray[np.float64]) -> Books:
        """Every book pays `rates` [coin] of its notional at the last mark; shorts receive."""
        records, positions = self.records.copy(), self.positions.copy()
        paid = positions["lots"] * self.lots * self.marks * rates
        positions["flow"] -= paid
        records["cash"] -= paid.sum(axis=1)
        records["funding"] += paid.sum(axis=1)
        return replace(self, records=records, positions=positions)

    def governed(self, configurations: Sequence[Configuration]) -> Books:
        """The same books under other configurations (one a book)."""
        return replace(self, policies=Policies.of(configurations, self.coins))

    def forked(self, capital: float, enough: float) -> Books:
        """One more book: a copy of the actual one, and a trial of the two. Govern it next."""
        trials = np.zeros(len(self.trials) + 1, TRIAL)
        trials[:-1] = self.trials
        trials[-1]["capital"], trials[-1]["enough"] = capital, enough
        return self._of_books([*range(len(self.records)), ACTUAL], trials)

    def rebased(self) -> Books:
        """Every counterfactual starts from the actual book again; trials skip the next bar."""
        records, positions, gates = self.records.copy(), self.positions.copy(), self.gates.copy()
        trials = self.trials.copy()
        records[TWIN + 1 :] = records[ACTUAL]
        positions[TWIN + 1 :] = positions[ACTUAL]
        gates[TWIN + 1 :] = gates[ACTUAL]
        trials["rebased"] = True
        return replace(self, records=records, positions=positions, gates=gates, trials=trials)

    def without(self, book: int) -> Books:
        """The books but one counterfactual, whose contract has ended."""
        staying = [place for place in range(len(self.records)) if place != book]
        trials = self.trials[[place - TWIN - 1 for place in staying if place > TWIN]]
        return self._of_books(staying, trials)

    def _of_books(self, places: list[int], trials: Records) -> Books:
        """Taken one by one: to concatenate records, numpy compares their layouts field by field."""
        return replace(
            self,
            records=self.records[places],
            positions=self.positions[places],
            gates=self.gates[places],
            trials=trials,
        )

    def resumed(self) -> Books:
        """Drawdown is measured from here on, and the actual book trades again."""
        records = self.records.copy()
        records["halted"][ACTUAL] = False
        records["peak"][ACTUAL] = records["equity"][ACTUAL]
        records["behind"][ACTUAL] = 0.0
        records["floor"][ACTUAL] = -np.inf
        return replace(self, records=records)

    @property
    def news(self) -> bool:
        """Whether anything just happened in book 0."""
        return len(self.events) > 0

    def happened(self) -> list[tuple[Any, ...]]:
        """What just happened in book 0, as rows of `records.EVENT`."""
        rows: list[tuple[Any, ...]] = self.events.tolist()
        return rows


def _fresh(policies: Policies) -> Records:
    records = np.zeros(len(policies.records), BOOK)
    for name in ("cash", "equity", "peak", "opening", "before"):
        records[name] = policies.records["capital"]
    records["floor"] = -np.inf
    return records
