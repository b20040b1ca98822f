"""The life of an order, against a venue that answers late, oddly or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from aiohttp import web
from msgspec.structs import replace

from tests.adapters.hyperliquid.trading_venue import (
    BTC,
    NOON,
    SETTINGS,
    USER,
    Trading,
    TradingVenue,
    filled,
    intended,
    on_the_wire,
    trading,
)
from tests.builders.awaiting import until
from trimtab.adapters.hyperliquid.client_order_id import cloid_of
from trimtab.adapters.hyperliquid.exchange_core import ACCOUNT, EarlierLife
from trimtab.domain.observations import (
    FeedLost,
    FeedRestored,
    FundsTransferred,
    OrderCancelled,
    OrderFilled,
    OrderOutcomeUnknown,
    OrderRejected,
)
from trimtab.domain.units import SECOND, Coin, OrderId

ALL = ["OrderSent", "OrderFilled"]


async def test_an_order_is_sent_and_its_fill_told_once_by_whichever_way_it_comes() -> None:
    async with trading() as given:
        order = intended(size="1.5")
        await given.core.place(order)
        fill = given.venue.fills[0]
        await given.venue.server.send("userFills", {"user": USER, "fills": [fill]})
        await given.venue.server.send("user", {"fills": [fill]})
        await until(lambda: given.kinds(order) == ALL)
        await given.core.reconcile()

        assert given.kinds(order) == ALL
        (_, told) = given.of(order)
        assert told.size == Decimal("1.5")
        assert told.trade == fill["tid"]
        assert told.remaining == 0
        assert given.venue.orders[0]["c"] == cloid_of(order.order)


async def test_an_order_that_is_given_twice_is_sent_once() -> None:
    async with trading() as given:
        order = intended()
        await asyncio.gather(given.core.place(order), given.core.place(order))
        await given.core.place(order)

        assert len(given.venue.orders) == 1


async def test_a_market_order_is_executed_at_once_and_no_worse_than_its_cap() -> None:
    async with trading() as given:
        await given.core.place(intended("buy"))
        await given.core.place(intended("sell", purpose="flatten"))

        bought, sold = given.venue.orders
        assert bought["t"] == {"limit": {"tif": "Ioc"}}
        assert bought["p"] == "100.5"
        assert not bought["r"]
        assert sold["p"] == "97"
        assert sold["r"]


async def test_sizes_with_too_many_digits_are_rounded_down_before_they_are_sent() -> None:
    """richkuo/go-trader 105: float_to_wire refused them."""
    async with trading() as given:
        await given.core.place(intended(size="0.123999"))

        assert given.venue.orders[0]["s"] == "0.123"


async def test_prices_are_on_the_tick_whatever_the_middle_is() -> None:
    """nautilus 3612, hyperliquid-python-sdk 179, 290: the venue refused them."""
    async with trading() as given:
        given.venue.mid = "97123.456"
        await given.venue.server.send("allMids", {"mids": {"BTC": "97123.456"}})
        await given.core.place(intended())

        assert "." not in given.venue.orders[0]["p"]


async def test_an_order_below_the_minimum_is_not_sent() -> None:
    async with trading() as given:
        order = intended(size="0.05")
        await given.core.place(order)

        assert given.venue.orders == []
        (told,) = given.of(order)
        assert isinstance(told, OrderRejected)
        assert "less than $10" in told.reason


async def test_a_position_has_a_stop_at_the_venue_that_follows_its_size() -> None:
    """hyperliquid-python-sdk 161, 280; the parent bot computed its stops and never sent them."""
    async with trading() as given:
        given.venue.answer = lambda _: "waitingForTrigger"
        stop = intended("sell", purpose="protect", trigger_price=Decimal("90.0049"))
        await given.core.place(stop)

        action = given.venue.server.posted[0]["action"]
        assert action["grouping"] == "positionTpsl"
        assert action["orders"][0]["t"] == {
            "trigger": {"isMarket": True, "triggerPx": "90.005", "tpsl": "sl"}
        }
        assert action["orders"][0]["r"]
        assert action["orders"][0]["p"] == "81.005"
        assert given.kinds(stop) == ["OrderSent", "OrderAccepted"]


async def test_a_stop_is_moved_by_a_new_one_as_the_venue_has_no_trailing_stop() -> None:
    """go-trader 501."""
    async with trading() as given:
        given.venue.answer = given.venue.rest
        first = intended("sell", purpose="protect", trigger_price=Decimal(90))
        second = intended("sell", purpose="protect", trigger_price=Decimal(95), second=1)
        await given.core.place(first)
        await given.core.place(second)
        await given.core.cancel(first.order, BTC)

        assert given.venue.actions == ["order", "order", "cancelByCloid"]
        assert given.kinds(first) == ["OrderSent", "OrderAccepted", "OrderCancelled"]
        assert given.kinds(second) == ["OrderSent", "OrderAccepted"]


async def test_a_refusal_has_its_code() -> None:
    async with trading() as given:
        given.venue.answer = lambda _: {"error": "Insufficient margin to place order."}
        order = intended()
        await given.core.place(order)

        told = given.of(order)[-1]
        assert isinstance(told, OrderRejected)
        assert told.code == "margin"


async def test_an_error_text_where_an_object_was_expected_is_a_refusal_too() -> None:
    """hummingbot 6838: it crashed on a string."""
    async with trading() as given:
        text = "User or API Wallet 0x12 does not exist."
        given.venue.answer = lambda _: {"status": "err", "response": text}
        order = intended()
        await given.core.place(order)

        told = given.of(order)[-1]
        assert isinstance(told, OrderRejected)
        assert (told.code, told.reason) == ("unknown_signer", text)


async def test_a_duplicate_nonce_is_sent_again_with_a_new_one() -> None:
    """hummingbot 7737."""
    refused = {"status": "err", "response": "Invalid nonce: duplicate nonce 1"}
    async with trading() as given:
        given.venue.answer = InTurn(lambda _: refused, given.venue.fill_whole)
        order = intended()
        await given.core.place(order)

        nonces = [one["nonce"] for one in given.venue.server.posted]
        assert nonces == [1, 2]
        assert given.kinds(order)[0] == "OrderSent"
        await until(lambda: given.kinds(order) == ALL)


async def test_what_the_signer_does_not_sign_is_rejected_with_its_reason() -> None:
    async with trading() as given:
        given.signer.refuses = "above the notional limit"
        order = intended()
        await given.core.place(order)

        (told,) = given.of(order)
        assert (told.code, told.reason) == ("signer", "above the notional limit")


async def test_an_order_that_seemed_to_fail_but_was_filled_is_not_sent_again() -> None:
    """hummingbot 7294: the position was doubled."""
    async with trading() as given:

        def executes_and_fails(order: dict[str, Any]) -> object:
            given.venue.fill_whole(order)
            return web.Response(status=502)

        given.venue.answer = executes_and_fails
        order = intended()
        await given.core.place(order)
        await until(lambda: "OrderFilled" in given.kinds(order))

        assert len(given.venue.orders) == 1
        assert given.kinds(order) == ["OrderSent", "OrderOutcomeUnknown", "OrderFilled"]


async def test_after_a_timeout_it_is_asked_for_only_when_it_cannot_arrive_any_more() -> None:
    never = asyncio.Event()
    async with trading(deadline=0.1) as given:
        given.venue.answer = lambda _: never.wait()
        order = intended()
        await given.core.place(order)

        expires = given.venue.server.posted[0]["expiresAfter"]
        assert expires == NOON // 1000 + 50
        assert [one["type"] for one in given.venue.server.asked][-1] == "orderStatus"
        assert given.kinds(order) == ["OrderSent", "OrderOutcomeUnknown", "OrderRejected"]
        assert given.of(order)[-1].code == "never_arrived"


async def test_an_exit_that_never_arrived_is_sent_again_under_the_same_id() -> None:
    async with trading() as given:
        silent = web.Response(status=504)
        given.venue.answer = InTurn(lambda _: silent, given.venue.fill_whole)
        order = intended("sell", purpose="flatten")
        await given.core.place(order)
        await until(lambda: "OrderFilled" in given.kinds(order))

        first, second = given.venue.orders
        assert first["c"] == second["c"]
        assert given.kinds(order) == ["OrderSent", "OrderOutcomeUnknown", "OrderFilled"]


async def test_an_answer_that_tells_nothing_of_the_order_is_no_answer() -> None:
    async with trading() as given:
        order = intended()
        given.venue.answer = lambda _: {"status": "ok", "response": {"type": "default"}}
        await given.core.place(order)

        assert given.kinds(order) == ["OrderSent", "OrderOutcomeUnknown", "OrderRejected"]


async def test_an_entry_that_never_arrived_is_given_up() -> None:
    async with trading() as given:
        given.venue.answer = lambda _: web.Response(status=504)
        order = intended()
        await given.core.place(order)

        assert len(given.venue.orders) == 1
        assert given.of(order)[-1].code == "never_arrived"


async def test_the_rest_of_an_order_that_was_filled_in_part_is_told_to_be_cancelled() -> None:
    async with trading() as given:

        def in_part(order: dict[str, Any]) -> object:
            given.venue.executes(order, "0.4")
            return filled("0.4")

        given.venue.answer = in_part
        order = intended(size="1")
        await given.core.place(order)
        await until(lambda: "OrderCancelled" in given.kinds(order))

        assert given.kinds(order) == ["OrderSent", "OrderFilled", "OrderCancelled"]
        assert given.of(order)[1].size == Decimal("0.4")


async def test_fills_of_while_the_stream_was_away_are_told_when_it_is_back() -> None:
    """nautilus 4991, 4124: they were lost."""
    async with trading(replace(SETTINGS, fills_within=60.0)) as given:
        given.venue.answer = lambda _: {"resting": {"oid": 77}}
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        await given.core.place(stop)
        await given.venue.server.drop()
        wire = on_the_wire(stop)
        given.venue.executes(wire, "0.6")
        given.venue.executes(wire, "0.4")
        given.venue.has_status(wire, "filled", "0.0")
        await until(lambda: any(isinstance(fact, FeedRestored) for fact in given.facts))

        assert given.kinds(stop) == ["OrderSent", "OrderAccepted", "OrderFilled", "OrderFilled"]
        assert [one.remaining for one in given.of(stop)[2:]] == [Decimal("0.4"), 0]
        lost = [fact for fact in given.facts if isinstance(fact, FeedLost)]
        assert [one.feed for one in lost] == [ACCOUNT]


async def test_an_order_that_is_not_listed_is_not_thereby_cancelled() -> None:
    stop = intended("sell", purpose="protect", trigger_price=Decimal(90))

    def rests(venue: TradingVenue) -> None:
        venue.has_status(on_the_wire(stop), "open", "1")
        venue.open_orders = []

    async with trading(life=EarlierLife((stop,), (), NOON), given=rests) as given:
        assert given.kinds(stop) == ["OrderAccepted"]


async def test_a_modified_order_has_a_new_number_but_is_still_ours() -> None:
    """nautilus 3972, 4270: its fills raced the modification."""
    async with trading() as given:
        given.venue.answer = lambda _: {"resting": {"oid": 77}}
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        await given.core.place(stop)
        wire = on_the_wire(stop)
        fill = given.venue.executes(wire, "1") | {"oid": 78}
        given.venue.fills[0] = fill
        await given.venue.server.send("userFills", {"user": USER, "fills": [fill]})
        await given.venue.server.send(
            "orderUpdates", [given.venue.update(wire, "open", "1", oid=78)]
        )
        await until(lambda: "OrderFilled" in given.kinds(stop))

        assert given.kinds(stop) == ["OrderSent", "OrderAccepted", "OrderFilled"]


async def test_what_the_venue_cancels_by_itself_is_told() -> None:
    async with trading() as given:
        given.venue.answer = lambda _: {"resting": {"oid": 77}}
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        await given.core.place(stop)
        update = given.venue.update(on_the_wire(stop), "liquidatedCanceled", "1")
        await given.venue.server.send("orderUpdates", [update])
        await until(lambda: "OrderCancelled" in given.kinds(stop))

        told = given.of(stop)[-1]
        assert isinstance(told, OrderCancelled)
        assert told.reason == "by the venue: liquidatedCanceled"


async def test_a_state_that_was_never_met_concludes_nothing() -> None:
    async with trading() as given:
        given.venue.answer = lambda _: {"resting": {"oid": 77}}
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        await given.core.place(stop)
        update = given.venue.update(on_the_wire(stop), "hibernating", "1")
        await given.venue.server.send("orderUpdates", [update])
        await given.venue.server.send("allMids", {"mids": {"BTC": "1"}})
        await given.venue.server.send("userFills", {"user": USER, "fills": [_STRANGERS]})
        await until(lambda: given.core.newest_fill == _STRANGERS["time"])

        assert given.kinds(stop) == ["OrderSent", "OrderAccepted"]


async def test_a_liquidation_of_ours_is_a_fill_of_an_order_that_the_venue_made() -> None:
    async with trading() as given:
        fill = given.venue.executes({"b": False, "c": None}, "1") | {
            "oid": 99,
            "liquidation": {"liquidatedUser": USER.upper(), "markPx": "90", "method": "market"},
        }
        stranger = fill | {"tid": 5, "liquidation": None}
        await given.venue.server.send("userFills", {"user": USER, "fills": [fill, stranger]})
        await until(lambda: any(isinstance(fact, OrderFilled) for fact in given.facts))

        fills = [fact for fact in given.facts if isinstance(fact, OrderFilled)]
        assert [(one.order, one.size) for one in fills] == [(OrderId("venue-99"), Decimal(1))]


async def test_after_a_start_only_what_is_new_is_told() -> None:
    old, new = intended(), intended(second=1)

    def traded(venue: TradingVenue) -> None:
        venue.executes(on_the_wire(old), "1")
        venue.executes(on_the_wire(new), "1")

    async with trading(life=EarlierLife((), (1000,), NOON), given=traded) as given:
        assert given.of(old) == []
        assert [one.trade for one in given.of(new)] == [1001]
        given.account.heard(given.facts)
        assert _positions(given) == {"BTC": 2}


async def test_money_that_was_paid_in_counts_when_it_was_told_and_is_never_a_gain() -> None:
    def paid(venue: TradingVenue) -> None:
        delta = {"type": "deposit", "usdc": "500"}
        venue.ledger = [
            {"time": NOON // 1000 - 5, "hash": "0x1", "delta": delta},
            {"time": NOON // 1000 + 5, "hash": "0x2", "delta": delta},
        ]

    async with trading(given=paid) as given:
        moved = [fact for fact in given.facts if isinstance(fact, FundsTransferred)]
        assert [one.amount for one in moved] == [500]
        before = given.account.report(NOON)
        given.account.heard(given.facts)
        after = given.account.report(NOON)
        assert before is not None
        assert after is not None
        assert (before.equity, after.equity) == (Decimal(500), Decimal(1000))


async def test_coins_of_other_exchanges_of_the_venue_are_neither_traded_nor_asked_for() -> None:
    """freqtrade 12558, hummingbot 8036: balances of another dex were mixed in."""
    async with trading() as given:
        order = intended(coin=Coin("xyz:TSLA"))
        await given.core.place(order)

        assert given.of(order)[-1].code == "no_market"
        assert all("dex" not in asked for asked in given.venue.server.asked)


async def test_a_delisted_coin_is_refused_and_does_no_harm() -> None:
    """freqtrade 11414."""
    async with trading() as given:
        order = intended(coin=Coin("OLD"))
        await given.core.place(order)

        assert given.of(order)[-1].code == "no_market"


async def test_leverage_is_set_before_the_first_entry_and_once() -> None:
    async with trading(replace(SETTINGS, leverage=5, cross=True)) as given:
        await given.core.place(intended())
        await given.core.place(intended(second=1))
        await given.core.place(intended(coin=Coin("ISO"), size="10"))

        assert given.venue.actions == [
            "updateLeverage", "order", "order", "updateLeverage", "order",
        ]  # fmt: skip
        actions = [one["action"] for one in given.venue.server.posted]
        assert actions[0] == {"type": "updateLeverage", "asset": 1, "isCross": True, "leverage": 5}
        assert actions[3] == {"type": "updateLeverage", "asset": 2, "isCross": False, "leverage": 3}


async def test_nothing_is_left_open_after_all_was_cancelled_and_strangers_are_left_alone() -> None:
    """hummingbot 7032: orders were left over after the close."""
    stop = intended("sell", purpose="protect", trigger_price=Decimal(90))

    def rests(venue: TradingVenue) -> None:
        wire = on_the_wire(stop)
        venue.has_status(wire, "open", "1")
        own = venue.update(wire, "open", "1")["order"] | {"isTrigger": True}
        venue.open_orders = [own, own | {"cloid": None}, own | {"cloid": "0x" + "12" * 16}]

    async with trading(life=EarlierLife((stop,), (), NOON), given=rests) as given:
        assert await given.core.cancel_all() == 0
        assert await given.core.cancel_all(keep_stops=False) == 1
        assert given.kinds(stop)[-1] == "OrderCancelled"


async def test_flattening_closes_every_position_by_orders_that_only_reduce() -> None:
    def holds(venue: TradingVenue) -> None:
        venue.positions = {"BTC": "-0.7"}

    async with trading(given=holds) as given:
        assert await given.core.flatten("an emergency") == 1

        (order,) = given.venue.orders
        assert (order["b"], order["s"], order["r"]) == (True, "0.7", True)
        assert given.venue.positions == {"BTC": "0.0"}


async def test_a_watchdog_that_the_venue_does_not_grant_is_told_as_such() -> None:
    text = (
        "Cannot set scheduled cancel time until enough volume traded."
        " Required: $1000000. Traded: $5."
    )
    async with trading() as given:
        assert await given.core.arm_watchdog(10.0) == ""
        assert given.venue.server.posted[-1]["action"] == {
            "type": "scheduleCancel", "time": NOON // 1000 + 10_000,
        }  # fmt: skip
        given.venue.server.exchange = lambda _: {"status": "err", "response": text}
        assert await given.core.arm_watchdog(10.0) == f"volume_gate: {text}"


async def test_a_cancel_is_tried_until_the_venue_answers() -> None:
    async with trading() as given:
        given.venue.answer = given.venue.rest
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        await given.core.place(stop)
        working, failures = given.venue.server.exchange, iter([502, 503])

        def fails_twice(envelope: dict[str, Any]) -> Any:
            status = next(failures, None)
            return web.Response(status=status) if status else working(envelope)

        given.venue.server.exchange = fails_twice
        await given.core.cancel(stop.order, BTC)

        assert given.kinds(stop)[-1] == "OrderCancelled"


async def test_a_cancel_that_overtook_its_order_is_sent_again() -> None:
    async with trading() as given:
        may_arrive = asyncio.Event()

        async def late(order: dict[str, Any]) -> object:
            await may_arrive.wait()
            return {
                "status": "ok",
                "response": {"type": "order", "data": {"statuses": [given.venue.rest(order)]}},
            }

        given.venue.answer = late
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        placing = asyncio.create_task(given.core.place(stop))
        await until(lambda: bool(given.venue.orders))
        cancelling = asyncio.create_task(given.core.cancel(stop.order, BTC))
        await until(lambda: "cancelByCloid" in given.venue.actions)
        may_arrive.set()
        await asyncio.gather(placing, cancelling)

        assert given.kinds(stop) == ["OrderSent", "OrderAccepted", "OrderCancelled"]
        assert given.venue.actions.count("cancelByCloid") >= 2


async def test_a_cancel_that_never_succeeds_is_told_as_unknown() -> None:
    async with trading(replace(SETTINGS, cancellings=3)) as given:
        given.venue.answer = given.venue.rest
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        await given.core.place(stop)
        given.venue.server.exchange = lambda _: web.Response(status=503)
        await given.core.cancel(stop.order, BTC)

        told = given.of(stop)[-1]
        assert isinstance(told, OrderOutcomeUnknown)
        assert "could not be cancelled" in told.reason


async def test_what_could_not_be_cancelled_is_cancelled_when_the_venue_answers_again() -> None:
    async with trading(replace(SETTINGS, cancellings=1)) as given:
        given.venue.answer = given.venue.rest
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        await given.core.place(stop)
        working = given.venue.server.exchange
        given.venue.server.exchange = lambda _: web.Response(status=503)
        await given.core.cancel(stop.order, BTC)
        given.venue.server.exchange = working
        await given.venue.server.drop()
        await until(lambda: given.kinds(stop)[-1] == "OrderCancelled")


async def test_an_order_whose_cancel_came_too_late_is_told_as_filled() -> None:
    async with trading() as given:
        given.venue.answer = lambda _: {"resting": {"oid": 5}}
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        await given.core.place(stop)
        given.venue.fill_whole(on_the_wire(stop))
        await given.core.cancel(stop.order, BTC)
        await until(lambda: "OrderFilled" in given.kinds(stop))

        assert given.kinds(stop) == ["OrderSent", "OrderAccepted", "OrderFilled"]


@pytest.mark.parametrize("broken", ["clearinghouseState", "userFillsByTime", "frontendOpenOrders"])
async def test_while_the_account_cannot_be_read_nothing_is_concluded(broken: str) -> None:
    async with trading() as given:
        given.venue.positions = {}
        answer = given.venue.server.info[broken]
        given.venue.server.info[broken] = lambda _: web.Response(status=500)
        await given.venue.server.drop()
        await until(lambda: any(isinstance(fact, FeedLost) for fact in given.facts))

        assert given.account.report(NOON) is None
        given.venue.server.info[broken] = answer
        await until(lambda: any(isinstance(fact, FeedRestored) for fact in given.facts))
        assert given.account.report(NOON) is not None


async def test_the_account_counts_only_fills_that_have_reached_the_journal() -> None:
    async with trading() as given:
        order = intended()
        await given.core.place(order)
        await until(lambda: "OrderFilled" in given.kinds(order))

        assert _positions(given) == {"BTC": 0}
        given.account.heard(given.facts)
        assert _positions(given) == {"BTC": 1}


async def test_snapshots_of_fills_from_before_its_time_are_not_told() -> None:
    """The venue sends the newest 2,000 at every connection, whoever traded then."""
    old = intended()

    def traded(venue: TradingVenue) -> None:
        venue.executes(on_the_wire(old), "1")
        venue.fills[0]["time"] = NOON // 1000 - 3_600_000

    async with trading(life=EarlierLife(since=NOON), given=traded) as given:
        snapshot = {"user": USER, "fills": given.venue.fills, "isSnapshot": True}
        await given.venue.server.send("userFills", snapshot)
        await given.core.place(intended(second=1))
        await until(lambda: any(isinstance(fact, OrderFilled) for fact in given.facts))

        assert given.of(old) == []


async def test_an_order_of_before_a_crash_may_still_arrive_and_is_not_given_up_at_once() -> None:
    order = intended("sell", purpose="flatten")
    async with trading(life=EarlierLife((order,), (), NOON)) as given:
        assert given.of(order) == []
        given.venue.fill_whole(on_the_wire(order))  # it arrives now
        await given.core.reconcile()

        assert given.kinds(order) == ["OrderFilled"]


async def test_an_order_of_before_a_crash_that_never_left_is_told_to_be_gone() -> None:
    order = intended("sell", purpose="flatten")
    async with trading(life=EarlierLife((order,), (), NOON)) as given:
        given.clock.move(SECOND)
        await given.core.reconcile()

        assert given.of(order)[-1].code == "never_arrived"


async def test_an_order_of_before_a_crash_is_not_sent_again() -> None:
    order = intended()
    async with trading(life=EarlierLife((order,), (), NOON)) as given:
        await given.core.place(order)

        assert given.venue.orders == []


async def test_cancelling_what_nobody_knows_of_tells_that_it_does_not_work() -> None:
    async with trading() as given:
        order = intended()
        await given.core.cancel(order.order, BTC)

        assert given.kinds(order) == ["OrderCancelled"]


async def test_a_stop_needs_no_price_of_the_market() -> None:
    async with trading(connected=False) as given:
        given.venue.server.info["allMids"] = lambda _: web.Response(status=500)
        given.venue.answer = given.venue.rest
        stop = intended("sell", purpose="protect", trigger_price=Decimal(90))
        await given.core.place(stop)

        assert given.kinds(stop) == ["OrderSent", "OrderAccepted"]


@pytest.mark.parametrize("odd", ["NaN", "0", "-1", "Infinity"])
async def test_an_order_is_never_capped_by_a_price_that_cannot_be(odd: str) -> None:
    async with trading(connected=False) as given:
        given.venue.mid = odd
        order = intended()
        await given.core.place(order)

        assert given.venue.orders == []
        assert given.of(order)[-1].code == "no_market"


async def test_an_entry_waits_for_no_price_and_is_refused_without_one() -> None:
    async with trading(connected=False) as given:
        given.venue.server.info["allMids"] = lambda _: web.Response(status=500)
        order = intended()
        await given.core.place(order)

        assert given.venue.orders == []
        assert given.of(order)[-1].code == "venue_away"


async def test_with_the_accounts_quota_used_up_exits_go_on_and_entries_are_refused() -> None:
    def used_up(venue: TradingVenue) -> None:
        venue.server.info["userRateLimit"] = lambda _: {
            "cumVlm": "0",
            "nRequestsUsed": 9_900,
            "nRequestsCap": 10_000,
        }

    async with trading(given=used_up) as given:
        await given.core.place(intended(second=1))
        entry, leaving = intended(second=2), intended("sell", purpose="flatten")
        await given.core.place(entry)
        await given.core.place(leaving)

        assert given.of(entry)[-1].code == "not_sent"
        assert "quota of actions" in given.of(entry)[-1].reason
        assert given.kinds(leaving)[0] == "OrderSent"


_STRANGERS: dict[str, Any] = {
    "coin": "BTC",
    "px": "100",
    "sz": "1",
    "side": "B",
    "time": NOON // 1000 + 9_999,
    "oid": 1,
    "fee": "0",
    "tid": 4,
}


def _positions(given: Trading) -> dict[Coin, Decimal]:
    report = given.account.report(NOON)
    assert report is not None
    return report.positions


class InTurn:
    """Answers one after another."""

    def __init__(self, *answers: Callable[[dict[str, Any]], object]) -> None:
        self._answers = iter(answers)

    def __call__(self, order: dict[str, Any]) -> object:
        return next(self._answers)(order)
