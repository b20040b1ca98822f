"""Trading at a venue: its fills count, every position has a stop, and nothing beyond decisions is held."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pytest
from msgspec.structs import replace

from tests.builders.operator import ACTOR
from tests.builders.running import of_kind, reacted
from tests.mind.given import BTC, COINS, ETH, WRITTEN, awake, bar, forecast, hour
from trimtab.domain.commands import RemoveCrypto, Resume, StopTrading
from trimtab.domain.configuration import HardLimits
from trimtab.domain.decisions import (
    CryptoStateChanged,
    OrderCancelIntended,
    OrderIntended,
    SafetyPaused,
)
from trimtab.domain.facts import Derived, Outside
from trimtab.domain.observations import (
    AccountReported,
    FundsTransferred,
    OrderAccepted,
    OrderCancelled,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
    OrderSent,
    StrangersPolicy,
    TimePassed,
    VenuePolicy,
)
from trimtab.domain.units import MINUTE, SECOND, Coin, Micros
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import decode, encode

POLICY = VenuePolicy(stop=0.1)
ENTRY_AT = hour(5)


def trading(policy: VenuePolicy = POLICY) -> tuple[Mind, OrderIntended]:
    """A mind at a venue, and the entry into BTC that it has just intended."""
    mind, facts = reacted(awake(venue=policy), forecast(5, 0.01, None, None))
    (entry,) = of_kind(facts, OrderIntended)
    return mind, entry


def fill(
    order: OrderIntended,
    trade: int,
    size: Decimal | None = None,
    price: str = "100",
    after: Micros = SECOND,
) -> OrderFilled:
    """So much of the order, or all of it, at the venue."""
    part = order.size if size is None else size
    at = Micros(order.at + after)
    return OrderFilled(
        at, order.order, order.coin, order.side, part, Decimal(price), Decimal("0.01"),
        remaining=order.size - part, trade=trade,
    )  # fmt: skip


def holding(policy: VenuePolicy = POLICY) -> tuple[Mind, OrderIntended, OrderIntended]:
    """It holds BTC; its entry and its stop."""
    mind, entry = trading(policy)
    mind, facts = reacted(mind, fill(entry, 1))
    (stop,) = of_kind(facts, OrderIntended)
    mind, _ = reacted(mind, OrderAccepted(Micros(stop.at + 1), stop.order, BTC))
    return mind, entry, stop


def held(mind: Mind, coin: Coin = BTC) -> Decimal:
    assert mind.venue is not None
    return mind.venue.held(coin)


def account(mind: Mind, at: Micros, equity: int = 3_000, **positions: str) -> AccountReported:
    """What the venue says; positions that are not named are as the fills made them."""
    known = {coin: held(mind, coin) for coin in COINS}
    told = {Coin(coin): Decimal(size) for coin, size in positions.items()}
    return AccountReported(at, Decimal(equity), {**known, **told})


def test_the_models_fills_are_not_told_and_the_venues_are_heard() -> None:
    # given an entry that has left, when the bar comes in which the model fills it
    mind, entry = trading()
    mind, facts = reacted(mind, bar(6))
    # then nobody is told of a fill, and the venue holds nothing yet
    assert not of_kind(facts, OrderFilled)
    assert held(mind) == 0
    # when the venue says that it filled it
    mind, _ = reacted(mind, fill(entry, 7))
    assert held(mind) == entry.size
    assert mind.venue is not None
    assert mind.venue.holdings[BTC].entry == 100


def test_every_position_gets_a_stop_at_once() -> None:
    mind, entry = trading()
    mind, facts = reacted(mind, fill(entry, 1))
    (stop,) = of_kind(facts, OrderIntended)
    assert (stop.purpose, stop.side, stop.reduce_only) == ("protect", "sell", True)
    assert stop.trigger_price == Decimal(90)
    assert stop.size == entry.size


def test_a_fill_that_is_told_twice_counts_once() -> None:
    mind, entry = trading()
    part = entry.size / 2
    mind, _ = reacted(mind, fill(entry, 1, part), fill(entry, 1, part), fill(entry, 2, part))
    mind, facts = reacted(mind, fill(entry, 2, part))
    assert held(mind) == entry.size
    assert facts == []


def test_a_fill_that_comes_again_after_a_restart_counts_once() -> None:
    mind, entry = trading()
    mind, _ = reacted(mind, fill(entry, 1))
    again = decode(encode(mind), Mind)
    again, facts = reacted(again, fill(entry, 1))
    assert (held(again), facts) == (entry.size, [])


def test_an_exit_closes_what_the_venue_holds_not_what_the_model_thinks() -> None:
    # given a position of which the venue filled only a part
    mind, entry = trading()
    part = entry.size / 4
    mind, _ = reacted(mind, fill(entry, 1, part))
    mind, _ = reacted(mind, OrderCancelled(Micros(entry.at + 2), entry.order, BTC, "ioc"))
    # when the horizon of the forecast is over
    mind, facts = reacted(mind, bar(6), bar(7))
    # then the exit is of the part
    (out,) = [one for one in of_kind(facts, OrderIntended) if one.purpose == "horizon"]
    assert (out.size, out.side, out.reduce_only) == (part, "sell", True)


def test_an_exit_of_what_the_venue_does_not_hold_is_not_sent() -> None:
    mind, entry = trading()
    mind, _ = reacted(mind, OrderCancelled(Micros(entry.at + 2), entry.order, BTC, "ioc"))
    _, facts = reacted(mind, bar(6), bar(7))
    assert not of_kind(facts, OrderIntended)


def test_the_stop_goes_with_the_position() -> None:
    mind, _, stop = holding()
    mind, facts = reacted(mind, bar(6), bar(7))
    (out,) = of_kind(facts, OrderIntended)
    mind, facts = reacted(mind, fill(out, 2))
    (gone,) = of_kind(facts, OrderCancelIntended)
    assert gone.order == stop.order
    # it works until the venue says that it does not
    assert mind.venue is not None
    assert not mind.venue.is_flat(BTC)
    mind, _ = reacted(mind, OrderCancelled(Micros(out.at + 9), stop.order, BTC, "cancelled"))
    assert mind.venue is not None
    assert mind.venue.is_flat(BTC)


def test_a_stop_that_was_refused_is_tried_again_but_not_at_once() -> None:
    mind, entry = trading()
    mind, facts = reacted(mind, fill(entry, 1))
    (stop,) = of_kind(facts, OrderIntended)
    refused = Micros(stop.at + SECOND)
    mind, facts = reacted(mind, OrderRejected(refused, stop.order, BTC, "tick", "x"))
    assert not of_kind(facts, OrderIntended)
    mind, facts = reacted(mind, TimePassed(Micros(refused + SECOND)))
    assert not of_kind(facts, OrderIntended)
    _, facts = reacted(mind, TimePassed(Micros(refused + MINUTE)))
    (again,) = of_kind(facts, OrderIntended)
    assert again.purpose == "protect"
    assert again.order != stop.order


def test_a_stop_that_fires_is_not_followed_by_another_exit() -> None:
    mind, _, stop = holding()
    mind, _ = reacted(mind, fill(stop, 3, price="90"))
    assert held(mind) == 0
    _, facts = reacted(mind, bar(6), bar(7))
    assert not of_kind(facts, OrderIntended)


def test_what_exceeds_the_decisions_is_closed_and_what_is_missing_is_not_chased() -> None:
    # given an exit that the model has had filled, while the venue filled half of it
    mind, _, _ = holding()
    mind, facts = reacted(mind, bar(6), bar(7))
    (out,) = of_kind(facts, OrderIntended)
    half = out.size / 2
    mind, _ = reacted(mind, fill(out, 2, half))
    mind, _ = reacted(mind, OrderCancelled(Micros(out.at + 9), out.order, BTC, "ioc"))
    # when time passes
    mind, facts = reacted(mind, bar(8))
    # then the rest follows
    (rest,) = of_kind(facts, OrderIntended)
    assert (rest.purpose, rest.size, rest.side) == ("excess", half, "sell")
    # and a model that holds more than the venue sends nothing
    mind, facts = reacted(mind, fill(rest, 4), bar(9))
    assert not of_kind(facts, OrderIntended)


def test_an_outcome_that_is_not_known_is_neither_flat_nor_done() -> None:
    mind, entry = trading()
    mind, _ = reacted(
        mind,
        OrderSent(Micros(entry.at + 1), entry.order, BTC),
        OrderOutcomeUnknown(Micros(entry.at + 2), entry.order, BTC, "timeout"),
    )
    assert mind.venue is not None
    assert not mind.venue.is_flat(BTC)
    assert mind.venue.working[entry.order].state == "unknown"
    # nor does the account differ from it, whether it was executed or not
    for size in ("0", str(entry.size)):
        _, facts = reacted(mind, account(mind, Micros(entry.at + 3), BTC=size))
        assert not of_kind(facts, SafetyPaused)


def test_stop_and_flatten_closes_also_what_nobody_decided() -> None:
    mind, entry = trading()
    mind, _ = reacted(mind, bar(6), bar(7), bar(8))  # the model is out of it again
    mind, _ = reacted(mind, fill(entry, 1, after=Micros(4 * 3600 * SECOND)))
    at = Micros(entry.at + 5 * 3600 * SECOND)
    _, facts = reacted(mind, StopTrading(at, ACTOR, "enough", flatten=True))
    (out,) = of_kind(facts, OrderIntended)
    assert (out.purpose, out.size) == ("flatten", entry.size)


def test_stop_cancels_entries_that_work() -> None:
    mind, entry = trading()
    mind, _ = reacted(mind, OrderAccepted(Micros(entry.at + 1), entry.order, BTC))
    _, facts = reacted(mind, StopTrading(Micros(entry.at + 2), ACTOR, "enough", flatten=False))
    assert [one.order for one in of_kind(facts, OrderCancelIntended)] == [entry.order]


def test_a_coin_leaves_only_when_the_venue_says_that_it_is_flat() -> None:
    mind, entry, stop = holding()
    at = Micros(entry.at + MINUTE)
    mind, facts = reacted(mind, RemoveCrypto(at, ACTOR, "off", BTC, "now"))
    (out,) = of_kind(facts, OrderIntended)
    mind, facts = reacted(mind, bar(6), bar(7))
    assert "gone" not in [one.after for one in of_kind(facts, CryptoStateChanged)]
    mind, facts = reacted(mind, fill(out, 2, after=Micros(3 * 3600 * SECOND)))
    assert "gone" not in [one.after for one in of_kind(facts, CryptoStateChanged)]
    at = Micros(entry.at + 4 * 3600 * SECOND)
    _, facts = reacted(mind, OrderCancelled(at, stop.order, BTC, "cancelled"))
    assert [one.after for one in of_kind(facts, CryptoStateChanged)] == ["gone"]


POLICIES: tuple[StrangersPolicy, ...] = ("pause", "ignore", "adopt", "close")


@pytest.mark.parametrize("policy", POLICIES)
def test_a_position_made_by_hand_follows_the_policy(policy: StrangersPolicy) -> None:
    # given a bot that holds nothing, when the account holds some ETH
    mind = awake(venue=VenuePolicy(strangers=policy))
    at = hour(5.1)
    mind, facts = reacted(mind, account(mind, at, ETH="2"))
    orders = of_kind(facts, OrderIntended)
    later, more = reacted(mind, account(mind, hour(5.2), ETH="2"))
    match policy:
        case "pause":
            (paused,) = of_kind(facts, SafetyPaused)
            assert (paused.check, paused.because[:3]) == ("reconciliation", "ETH")
            assert mind.reduces_only
        case "ignore":
            assert not orders
            assert held(mind, ETH) == 0
            assert not more
        case "adopt":
            assert [one.purpose for one in orders] == ["protect"]
            _, facts = reacted(later, bar(6), bar(7))
            assert not of_kind(facts, OrderIntended)
        case "close":
            out = [one for one in orders if one.purpose == "excess"]
            assert [(one.size, one.side) for one in out] == [(Decimal(2), "sell")]


Fall = Literal["daily_loss", "weekly_loss", "drawdown"]


@pytest.mark.parametrize(
    ("breaker", "limits", "drawdown"),
    [
        ("daily_loss", HardLimits(daily_loss=0.1), None),
        ("weekly_loss", HardLimits(weekly_loss=0.1), None),
        ("drawdown", HardLimits(), 0.1),
    ],
)
def test_the_accounts_own_losses_trip_the_breakers(
    breaker: Fall, limits: HardLimits, drawdown: float | None
) -> None:
    risk = replace(WRITTEN.risk, maximum_drawdown=drawdown)
    mind = awake(replace(WRITTEN, limits=limits, risk=risk), venue=POLICY)
    mind, facts = reacted(mind, account(mind, hour(5.1)), account(mind, hour(5.2), 2_750))
    assert not of_kind(facts, SafetyPaused)
    mind, facts = reacted(mind, account(mind, hour(5.3), 2_650))
    (paused,) = of_kind(facts, SafetyPaused)
    assert paused.check == breaker
    # and a person who resumes arms them from where the account is
    mind, _ = reacted(mind, Resume(hour(5.4), ACTOR, "seen"))
    _, facts = reacted(mind, account(mind, hour(5.5), 2_600))
    assert not of_kind(facts, SafetyPaused)


def test_a_withdrawal_is_no_loss_and_a_deposit_no_gain() -> None:
    limited = replace(WRITTEN, limits=HardLimits(daily_loss=0.1))
    mind = awake(limited, venue=POLICY)
    mind, facts = reacted(
        mind,
        account(mind, hour(5.1)),
        FundsTransferred(hour(5.2), Decimal(-2_000)),
        account(mind, hour(5.3), 1_000),
    )
    assert not of_kind(facts, SafetyPaused)
    _, facts = reacted(mind, account(mind, hour(5.4), 850))
    assert [one.check for one in of_kind(facts, SafetyPaused)] == ["daily_loss"]


def test_on_paper_outcomes_from_outside_change_nothing() -> None:
    mind, facts = reacted(awake(), forecast(5))
    entry = of_kind(facts, OrderIntended)[0]
    outside: list[Outside] = [OrderAccepted(Micros(entry.at + 1), entry.order, BTC)]
    mind, more = reacted(mind, *outside)
    nothing: list[Derived] = []
    assert (mind.venue, more) == (None, nothing)
