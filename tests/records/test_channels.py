"""Subjects and messages: what a broker gets to see, whatever a bot or a coin is called."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some
from msgspec import json
from msgspec.structs import asdict

from trimtab.records.channels import (
    Channel,
    Message,
    decode,
    encode,
    message_of,
    subject_of,
    token,
)
from trimtab.records.journal_row import JournalRow


def row(payload: str, kind: str = "volatility_spike") -> JournalRow:
    return JournalRow(7, "id-7", 1, 2, kind, payload, "ada", None, "c", 0.5, "a", "b")


MESSAGE = message_of("bot-1", row('{"coin":"kPEPE"}'))


def test_a_message_is_published_under_bot_type_and_coin() -> None:
    assert subject_of(MESSAGE) == "trimtab.bot-1.volatility_spike.kPEPE"


@pytest.mark.parametrize("payload", ["{}", '{"coin":"*"}'])
def test_a_fact_about_no_coin_is_about_the_market(payload: str) -> None:
    assert message_of("bot", row(payload)).symbol == "market"


def test_a_channel_chooses_by_bot_type_and_symbol() -> None:
    assert Channel("bot-1").carries(MESSAGE)
    assert Channel("bot-1", "volatility_spike", "kPEPE").carries(MESSAGE)
    assert not Channel("bot-2").carries(MESSAGE)
    assert not Channel("bot-1", "pause").carries(MESSAGE)
    assert not Channel("bot-1", symbol="BTC").carries(MESSAGE)


def test_what_travels_is_the_row_with_all_its_columns() -> None:
    assert json.decode(encode(MESSAGE)) == asdict(MESSAGE.row)


@pytest.mark.parametrize("name", ["PURR/USDC", "a.b", "*", ">", "two words", "", "%", "=", "Ä"])
def test_a_name_with_marks_is_one_word_for_every_broker(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_=-]+", token(name))


@given(some.text(some.characters(codec="utf-8")), some.text(some.characters(codec="utf-8")))
def test_a_message_comes_out_as_it_went_in(bot: str, symbol: str) -> None:
    message = Message(bot, symbol, row("{}"))
    subject = subject_of(message)
    assert re.fullmatch(r"trimtab(\.[A-Za-z0-9_=-]+){3}", subject)
    assert decode(subject, encode(message)) == message


@pytest.mark.parametrize(
    ("subject", "data"),
    [("trimtab.bot.pause", b"{}"), ("trimtab.bot.pause.BTC", b"{}"), ("x", b"\xff")],
)
def test_what_is_not_ours_is_named(subject: str, data: bytes) -> None:
    with pytest.raises(ValueError, match="not a message of trimtab"):
        decode(subject, data)
