"""Whatever the venue sends, a parser reads it or says that it cannot."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.adapters.hyperliquid.traffic import exchange_replies, frames
from trimtab.adapters.hyperliquid.error_codes import CODES, code_of
from trimtab.adapters.hyperliquid.exchange_replies import ExchangeReply, Refused, answers
from trimtab.adapters.hyperliquid.order_statuses import standing_of
from trimtab.adapters.hyperliquid.stream_messages import CHANNELS, frame_of

FRAMES = [one.body for one in frames()]
REPLIES = [one.body for one in exchange_replies()]

values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner),
    max_leaves=8,
)


def changed(body: Any, data: some.DataObject) -> Any:
    """One place of a real message has another value."""
    if isinstance(body, dict) and body:
        fields = cast("dict[str, Any]", body)
        key = data.draw(some.sampled_from(sorted(fields)))
        return {**fields, key: changed(fields[key], data)}
    if isinstance(body, list) and body:
        items = cast("list[object]", body)
        place = data.draw(some.integers(0, len(items) - 1))
        return [*items[:place], changed(items[place], data), *items[place + 1 :]]
    return data.draw(values)


@given(some.binary(max_size=40) | some.text(max_size=40))
def test_any_text_is_a_frame_or_none(text: bytes | str) -> None:
    with suppress(msgspec.ValidationError):
        frame_of(text)


@given(some.sampled_from(CHANNELS), values)
def test_any_data_of_a_known_channel_is_read_or_refused(channel: str, data: object) -> None:
    with suppress(msgspec.ValidationError):
        frame_of(msgspec.json.encode({"channel": channel, "data": data}))


@settings(max_examples=300)
@given(some.sampled_from(FRAMES), some.data())
def test_a_real_frame_with_one_thing_wrong_is_read_or_refused(
    body: object, data: some.DataObject
) -> None:
    with suppress(msgspec.ValidationError):
        frame_of(msgspec.json.encode(changed(body, data)))


@settings(max_examples=300)
@given(some.sampled_from(REPLIES), some.integers(1, 3), some.data())
def test_a_real_reply_with_one_thing_wrong_gives_answers_or_is_refused(
    body: object, count: int, data: some.DataObject
) -> None:
    with suppress(msgspec.ValidationError):
        reply = msgspec.json.decode(msgspec.json.encode(changed(body, data)), type=ExchangeReply)
        assert len(answers(reply, count)) >= 1


@given(some.text())
def test_any_error_text_has_a_code_and_any_state_a_meaning(text: str) -> None:
    assert code_of(text) in CODES
    assert standing_of(text) in {"open", "filled", "cancelled", "rejected", "unknown"}


def test_a_batch_that_is_answered_short_is_not_read_as_done() -> None:
    reply = msgspec.json.decode(b'{"status":"err","response":""}', type=ExchangeReply)

    assert [type(one) for one in answers(reply, 3)] == [Refused] * 3
