"""Everything that Allora was ever seen to send can be read, to the last digit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

import msgspec
import pytest

from tests.builders.recorded_traffic import all_recorded
from trimtab.adapters.allora import chain_messages, consumer_messages
from trimtab.adapters.allora.block_events import announcements, frame_of
from trimtab.adapters.allora.errors import NotUnderstoodError, RefusedError
from trimtab.adapters.allora.figures import agreeing, from_milliseconds, from_seconds, scaled
from trimtab.domain.units import SECOND

Json = dict[str, Any]
RECORDED = {
    name: cast("Json", msgspec.json.decode(body)) for name, body in all_recorded("allora").items()
}
NORMALIZED = "64609.501828101036794984"
RAW = "64609501828101036794984"


def replies() -> list[Any]:
    return [
        pytest.param(row["response"]["body"], id=row["name"])
        for row in RECORDED["allora/consumer_responses.json"]["rows"]
        if "response" in row
    ]


@pytest.mark.parametrize("body", replies())
def test_every_recorded_reply_of_the_consumer_api_is_read(body: Json) -> None:
    text = msgspec.json.encode(body)
    if "topics" in body["data"]:
        page = consumer_messages.page_of(text)
        assert [one.topic_name for one in page.topics] == ["Test Topic"]
        assert page.continuation_token == body["data"]["continuation_token"]
        return
    told = body["data"]["inference_data"]
    inference = consumer_messages.inference_of(text)
    assert inference.topic_id == int(told["topic_id"])
    assert inference.issued_at == int(told["timestamp"]) * SECOND
    assert inference.value.scaleb(18) == Decimal(told["network_inference"])


@pytest.mark.parametrize("file", sorted(RECORDED))
def test_no_recorded_file_is_left_unread(file: str) -> None:
    """A new recording has to get a test of its own."""
    assert file.removeprefix("allora/") in {
        "consumer_responses.json", "errors.json", "lcd_latest_network_inferences_v10.json",
        "lcd_latest_network_inferences_v7.json", "loss_vectors.json", "networks.json",
        "new_block_events_v9.json", "topics.json", "value_bundle_v9.json",
    }  # fmt: skip


@pytest.mark.parametrize("version", ["v7", "v10"])
def test_chains_of_several_versions_tell_the_same_inference(version: str) -> None:
    recorded = RECORDED[f"allora/lcd_latest_network_inferences_{version}.json"]
    told = chain_messages.inference_of(msgspec.json.encode(recorded["body"]))
    assert (told.topic_id, told.nonce) == (1, 1_349_577)
    assert told.value == Decimal("2605.533879185080648394998043723508")
    assert (told.interval is not None) == (version == "v7")


def test_a_value_bundle_of_v9_is_read() -> None:
    recorded = RECORDED["allora/value_bundle_v9.json"]
    body = {"network_inferences": recorded["value_bundle"]}
    told = chain_messages.inference_of(msgspec.json.encode(body))
    assert (told.topic_id, told.nonce) == (13, 5_100_955)
    assert told.value == Decimal("4260.058888453676459961899479786112")


def test_a_block_of_129_events_announces_one_inference() -> None:
    (told,) = announcements(frame_of(all_recorded("allora")["allora/new_block_events_v9.json"]))
    assert (told.topic_id, told.nonce, told.height) == (13, 5_100_955, 5_100_967)
    assert told.values == {"y": Decimal("4260.058888453676459961899479786112")}


def test_a_classification_has_a_value_for_each_label_and_no_single_one() -> None:
    labels = [
        {"label_id": number, "label_name": name, "value": value}
        for number, (name, value) in enumerate([("down", "0.2"), ("flat", "0.5"), ("up", "0.3")])
    ]
    body = {"network_inferences": {"topic_id": "87", "nonce": "60", "combined_value": labels}}
    told = chain_messages.inference_of(msgspec.json.encode(body))
    assert told.values == {"down": Decimal("0.2"), "flat": Decimal("0.5"), "up": Decimal("0.3")}
    with pytest.raises(NotUnderstoodError, match="tells 3 values"):
        _ = told.value


def test_a_moment_is_in_seconds_here_and_in_milliseconds_there() -> None:
    assert from_seconds("1785448720") == from_seconds(1785448720) == 1785448720 * SECOND
    assert from_milliseconds(1785448720123) == 1785448720123 * 1000


def test_a_moment_in_the_wrong_scale_is_refused() -> None:
    with pytest.raises(NotUnderstoodError, match="outside 2020 to 2100 as seconds"):
        from_seconds(1785448720123)
    with pytest.raises(NotUnderstoodError, match="outside 2020 to 2100 as milliseconds"):
        from_milliseconds(1785448720)


def test_raw_and_normalized_have_to_agree() -> None:
    assert agreeing(RAW, NORMALIZED, 18) == Decimal(NORMALIZED)
    with pytest.raises(NotUnderstoodError, match="is not the normalized"):
        agreeing(RAW, NORMALIZED, 6)


@pytest.mark.parametrize("normalized", ["-0.00412", None])
def test_a_negative_value_comes_back_however_it_was_packed(normalized: str | None) -> None:
    plain = "-4120000000000000"
    wrapped = str(2**256 + int(plain))
    assert agreeing(plain, normalized, 18) == Decimal("-0.00412")
    assert agreeing(wrapped, normalized, 18) == Decimal("-0.00412")


def test_no_digit_is_rounded_away() -> None:
    raw = "1234567890" * 7
    assert f"{scaled(raw, 18):f}" == f"{raw[:-18]}.{raw[-18:]}"


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1,5", "", "0x12"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstoodError):
        scaled(text, 18)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'{"status":true', b'{"data":{"topics":7},"status":true,"request_id":"1"}'],
)
def test_a_reply_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(NotUnderstoodError):
        consumer_messages.page_of(body)


def test_an_envelope_that_says_no_is_a_refusal_in_its_own_words() -> None:
    body = b'{"request_id":"1","status":false,"apiResponseMessage":"no such chain"}'
    with pytest.raises(RefusedError, match="no such chain"):
        consumer_messages.page_of(body)
