"""Every error text that is known has its code."""

from __future__ import annotations

import json

import pytest

from tests.builders.recorded_traffic import recorded
from trimtab.adapters.hyperliquid.error_codes import CODES, ErrorCode, code_of

MESSAGES = json.loads(recorded("hyperliquid/exchange_error_messages.json"))

DOCUMENTED: dict[str, ErrorCode] = {
    "Tick": "tick",
    "MinTradeNtl": "minimum_notional",
    "MinTradeSpotNtl": "minimum_notional",
    "PerpMargin": "margin",
    "ReduceOnly": "reduce_only",
    "BadAloPx": "post_only_would_match",
    "IocCancel": "no_match",
    "BadTriggerPx": "trigger_price",
    "MarketOrderNoLiquidity": "no_liquidity",
    "PositionIncreaseAtOpenInterestCap": "open_interest_cap",
    "PositionFlipAtOpenInterestCap": "open_interest_cap",
    "TooAggressiveAtOpenInterestCap": "open_interest_cap",
    "OpenInterestIncrease": "open_interest_growth",
    "InsufficientSpotBalance": "spot_balance",
    "Oracle": "far_from_oracle",
    "PerpMaxPosition": "margin_tier",
    "MissingOrder": "not_open",
}

SEEN_ON_THE_TESTNET: dict[str, ErrorCode] = {
    "scheduleCancel": "volume_gate",
    "createSubAccount": "volume_gate",
    "usdClassTransfer, subAccountModify": "not_registered",
    "userSetAbstraction": "account_gate",
    "order (priority)": "insufficient_balance",
    "createVault": "insufficient_balance",
    "cSignerAction": "signer_inactive",
    "approveAgent": "agent_removal_pending",
}

REPORTED: tuple[ErrorCode, ...] = (
    "price",
    "unknown_signer",
    "duplicate_nonce",
    "nonce_too_low",
    "volume_gate",
)


@pytest.mark.parametrize("row", MESSAGES["documented"]["rows"], ids=lambda row: row["type"])
def test_documented_texts_have_their_codes(row: dict[str, str]) -> None:
    assert code_of(row["message"]) == DOCUMENTED[row["type"]]


@pytest.mark.parametrize("row", MESSAGES["asserted_against_testnet"]["rows"])
def test_texts_of_the_testnet_have_their_codes(row: dict[str, str]) -> None:
    assert code_of(row["contains"]) == SEEN_ON_THE_TESTNET[row["action"]]


def test_reported_texts_have_their_codes() -> None:
    rows = MESSAGES["reported"]["rows"]

    assert tuple(code_of(row["message"]) for row in rows) == REPORTED


def test_a_body_that_the_venue_cannot_read_has_a_code() -> None:
    assert code_of(MESSAGES["http_level"]["rows"][0]["body"]) == "malformed"


def test_a_text_that_was_never_met_is_unknown() -> None:
    assert code_of("The moon is in the wrong house.") == "unknown"
    assert "unknown" in CODES
