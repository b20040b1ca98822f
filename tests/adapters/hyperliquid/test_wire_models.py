"""Every reply and frame that was ever recorded can be read."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.adapters.hyperliquid.traffic import Reply, exchange_replies, frames, info_replies
from tests.builders.recorded_traffic import recorded
from trimtab.adapters.hyperliquid import account_messages as account
from trimtab.adapters.hyperliquid import market_messages as market
from trimtab.adapters.hyperliquid import order_messages as orders
from trimtab.adapters.hyperliquid.exchange_replies import (
    Done,
    ExchangeReply,
    Filled,
    Refused,
    Resting,
    answers,
)
from trimtab.adapters.hyperliquid.order_statuses import standing_of
from trimtab.adapters.hyperliquid.stream_messages import (
    CHANNELS,
    PostAnswer,
    StreamError,
    Unread,
    UserEvents,
    UserFills,
    frame_of,
)

TYPES: dict[str, Any] = {
    "meta": market.Meta,
    "allPerpMetas": tuple[market.Meta, ...],
    "metaAndAssetCtxs": market.MetaAndContexts,
    "allMids": market.Mids,
    "candleSnapshot": tuple[market.Candle, ...],
    "l2Book": market.Book,
    "recentTrades": tuple[market.Trade, ...],
    "fundingHistory": tuple[market.FundingRate, ...],
    "perpDexs": tuple[market.ExchangeOfVenue | None, ...],
    "clearinghouseState": account.ClearinghouseState,
    "spotClearinghouseState": account.SpotClearinghouseState,
    "userRateLimit": account.RateLimit,
    "extraAgents": tuple[account.Agent, ...],
    "userRole": account.Role,
    "userFunding": tuple[account.FundingPayment, ...],
    "userNonFundingLedgerUpdates": tuple[account.LedgerUpdate, ...],
    "activeAssetData": account.ActiveAsset,
    "openOrders": tuple[orders.OpenOrder, ...],
    "frontendOpenOrders": tuple[orders.OpenOrder, ...],
    "historicalOrders": tuple[orders.OrderUpdate, ...],
    "orderStatus": orders.OrderStatus,
    "userFills": tuple[orders.Fill, ...],
    "userFillsByTime": tuple[orders.Fill, ...],
    "userTwapSliceFills": tuple[orders.Fill, ...],
    "perpsAtOpenInterestCap": tuple[str, ...],
}

NOT_ASKED_FOR = {
    # what a trading bot has no use for
    "delegatorHistory",
    "portfolio",
    "predictedFundings",
    "spotMeta",  # sparse replies of it took other clients down: we never need it
    "userVaultEquities",
}


def name(reply: Reply) -> str:
    return f"{reply.file}:{reply.kind}"


@pytest.mark.parametrize("reply", list(info_replies()), ids=name)
def test_every_recorded_reply_to_a_question_is_read(reply: Reply) -> None:
    if reply.kind in NOT_ASKED_FOR:
        return
    # one tool stored whole numbers as strings: the wire never does
    altered = reply.file.endswith("ccxt_responses.json")

    read = msgspec.json.decode(json.dumps(reply.body), type=TYPES[reply.kind], strict=not altered)

    assert read is not None


def test_all_the_kinds_of_question_have_been_met() -> None:
    assert len({reply.kind for reply in info_replies()}) >= 20


@pytest.mark.parametrize("reply", list(frames()), ids=name)
def test_every_recorded_frame_of_the_stream_is_read(reply: Reply) -> None:
    frame = frame_of(json.dumps(reply.body))

    assert frame is not None
    assert frame.channel == reply.kind
    assert reply.kind in CHANNELS
    assert not isinstance(frame.data, Unread)


def test_a_text_that_is_not_json_is_passed_over() -> None:
    assert frame_of("Websocket connection established.") is None


def test_a_channel_that_nobody_asked_for_is_told_by_its_name() -> None:
    frame = frame_of('{"channel":"webData9","data":{"new":[1,2]}}')

    assert frame is not None
    assert frame.data == Unread("webData9")


def test_a_known_channel_of_another_shape_is_an_error() -> None:
    with pytest.raises(msgspec.ValidationError):
        frame_of('{"channel":"candle","data":{"t":"yesterday"}}')


def test_the_first_fills_are_a_snapshot_and_later_ones_are_not() -> None:
    given = [frame_of(json.dumps(one.body)) for one in frames() if one.kind == "userFills"]

    told = [one.data for one in given if one and isinstance(one.data, UserFills)]

    assert [one.is_snapshot for one in told] == [True, False]
    assert told[1].fills[0].trade == 745210434703679
    assert told[1].fills[0].fee == Decimal("0.009997")


def test_events_of_the_user_come_on_a_channel_of_another_name() -> None:
    given = [frame_of(json.dumps(one.body)) for one in frames() if one.kind == "user"]

    told = [one.data for one in given if one and isinstance(one.data, UserEvents)]

    assert any(one.fills for one in told)
    assert any(one.funding for one in told)
    assert any(one.liquidation for one in told)
    assert any(one.non_user_cancel for one in told)


def test_an_answer_over_the_stream_may_be_an_error() -> None:
    given = [frame_of(json.dumps(one.body)) for one in frames() if one.kind == "post"]

    told = [one.data for one in given if one and isinstance(one.data, PostAnswer)]

    assert {one.type for one in told} == {"info", "action", "error"}


def test_errors_of_the_stream_keep_their_text() -> None:
    frame = frame_of('{"channel":"error","data":"Already subscribed: {}"}')

    assert frame is not None
    assert frame.data == StreamError("Already subscribed: {}")


EXPECTED = {
    "order_resting": (Resting(77738308),),
    "order_error_min_value": (
        Refused("minimum_notional", "Order must have minimum value of $10."),
    ),
    "order_filled": (Filled(Decimal("0.02"), Decimal("1891.4"), 77747314),),
    "cancel_success": (Done(),),
    "cancel_error": (Refused("not_open", "Order was never placed, already canceled, or filled."),),
    "default_ok": (Done(),),
    "twap_running": (Done(),),
    "twap_error": (Refused("twap", "Invalid TWAP duration: 1 min(s)"),),
    "twap_cancel_success": (Done(),),
    "twap_cancel_error": (Refused("twap", "TWAP was never placed, already canceled, or filled."),),
    "top_level_error_shape": (
        Refused(
            "unknown_signer",
            "User or API Wallet 0x0000000000000000000000000000000000000000 does not exist.",
        ),
    ),
    "market sell, filled": (Filled(Decimal("1.0"), Decimal("25.585"), 296683658818),),
    "market buy with take profit and stop loss attached (grouping normalTpsl): children answer with"
    " a bare string": (
        Filled(Decimal("1.0"), Decimal("39.9351"), 211341310459),
        Resting(),
        Resting(),
    ),
}


@pytest.mark.parametrize("reply", list(exchange_replies()), ids=name)
def test_every_recorded_reply_to_an_action_is_understood(reply: Reply) -> None:
    altered = reply.file.endswith("ccxt_responses.json")

    read = msgspec.json.decode(json.dumps(reply.body), type=ExchangeReply, strict=not altered)

    assert answers(read) == EXPECTED[reply.kind]


def test_an_error_string_where_an_object_was_expected_is_a_refusal() -> None:
    reply = msgspec.json.decode(
        '{"status":"ok","response":{"type":"order","data":{"statuses":["Strange weather."]}}}',
        type=ExchangeReply,
    )

    assert answers(reply) == (Refused("unknown", "Strange weather."),)


def test_one_error_for_a_batch_is_an_error_of_each_of_its_orders() -> None:
    reply = msgspec.json.decode(
        '{"status":"ok","response":{"type":"order","data":{"statuses":'
        '[{"error":"Price must be divisible by tick size."}]}}}',
        type=ExchangeReply,
    )

    refusals = answers(reply, 3)

    assert [one.code for one in refusals if isinstance(one, Refused)] == ["tick"] * 3


def test_every_documented_state_of_an_order_has_its_meaning() -> None:
    rows = json.loads(recorded("hyperliquid/order_status_values.json"))["values"]
    named = {"canceled": "cancelled"}

    for row in rows:
        assert standing_of(row["status"]) == named.get(row["class"], row["class"]), row["status"]


def test_a_state_that_was_never_met_concludes_nothing() -> None:
    assert standing_of("hibernating") == "unknown"


@pytest.mark.parametrize("odd", ["NaN", "Infinity", "-Infinity", "sNaN"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            orders.Fill,
            {"coin": "A", "px": "1", "sz": "ODD", "side": "B", "time": 1, "oid": 1, "fee": "0"},
        ),
        (account.Balance, {"coin": "USDC", "token": 0, "total": "ODD", "hold": "0"}),
        (
            account.MarginSummary,
            {
                "accountValue": "ODD",
                "totalNtlPos": "0",
                "totalRawUsd": "0",
                "totalMarginUsed": "0",
            },
        ),
        (account.LedgerDelta, {"type": "deposit", "usdc": "ODD"}),
        (market.FundingRate, {"coin": "A", "fundingRate": "ODD", "time": 1}),
    ],
)
def test_amounts_that_nobody_can_count_with_are_not_understood(
    kind: Any, body: dict[str, Any], odd: str
) -> None:
    text = json.dumps(body).replace("ODD", odd)

    with pytest.raises(msgspec.ValidationError, match="is no amount"):
        msgspec.json.decode(text, type=kind)
