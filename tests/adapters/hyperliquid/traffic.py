"""Recorded replies and frames of the venue, one by one, whatever file they are in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.builders.recorded_traffic import all_recorded


class Reply(NamedTuple):
    """A body that the venue sent, and what it was asked for."""

    file: str
    kind: str
    body: Any


def info_replies() -> Iterator[Reply]:
    for file, bytes_ in all_recorded("hyperliquid").items():
        yield from _of(file, json.loads(bytes_))


def frames() -> Iterator[Reply]:
    for file, bytes_ in all_recorded("hyperliquid").items():
        content = json.loads(bytes_)
        if file.endswith("ws_frames.json"):
            for row in content["server_frames"]:
                yield Reply(file, row["channel"], row["frame"])
        elif isinstance(content, dict) and "channel" in content:
            yield Reply(file, content["channel"], content)


def exchange_replies() -> Iterator[Reply]:
    for file, bytes_ in all_recorded("hyperliquid").items():
        content = json.loads(bytes_)
        if file.endswith("exchange_replies.json"):
            for row in content["rows"]:
                yield Reply(file, row["name"], row["body"])
        if file.endswith("ccxt_responses.json"):
            for row in content["rows"]:
                if row["for"].startswith("exchange"):
                    yield Reply(file, row["description"], row["body"])


def _of(file: str, content: Any) -> Iterator[Reply]:
    if "interactions" in content:
        for one in content["interactions"]:
            yield Reply(file, one["request"]["body"]["type"], one["response"]["body"])
    elif "/nautilus" in file and "/http_" in file:
        yield Reply(file, _kind_of(file), _body(content))
    else:
        yield from _of_rows(file, content)


def _body(content: Any) -> Any:
    """Some files have the body in an envelope that tells where it comes from."""
    return content["body"] if "body" in content else content  # noqa: SIM401 - may be a list


def _of_rows(file: str, content: Any) -> Iterator[Reply]:
    if file.endswith("info_documented.json"):
        for row in content["rows"]:
            yield Reply(file, row["request"]["type"], row["response"])
    if file.endswith("ccxt_responses.json"):
        for row in content["rows"]:
            if row["for"].startswith("info "):
                yield Reply(file, row["for"].split()[1], row["body"])


_KINDS = {
    "http_all_perp_metas": "allPerpMetas",
    "http_clearinghouse_state": "clearinghouseState",
    "http_funding_history": "fundingHistory",
    "http_l2_book": "l2Book",
    "http_meta": "meta",
    "http_recent_trades": "recentTrades",
    "http_spot_clearinghouse_state": "spotClearinghouseState",
    "http_spot_meta": "spotMeta",
    "http_user_fills": "userFills",
    "http_frontend_open_orders": "frontendOpenOrders",
    "http_order_status": "orderStatus",
}


def _kind_of(file: str) -> str:
    name = file.rsplit("/", 1)[1]
    return next(kind for start, kind in _KINDS.items() if name.startswith(start))
