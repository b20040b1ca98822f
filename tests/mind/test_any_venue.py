"""A venue that does anything: fills in parts, twice, late or never; refuses, goes silent, fires stops.

Whatever it does, the bot's book of it is what it holds, every position ends up with one stop, exits
never turn a position around, and in the end nothing is held that was not decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec import Struct

from tests.builders.operator import ACTOR
from tests.builders.running import reacted
from tests.builders.soak import rounds
from tests.mind.given import COINS, awake, bar, forecast, hour
from trimtab.domain.commands import Resume, StopTrading
from trimtab.domain.decisions import OrderCancelIntended, OrderIntended
from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import (
    AccountReported,
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    TimePassed,
    VenuePolicy,
)
from trimtab.domain.units import MINUTE, SECOND, Micros, OrderId
from trimtab.mind.at_venue import looked_after
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import decode, encode
from trimtab.trading.records import ACTUAL
from trimtab.trading.venue_book import VenueBook


class AtTheVenue(Struct):
    """An order as the venue has it."""

    order: OrderIntended
    left: Decimal


class AnyVenue(RuleBasedStateMachine):
    """What the venue truly holds is kept here, apart from what the bot is told."""

    @initialize(seed=some.integers(0, 2**32 - 1))
    def begin(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.mind = awake(venue=VenuePolicy(stop=0.1))
        self.hours, self.now, self.trade = 5, hour(5), 0
        self.orders: dict[OrderId, AtTheVenue] = {}
        self.positions = dict.fromkeys(COINS, Decimal(0))
        self.untold: list[OrderFilled] = []
        self.told: list[OrderFilled] = []
        self.asked: set[OrderId] = set()

    # The market

    @rule(values=some.tuples(*[some.sampled_from([None, -0.01, 0.01])] * 3))
    def forecasts_come(self, values: Sequence[float | None]) -> None:
        self._hear(forecast((self.now - hour(0)) / (hour(1) - hour(0)), *values))

    @rule(size=some.floats(0.0, 0.05))
    def an_hour_passes(self, size: float) -> None:
        self.hours += 1
        self.now = hour(self.hours)
        moves = 1.0 + size * self.random.standard_normal(3)
        self._hear(bar(self.hours, *(np.array([100.0, 50.0, 10.0]) * moves).tolist()))

    # The venue

    @rule(place=some.integers(0, 9), parts=some.integers(1, 3), late=some.booleans())
    def an_order_is_filled(self, *, place: int, parts: int, late: bool) -> None:
        one = self._some_order(place)
        if one is None:
            return
        size = one.left if parts == 1 else (one.left / parts).quantize(Decimal("0.0001"))
        if one.order.reduce_only:  # as venues do: never beyond flat
            size = min(size, self._reducible(one.order))
        if not size:
            return
        self._fill(one, size)
        if not late:
            self._tell_fills()

    @rule()
    def fills_are_told_in_another_order(self) -> None:
        self.untold.reverse()
        self._tell_fills()

    @rule()
    def all_fills_are_told_again(self) -> None:
        facts = [self._react(one) for one in self.told]
        assert not any(facts)

    @rule(place=some.integers(0, 9))
    def an_order_is_refused(self, place: int) -> None:
        if (one := self._some_order(place)) and one.left == one.order.size:
            del self.orders[one.order.order]
            order = one.order
            self._hear(OrderRejected(self._later(), order.order, order.coin, "margin", "x"))

    @rule(place=some.integers(0, 9))
    def the_rest_of_an_order_is_cancelled(self, place: int) -> None:
        if one := self._some_order(place):
            self._cancel(one)

    @rule(place=some.integers(0, 9), accepted=some.booleans())
    def an_order_is_heard_of_or_not(self, *, place: int, accepted: bool) -> None:
        if one := self._some_order(place):
            order = one.order
            self._hear(
                OrderAccepted(self._later(), order.order, order.coin)
                if accepted
                else OrderOutcomeUnknown(self._later(), order.order, order.coin, "timeout")
            )

    @rule()
    def the_account_is_reported(self) -> None:
        self._tell_fills()
        self._report()

    @rule(flatten=some.booleans())
    def a_person_stops_and_resumes(self, *, flatten: bool) -> None:
        self._hear(StopTrading(self._later(), ACTOR, "enough", flatten=flatten))
        self._hear(Resume(self._later(), ACTOR, "on"))

    @rule()
    def the_process_dies_and_comes_back(self) -> None:
        before = encode(self.mind)
        self.mind = decode(before, Mind)
        assert encode(self.mind) == before

    # What must always hold

    @invariant()
    def the_book_is_what_was_told(self) -> None:
        for coin in COINS:
            waiting = sum(
                (one.size if one.side == "buy" else -one.size)
                for one in self.untold
                if one.coin == coin
            )
            assert self._book().held(coin) == self.positions[coin] - waiting

    @invariant()
    def an_exit_is_never_larger_than_the_position_and_there_is_one_stop(self) -> None:
        for coin in COINS:
            stops = [
                one
                for one in self._book().of_coin(coin)
                if one.order.purpose == "protect" and one.state != "cancelling"
            ]
            exits = [
                one
                for one in self._book().of_coin(coin)
                if one.order.reduce_only and one.order.purpose != "protect"
            ]
            assert max(len(stops), len(exits)) <= 1
            if stops:
                assert self._book().held(coin)

    def teardown(self) -> None:
        """All is told, cancels are carried out, and time passes: then all is as it should be."""
        if not hasattr(self, "mind"):
            return
        for _ in range(4):
            self._tell_fills()
            for one in list(self.orders.values()):
                self._settle(one)
            self.now = Micros(self.now + MINUTE)
            self._hear(TimePassed(self.now))
        self._report()
        own = self.mind.books.positions[ACTUAL]
        lots = (own["lots"] + own["entry_lots"] + own["exit_lots"]).tolist()
        for coin, lot, unit in zip(COINS, lots, self.mind.teller.units, strict=True):
            held = self._book().held(coin)
            assert held == self.positions[coin]
            assert not held or held * lot > 0
            assert abs(held) * 110 <= abs(lot) * unit * 110 + 1_100
            assert bool(held) == (self._book().stop_of(coin) is not None)
        assert not looked_after(self.mind, self.now)[1]

    # How it is done

    def _settle(self, one: AtTheVenue) -> None:
        known = self._book().working.get(one.order.order)
        if known is None or known.state == "cancelling" or not one.order.reduce_only:
            self._cancel(one)
        elif one.order.purpose != "protect":
            size = min(one.left, self._reducible(one.order))
            if size:
                self._fill(one, size)
            self._cancel(one)
            self._tell_fills()

    def _reducible(self, order: OrderIntended) -> Decimal:
        held = self.positions[order.coin]
        return abs(held) if (held > 0) == (order.side == "sell") else Decimal(0)

    def _fill(self, one: AtTheVenue, size: Decimal) -> None:
        one.left -= size
        order, self.trade = one.order, self.trade + 1
        self.positions[order.coin] += size if order.side == "buy" else -size
        price = order.trigger_price or Decimal(100)
        self.untold.append(
            OrderFilled(
                self._later(), order.order, order.coin, order.side, size, price, Decimal(0),
                remaining=one.left, trade=self.trade,
            )
        )  # fmt: skip
        if not one.left:
            del self.orders[order.order]

    def _cancel(self, one: AtTheVenue) -> None:
        self.orders.pop(one.order.order, None)
        self._tell_fills()
        self._hear(OrderCancelled(self._later(), one.order.order, one.order.coin, "cancelled"))

    def _tell_fills(self) -> None:
        while self.untold:
            one = self.untold.pop(0)
            self.told.append(one)
            self._hear(one)

    def _report(self) -> None:
        facts = self._hear(AccountReported(self._later(), Decimal(3_000), {**self.positions}))
        assert "reconciliation" not in self.mind.safety.breakers.tripped, facts

    def _some_order(self, place: int) -> AtTheVenue | None:
        known = list(self.orders.values())
        return known[place % len(known)] if known else None

    def _later(self) -> Micros:
        self.now = Micros(self.now + SECOND)
        return self.now

    def _hear(self, fact: Outside) -> list[Derived]:
        facts = self._react(fact)
        for one in facts:
            match one:
                case OrderIntended():
                    assert one.order not in self.asked
                    held = self._book().held(one.coin)
                    assert not one.reduce_only or (held > 0) == (one.side == "sell")
                    self.asked.add(one.order)
                    self.orders[one.order] = AtTheVenue(one, one.size)
                case OrderCancelIntended():
                    assert one.order in self.asked
                case OrderFilled() | OrderCancelled():
                    raise AssertionError("only the venue fills and cancels")
                case _:
                    pass
        return facts

    def _react(self, fact: Outside) -> list[Derived]:
        self.mind, facts = reacted(self.mind, fact)
        return facts

    def _book(self) -> VenueBook:
        assert self.mind.venue is not None
        return self.mind.venue


AnyVenue.TestCase.settings = settings(
    max_examples=rounds(25, 1_000), stateful_step_count=rounds(40, 80), deadline=None
)
TestAnyVenue = AnyVenue.TestCase
