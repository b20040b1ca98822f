"""The venue's error texts as codes: texts are for people, and change."""

from __future__ import annotations

import re
from typing import Literal, get_args

ErrorCode = Literal[
    "tick",
    "price",
    "minimum_notional",
    "margin",
    "reduce_only",
    "post_only_would_match",
    "no_match",
    "trigger_price",
    "no_liquidity",
    "open_interest_cap",
    "open_interest_growth",
    "spot_balance",
    "far_from_oracle",
    "margin_tier",
    "too_many_orders",
    "not_open",
    "unknown_signer",
    "duplicate_nonce",
    "nonce_too_low",
    "expired",
    "volume_gate",
    "not_registered",
    "insufficient_balance",
    "signer_inactive",
    "agent_removal_pending",
    "account_gate",
    "malformed",
    "rate_limit",
    "too_many_subscribed",
    "subscribed_already",
    "bad_subscription",
    "twap",
    "unknown",
]
"""`unknown`: a text that we have not met; it is kept as the reason."""

CODES: tuple[ErrorCode, ...] = get_args(ErrorCode)

_TEXTS: tuple[tuple[str, ErrorCode], ...] = (
    (r"divisible by tick size", "tick"),
    (r"invalid price", "price"),
    (r"minimum value of", "minimum_notional"),
    (r"insufficient margin", "margin"),
    (r"reduce only order would increase", "reduce_only"),
    (r"post only order would have immediately matched", "post_only_would_match"),
    (r"could not immediately match", "no_match"),
    (r"invalid tp/sl price", "trigger_price"),
    (r"no liquidity available", "no_liquidity"),
    (r"at open interest cap|open interest is capped", "open_interest_cap"),
    (r"increase open interest too quickly", "open_interest_growth"),
    (r"insufficient spot balance", "spot_balance"),
    (r"too far from oracle", "far_from_oracle"),
    (r"exceed margin tier limit", "margin_tier"),
    (r"too many open orders", "too_many_orders"),
    (r"^twap |invalid twap", "twap"),
    (r"never placed, already canceled, or filled", "not_open"),
    (r"user or api wallet .* does not exist", "unknown_signer"),
    (r"duplicate nonce", "duplicate_nonce"),
    (r"nonce too low", "nonce_too_low"),
    (r"expired", "expired"),
    (r"until enough volume traded", "volume_gate"),
    (r"is not registered to", "not_registered"),
    (r"insufficient (delegatable )?balance", "insufficient_balance"),
    (r"signer invalid or inactive", "signer_inactive"),
    (r"pending agent removal", "agent_removal_pending"),
    (r"requires account value of", "account_gate"),
    (r"failed to deserialize|error parsing json", "malformed"),
    (r"too many (cumulative )?requests|too many pending post requests|rate limit", "rate_limit"),
    (r"cannot track more than", "too_many_subscribed"),
    (r"already (un)?subscribed", "subscribed_already"),
    (r"invalid subscription", "bad_subscription"),
)

_PATTERNS: tuple[tuple[re.Pattern[str], ErrorCode], ...] = tuple(
    (re.compile(text, re.IGNORECASE), code) for text, code in _TEXTS
)


def code_of(text: str) -> ErrorCode:
    """The code of an error's text; `unknown` for one that we have not met."""
    for pattern, code in _PATTERNS:
        if pattern.search(text):
            return code
    return "unknown"
