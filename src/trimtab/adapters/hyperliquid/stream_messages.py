"""The frames of the venue's WebSocket, by channel."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

import msgspec
from msgspec import Raw, Struct, field

from trimtab.adapters.hyperliquid.account_messages import ClearinghouseState
from trimtab.adapters.hyperliquid.exchange_replies import ExchangeReply
from trimtab.adapters.hyperliquid.market_messages import (
    AssetContext,
    Book,
    BookTop,
    Candle,
    Mids,
    Trade,
)
from trimtab.adapters.hyperliquid.order_messages import Fill, OpenOrder, OrderUpdate


class _AllMids(Struct, frozen=True):
    mids: Mids


class ActiveContext(Struct, frozen=True):
    """The state of one perpetual's market."""

    coin: str
    ctx: AssetContext


class UserFills(Struct, frozen=True, rename="camel"):
    """Fills of an account; the first message is a snapshot of the newest."""

    user: str
    fills: tuple[Fill, ...]
    is_snapshot: bool = False


class UserFunding(Struct, frozen=True, rename="camel"):
    """Funding that the account paid (negative) or received."""

    time: int
    coin: str
    usdc: Decimal
    size: Decimal = field(name="szi")
    funding_rate: Decimal


class UserFundings(Struct, frozen=True, rename="camel"):
    """The same as a list, with a snapshot first."""

    user: str
    fundings: tuple[UserFunding, ...]
    is_snapshot: bool = False


class LiquidationOfUser(Struct, frozen=True):
    """Snake case, unlike the rest of the venue."""

    lid: int
    liquidator: str
    liquidated_user: str
    liquidated_ntl_pos: Decimal
    liquidated_account_value: Decimal


class CancelledByVenue(Struct, frozen=True):
    """An order that the venue took away."""

    coin: str
    oid: int


class UserEvents(Struct, frozen=True, rename="camel"):
    """Subscription `userEvents`, which arrives on the channel `user`; one of the fields is there."""

    fills: tuple[Fill, ...] = ()
    funding: UserFunding | None = None
    liquidation: LiquidationOfUser | None = None
    non_user_cancel: tuple[CancelledByVenue, ...] = ()


class UserOrders(Struct, frozen=True):
    """All open orders of an account."""

    user: str
    orders: tuple[OpenOrder, ...]
    dex: str = ""


class UserState(Struct, frozen=True, rename="camel"):
    """The perpetuals' side of an account."""

    user: str
    clearinghouse_state: ClearinghouseState
    dex: str = ""


class _AllContexts(Struct, frozen=True):
    ctxs: tuple[tuple[str, tuple[AssetContext, ...]], ...]


class AllContexts(Struct, frozen=True):
    """Of every exchange of the venue, in the order of its universe."""

    by_exchange: dict[str, tuple[AssetContext, ...]]


class Subscribed(Struct, frozen=True):
    """The venue heard a subscription, or its end; it may add fields to what was sent."""

    method: str
    subscription: dict[str, object]


class Pong(Struct, frozen=True):
    """A sign of life."""


class StreamError(Struct, frozen=True):
    """The venue did not like a frame of ours."""

    text: str


class _PostResponse(Struct, frozen=True):
    type: str
    payload: Raw


class _Post(Struct, frozen=True):
    id: int
    response: _PostResponse


class PostAnswer(Struct, frozen=True):
    """The answer to a request that was sent over the stream."""

    id: int
    type: str
    reply: ExchangeReply | None
    """Of an action."""
    text: str = ""
    """Of an error."""


class Unread(Struct, frozen=True):
    """A channel that we did not ask for."""

    channel: str


Data = (
    tuple[Trade, ...]
    | tuple[OrderUpdate, ...]
    | Candle
    | Book
    | BookTop
    | ActiveContext
    | AllContexts
    | UserFills
    | UserFundings
    | UserEvents
    | UserOrders
    | UserState
    | Subscribed
    | Pong
    | StreamError
    | PostAnswer
    | Mids
    | Unread
)


class Frame(Struct, frozen=True):
    """One message."""

    channel: str
    data: Data


class _Envelope(Struct, frozen=True):
    channel: str
    data: Raw = Raw(b"null")


_TYPES: dict[str, object] = {
    "trades": tuple[Trade, ...],
    "orderUpdates": tuple[OrderUpdate, ...],
    "candle": Candle,
    "l2Book": Book,
    "bbo": BookTop,
    "activeAssetCtx": ActiveContext,
    "userFills": UserFills,
    "userFundings": UserFundings,
    "user": UserEvents,
    "openOrders": UserOrders,
    "clearinghouseState": UserState,
    "subscriptionResponse": Subscribed,
}

_envelopes = msgspec.json.Decoder(_Envelope)
_decoders = {channel: msgspec.json.Decoder(kind) for channel, kind in _TYPES.items()}


def frame_of(text: str | bytes) -> Frame | None:
    """What a message says; None: it is not JSON, as the venue's greeting.

    Raises msgspec.ValidationError where a channel that we know has a shape that we do not.
    """
    try:
        envelope = _envelopes.decode(text)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return None
    return Frame(envelope.channel, _data(envelope))


def _data(envelope: _Envelope) -> Data:
    match envelope.channel:
        case "pong":
            return Pong()
        case "error":
            return StreamError(msgspec.json.decode(envelope.data, type=str))
        case "allMids":
            return msgspec.json.decode(envelope.data, type=_AllMids).mids
        case "allDexsAssetCtxs":
            return AllContexts(dict(msgspec.json.decode(envelope.data, type=_AllContexts).ctxs))
        case "post":
            return _post(msgspec.json.decode(envelope.data, type=_Post))
        case channel if channel in _decoders:
            return cast("Data", _decoders[channel].decode(envelope.data))
        case channel:
            return Unread(channel)


def _post(post: _Post) -> PostAnswer:
    response = post.response
    match response.type:
        case "action":
            reply = msgspec.json.decode(response.payload, type=ExchangeReply)
            return PostAnswer(post.id, "action", reply)
        case "error":
            text = msgspec.json.decode(response.payload, type=str)
            return PostAnswer(post.id, "error", None, text)
        case kind:
            return PostAnswer(post.id, kind, None)


CHANNELS = (*_TYPES, "pong", "error", "allMids", "allDexsAssetCtxs", "post")
"""All that we read."""
