"""Any commands, market events and faults in any order: what must always hold does.

Pause beats everything, a coin leaves only when its book is flat, exposure is never intended beyond
its limit nor filled beyond what was intended, every adaptation ends in exactly one way, and the
static twin never hears of any of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from tests.builders.market import started
from tests.builders.operator import ACTOR, DOGE, listed
from tests.builders.running import of_kind
from tests.builders.soak import rounds
from trimtab.domain.commands import (
    AddCrypto,
    EndOverride,
    InjectEvent,
    OverrideAdaptation,
    OverrideContext,
    OverrideCrypto,
    OverrideRisk,
    Pause,
    RemoveCrypto,
    Resume,
    RollBack,
    SetStage,
    StopTrading,
)
from trimtab.domain.configuration import (
    Configuration,
    Costs,
    Exits,
    HardLimits,
    Instrument,
    RiskLimits,
    Topic,
)
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationFailed,
    AdaptationJudged,
    AdaptationRolledBack,
    CryptoStateChanged,
    OrderIntended,
    OverrideBegan,
    OverrideEnded,
)
from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import (
    AccountReported,
    BarsClosed,
    CoinUnavailable,
    FeedLost,
    FeedRestored,
    FundingPaid,
    OrderCancelled,
    OrderFilled,
    OrderRejected,
    PredictionsIssued,
    TimePassed,
)
from trimtab.domain.units import HOUR, MARKET, AdaptationId, Bp, Coin, Leverage, Micros, TopicName
from trimtab.mind.mind import Mind
from trimtab.mind.react import react
from trimtab.mind.simulating import EVENTS
from trimtab.records.snapshot import decode, encode
from trimtab.trading.exposure import exposures
from trimtab.trading.records import ACTUAL, TWIN

START = Micros(1_704_067_200_000_000)
OWN = (Coin("BTC"), Coin("ETH"), Coin("SOL"))
NEWCOMERS = (DOGE, Coin("PEPE"))
ALL = (*OWN, *NEWCOMERS)
QUICK, SLOW = TopicName("quick-2h"), TopicName("slow-8h")
MOST = 1.6
WRITTEN = Configuration(
    topics=(
        Topic(QUICK, "log_return", Micros(2 * HOUR)),
        Topic(SLOW, "log_return", Micros(8 * HOUR)),
    ),
    mix={QUICK: OWN, SLOW: OWN},
    risk=RiskLimits(Leverage(2.0), maximum_drawdown=0.2),
    gate=None,
    exits=Exits(stop_loss=0.05, take_profit=0.05),
    costs=Costs(impact=Bp(20.0)),
    capital=30_000.0,
    limits=HardLimits(
        exposure=MOST, leverage=Leverage(4.0), daily_loss=0.08, weekly_loss=0.15,
        orders_an_hour=4, silence=Micros(6 * HOUR), clock_error=Micros(HOUR),
    ),
)  # fmt: skip
FIRST = replace(
    started(START, WRITTEN, mode="paper", traded=tuple(Instrument(coin, 2) for coin in OWN)),
    stage="full",
)
COINS = some.sampled_from(ALL)
HOURS = some.integers(1, 30)
MOVE = some.floats(-0.04, 0.04)


class Operating(RuleBasedStateMachine):
    """A bot, an operator who tries everything, and a world in which things break."""

    @initialize(seed=some.integers(0, 2**32 - 1))
    def begin(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.mind = Mind.of(FIRST)
        self.untouched = Mind.of(FIRST)
        self.prices = dict(zip(ALL, (100.0, 50.0, 10.0, 20.0, 1.0), strict=True))
        self.now = START
        self.told: list[Derived] = []
        self.overrides: list[OverrideBegan] = []
        self.marks: dict[Coin, float] = {}
        self.most = 0.0
        for _ in range(4):
            self._hour(0.01)

    # The world

    @rule(size=some.floats(0.0, 0.06), rows=some.integers(1, 8))
    def hours_pass(self, size: float, rows: int) -> None:
        for _ in range(rows):
            self._hour(size)

    @rule(direction=some.sampled_from([-1.0, 1.0]), topics=some.sampled_from([(QUICK,), (SLOW,)]))
    def forecasts_come(self, direction: float, topics: tuple[TopicName, ...]) -> None:
        self._forecast(topics, direction)

    @rule(rate=some.floats(-1e-3, 1e-3))
    def funding_is_paid(self, rate: float) -> None:
        self._world(FundingPaid(self.now, OWN, (rate,) * len(OWN)))

    @rule(feed=some.sampled_from(["bars", "forecasts"]), lost=some.booleans())
    def a_feed_breaks_or_is_mended(self, *, feed: str, lost: bool) -> None:
        self._hear(FeedLost(self.now, feed, "x") if lost else FeedRestored(self.now, feed))

    @rule(quarters=some.sampled_from([0, 0, 0, 1, 2, 3, 30, -30]))
    def only_time_passes(self, quarters: int) -> None:
        self._hear(TimePassed(Micros(self.now + quarters * HOUR // 4)))

    @rule(place=some.integers(0, 4))
    def an_entry_does_not_leave(self, place: int) -> None:
        own = self.mind.books.positions[ACTUAL]
        entries = sorted(self.mind.teller.entries(own))
        if entries:
            order = entries[place % len(entries)]
            *_, intended = (o for o in of_kind(self.told, OrderIntended) if o.order == order)
            facts = self._hear(OrderRejected(self.now, order, intended.coin, "paused", "x"))
            assert [one.order for one in of_kind(facts, OrderCancelled)] == [order]
            assert order not in self.mind.teller.entries(self.mind.books.positions[ACTUAL])
            # an order's id is of its moment: the next one of the coin comes later
            self.now = Micros(self.now + 1)
            self._hear(TimePassed(self.now))

    @rule(more=some.sampled_from([0, 0, 1]))
    def the_account_is_reported(self, more: int) -> None:
        lots, units = self.mind.books.positions[ACTUAL]["lots"].tolist(), self.mind.teller.units
        held = [lot * unit + more for lot, unit in zip(lots, units, strict=True)]
        account = AccountReported(
            self.now, Decimal(1), dict(zip(self.mind.coins, held, strict=True))
        )
        self._hear(account)
        working = self.mind.books.working
        tripped = "reconciliation" in self.mind.safety.breakers.tripped
        assert tripped or not more or working

    @rule(hours=some.integers(2, 12), size=some.floats(0.0, 0.03))
    def a_lively_stretch(self, hours: int, size: float) -> None:
        """The operator sees to it that all works, and forecasts come by the hour."""
        for feed in ("bars", "forecasts"):
            self._hear(FeedRestored(self.now, feed))
        self._hear(TimePassed(self.now))
        self._hear(Resume(self.now, ACTOR, "all is well"))
        for _ in range(hours):
            self._forecast((QUICK, SLOW), float(self.random.choice([-1.0, 1.0])))
            self._hour(size)
            self._hear(TimePassed(self.now))

    @rule(hours=some.integers(2, 12), size=some.floats(0.01, 0.08))
    def a_wild_stretch(self, hours: int, size: float) -> None:
        self.a_lively_stretch(hours, size)

    @rule()
    def the_process_dies_and_comes_back(self) -> None:
        self.mind = decode(encode(self.mind), Mind)
        self._hear(replace(FIRST, at=self.now))

    # The operator

    @rule(order=some.sampled_from(["pause", "stop", "flatten", "resume", "resume"]))
    def steer(self, order: str) -> None:
        if order == "pause":
            self._hear(Pause(self.now, ACTOR, "lunch"))
        elif order == "resume":
            self._hear(Resume(self.now, ACTOR, "back"))
        else:
            self._hear(StopTrading(self.now, ACTOR, "enough", flatten=order == "flatten"))

    @rule(coin=COINS, topics=some.sampled_from([(), (QUICK,), (SLOW,), (QUICK, SLOW)]))
    def add(self, coin: Coin, topics: tuple[TopicName, ...]) -> None:
        self._hear(AddCrypto(self.now, ACTOR, "new", coin, topics))

    @rule(coin=some.sampled_from(NEWCOMERS), hours=some.integers(20, 60))
    def a_coin_joins(self, coin: Coin, hours: int) -> None:
        self._hear(AddCrypto(self.now, ACTOR, "new", coin, (QUICK, SLOW)))
        self._hear(listed(self.now, coin, hours, self.prices[coin]))

    @rule(coin=some.sampled_from(NEWCOMERS), known=some.booleans(), hours=some.integers(0, 60))
    def a_coin_is_looked_up(self, *, coin: Coin, known: bool, hours: int) -> None:
        found = listed(self.now, coin, hours, self.prices[coin])
        self._hear(found if known else CoinUnavailable(self.now, coin, "no market"))

    @rule(
        coin=COINS, how=some.sampled_from(["now", "when_flat", "reduce_only"]),
        hours=some.one_of(some.none(), HOURS),
    )  # fmt: skip
    def remove(self, coin: Coin, how: str, hours: int | None) -> None:
        until = None if hours is None else Micros(self.now + hours * HOUR)
        self._hear(RemoveCrypto(self.now, ACTOR, "off", coin, how, until))  # type: ignore[arg-type]

    @rule(
        event=some.sampled_from(EVENTS), coin=some.sampled_from((*ALL, MARKET)),
        strength=some.floats(0.0, 4.0), topic=some.sampled_from([QUICK, SLOW]),
    )  # fmt: skip
    def inject(self, event: str, coin: Coin, strength: float, topic: TopicName) -> None:
        self._hear(InjectEvent(self.now, ACTOR, "x", event, coin, strength, topic))

    @rule(
        coin=some.sampled_from(OWN), strength=some.floats(1.2, 3.0),
        over=some.sampled_from(["", "", "_over"]),
    )  # fmt: skip
    def a_coin_spikes(self, coin: Coin, strength: float, over: str) -> None:
        self._hear(SetStage(self.now, ACTOR, "go", "full"))
        self.inject(f"volatility_spike{over}", coin, strength, QUICK)

    @rule(stage=some.sampled_from(["shadow", "limited", "full"]))
    def set_stage(self, stage: str) -> None:
        self._hear(SetStage(self.now, ACTOR, "x", stage))  # type: ignore[arg-type]

    @rule(place=some.integers(0, 7))
    def roll_back(self, place: int) -> None:
        contracts = self.mind.adaptation.contracts
        chosen = contracts[place % len(contracts)].adaptation if contracts else AdaptationId("none")
        self._hear(RollBack(self.now, ACTOR, "x", chosen))

    @rule(leverage=some.floats(0.0, 5.0), hours=some.integers(-1, 20))
    def override_risk(self, leverage: float, hours: int) -> None:
        until = Micros(self.now + hours * HOUR)
        limits = RiskLimits(Leverage(leverage), maximum_drawdown=0.3)
        self._hear(OverrideRisk(self.now, ACTOR, "x", limits, until))

    @rule(phase=some.sampled_from(["bull", "bear", "unknown"]), hours=HOURS)
    def override_context(self, phase: str, hours: int) -> None:
        until = Micros(self.now + hours * HOUR)
        self._hear(OverrideContext(self.now, ACTOR, "x", phase, until))  # type: ignore[arg-type]

    @rule(coin=COINS, how=some.sampled_from(["pin", "ban"]), hours=HOURS)
    def override_crypto(self, coin: Coin, how: str, hours: int) -> None:
        until = Micros(self.now + hours * HOUR)
        self._hear(OverrideCrypto(self.now, ACTOR, "x", coin, how, until))  # type: ignore[arg-type]

    @rule(how=some.sampled_from(["force", "forbid"]), hours=HOURS)
    def override_adaptation(self, how: str, hours: int) -> None:
        until = Micros(self.now + hours * HOUR)
        word = OverrideAdaptation(self.now, ACTOR, "x", how, until)  # type: ignore[arg-type]
        self._hear(word)

    @rule(place=some.integers(0, 7))
    def end_override(self, place: int) -> None:
        if self.overrides:
            chosen = self.overrides[place % len(self.overrides)].override
            self._hear(EndOverride(self.now, ACTOR, "x", chosen))

    # What must always hold

    @invariant()
    def every_adaptation_ends_in_exactly_one_way(self) -> None:
        applied = [one.adaptation for one in of_kind(self.told, AdaptationApplied)]
        contracts = {one.adaptation for one in self.mind.adaptation.contracts}
        judged = Counter(one.adaptation for one in of_kind(self.told, AdaptationJudged))
        back = Counter(one.adaptation for one in of_kind(self.told, AdaptationRolledBack))
        failed = {one.adaptation for one in of_kind(self.told, AdaptationFailed)}
        assert len(applied) == len(set(applied))
        assert not failed & set(applied)
        for one in applied:
            ends = ending(one, self.told, judged, back)
            is_measured = one in contracts
            assert ends <= 1, (one, ends)
            assert not (is_measured and ends), one
            assert is_measured or ends or self._is_no_contract(one), one

    @invariant()
    def the_twin_is_as_if_nobody_had_said_a_word(self) -> None:
        ours, alone = self.mind.books, self.untouched.books
        own = [ours.coins.index(coin) for coin in OWN]
        assert ours.records[TWIN].tobytes() == alone.records[TWIN].tobytes()
        assert ours.positions[TWIN, own].tobytes() == alone.positions[TWIN].tobytes()
        others = [place for place in range(len(ours.coins)) if place not in own]
        assert not ours.positions[TWIN, others]["lots"].any()

    @invariant()
    def overrides_have_a_book_and_an_end(self) -> None:
        standing = {one.id for one in self.mind.safety.overrides.standing}
        assert {one.override for one in self.mind.ghosts} <= standing
        assert all(one.what.until > self.now for one in self.mind.safety.overrides.standing)
        assert len(self.mind.ghosts) <= len(standing)

    # How it is done

    def _is_no_contract(self, adaptation: AdaptationId) -> bool:
        """Restoring, and what found no counterfactual, is not measured: nothing to end."""
        (fact,) = [
            one for one in of_kind(self.told, AdaptationApplied) if one.adaptation == adaptation
        ]
        return fact.counterfactual is None

    def _hour(self, size: float) -> None:
        self.now = Micros(self.now + HOUR - self.now % HOUR)
        moves = size * self.random.standard_normal(len(ALL))
        opens = np.array([*self.prices.values()])
        closes = opens * np.exp(np.clip(moves, -0.2, 0.2))
        self.prices = dict(zip(ALL, closes.tolist(), strict=True))
        high, low = np.maximum(opens, closes), np.minimum(opens, closes)
        bars = np.stack([opens, high, low, closes, np.full(len(ALL), 1e6)])[np.newaxis]
        missing = self.random.random(len(ALL)) < 0.05
        bars[:, :, missing] = np.nan
        bars = np.ascontiguousarray(bars)
        bars.flags.writeable = False
        self._world(BarsClosed(self.now, HOUR, ALL, bars))

    def _forecast(self, topics: tuple[TopicName, ...], direction: float) -> None:
        values = tuple(direction * 0.01 if coin != OWN[1] else -0.01 for coin in ALL)
        self._world(PredictionsIssued(self.now, topics, ALL, (values,) * len(topics)))

    def _world(self, fact: Outside) -> None:
        """What the market does is told to both."""
        self.untouched, _ = react(self.untouched, fact)
        self._hear(fact)

    def _hear(self, fact: Outside) -> list[Derived]:
        before = self.mind
        self.mind, facts = react(before, fact)
        self.told += facts
        self._check_pause(before, fact, facts)
        self._check_leaving(facts)
        self._check_exposure(facts)
        began = of_kind(facts, OverrideBegan)
        ended = {one.override for one in of_kind(facts, OverrideEnded)}
        self.overrides = [one for one in (*self.overrides, *began) if one.override not in ended]
        return facts

    def _check_pause(self, before: Mind, fact: Outside, facts: Sequence[Derived]) -> None:
        """While paused, stopped or blind nothing new is opened, and nothing is adapted."""
        if not before.reduces_only or isinstance(fact, Resume | FeedRestored):
            return
        assert not [one for one in of_kind(facts, OrderIntended) if one.purpose == "entry"]
        if before.adaptation.paused:
            assert not of_kind(facts, AdaptationApplied)

    def _check_leaving(self, facts: Sequence[Derived]) -> None:
        for one in of_kind(facts, CryptoStateChanged):
            if one.after == "gone" and one.coin in self.mind.coins:
                position = self.mind.books.positions[ACTUAL, self.mind.coins.index(one.coin)]
                held = (position["lots"], position["entry_lots"], position["exit_lots"])
                assert held == (0, 0, 0), (one, held)

    def _check_exposure(self, facts: Sequence[Derived]) -> None:
        """Where entries are intended, and again where they are filled: at the prices at which they
        were weighed, for what the market does to them afterwards is nobody's decision.
        """
        books = self.mind.books
        if any(one.purpose == "entry" for one in of_kind(facts, OrderIntended)):
            self.marks = dict(zip(books.coins, books.marks.tolist(), strict=True))
            self.most = MOST * float(books.records[ACTUAL]["equity"]) * (1.0 + 1e-9)
        elif not of_kind(facts, OrderFilled):
            return
        marks = np.array([self.marks.get(coin, np.inf) for coin in books.coins])
        held = books.positions[ACTUAL]["lots"] != 0
        working = books.positions[ACTUAL]["entry_lots"] != 0
        own = np.flatnonzero(held | working)
        gross = exposures(books.positions[ACTUAL][own], books.lots[own], marks[own])
        assert float(gross.sum()) <= self.most


def ending(
    adaptation: AdaptationId,
    told: Sequence[Derived],
    judged: Counter[AdaptationId],
    back: Counter[AdaptationId],
) -> int:
    """How many times it ended: a rollback that a verdict announced is one end with it."""
    announced = [
        one
        for one in of_kind(told, AdaptationJudged)
        if one.adaptation == adaptation and one.verdict == "rolled_back"
    ]
    return judged[adaptation] + back[adaptation] - min(len(announced), back[adaptation])


Operating.TestCase.settings = settings(
    max_examples=rounds(30, 2_000),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestOperating = Operating.TestCase
