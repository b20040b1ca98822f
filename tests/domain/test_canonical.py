"""Whatever is written down is read back as it was, and has one form only."""

from __future__ import annotations

import base64
from typing import get_args

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings

from tests.builders.values import any_of, closed_bars
from trimtab.domain.canonical import decode, decoders, encode, hash_of
from trimtab.domain.configuration import Change, Configuration, RiskLimits
from trimtab.domain.facts import Fact
from trimtab.domain.observations import BarsClosed, TimePassed
from trimtab.domain.units import HOUR, Coin, Leverage, Micros

KINDS: tuple[type[Fact], ...] = get_args(Fact)
BTC, ETH = Coin("BTC"), Coin("ETH")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_fact_is_read_back_as_it_was_written(kind: type[Fact]) -> None:
    @settings(max_examples=15)
    @given(any_of(kind))
    def holds(fact: Fact) -> None:
        again = decode(encode(fact))
        assert type(again) is kind
        told = decoders[str(kind.__struct_config__.tag)](encode(fact))
        assert encode(told) == encode(again)
        assert encode(again) == encode(fact)
        assert isinstance(fact, BarsClosed) or again == fact

    holds()


@settings(max_examples=40)
@given(closed_bars())
def test_bars_keep_their_bits_and_cannot_be_written_to(fact: BarsClosed) -> None:
    again = decode(encode(fact))
    assert isinstance(again, BarsClosed)
    assert (again.at, again.interval, again.coins) == (fact.at, fact.interval, fact.coins)
    np.testing.assert_array_equal(again.bars, fact.bars)
    assert again.bars.flags.c_contiguous
    assert not again.bars.flags.writeable


def test_one_row_of_bars_can_be_read_by_a_person() -> None:
    bars = np.array([[[1.0, 10.0], [2.0, 20.0], [0.5, 5.0], [1.5, 15.0], [7.0, 70.0]]])
    assert encode(BarsClosed(Micros(5), HOUR, (BTC, ETH), bars)) == (
        b'{"type":"bars_closed","at":5,"interval":3600000000,"coins":["BTC","ETH"],'
        b'"bars":[[1.0,10.0],[2.0,20.0],[0.5,5.0],[1.5,15.0],[7.0,70.0]]}'
    )


def test_a_block_of_bars_is_base64_of_little_endian_numbers() -> None:
    bars = np.arange(20.0).reshape(2, 5, 2)
    bars[1, :, 1] = np.nan
    payload = msgspec.json.decode(encode(BarsClosed(Micros(5), HOUR, (BTC, ETH), bars)))
    numbers = np.frombuffer(base64.b64decode(payload["bars"]), "<f8")
    np.testing.assert_array_equal(numbers, bars.ravel())


def test_a_row_in_which_nothing_closed_is_read_back() -> None:
    again = decode(encode(BarsClosed(Micros(5), HOUR, (), np.empty((1, 5, 0)))))
    assert isinstance(again, BarsClosed)
    assert again.bars.shape == (1, 5, 0)


@settings(max_examples=60)
@given(any_of(Configuration), any_of(Configuration))
def test_hashes_are_equal_where_values_are(one: Configuration, other: Configuration) -> None:
    assert (hash_of(one) == hash_of(other)) == (one == other)
    assert hash_of(msgspec.convert(msgspec.to_builtins(one), Configuration)) == hash_of(one)


def test_the_order_in_which_a_dictionary_was_filled_does_not_count() -> None:
    one = RiskLimits(coin_leverage={BTC: Leverage(1.0), ETH: Leverage(2.0)})
    other = RiskLimits(coin_leverage={ETH: Leverage(2.0), BTC: Leverage(1.0)})
    assert encode(one) == encode(other)


def test_a_change_writes_down_only_what_it_changes() -> None:
    assert encode(Change()) == b"{}"
    assert encode(Change(coin_leverage={BTC: None})) == b'{"coin_leverage":{"BTC":null}}'


@pytest.mark.parametrize(
    "payload",
    [b"{}", b'{"type":"no_such_fact","at":1}', b'{"type":"time_passed"}', b"[1]", b'{"type":'],
)
def test_what_is_no_fact_is_refused(payload: bytes) -> None:
    for kind in ("time_passed", "bars_closed", "no_such_fact"):
        with pytest.raises(msgspec.DecodeError):
            decode(payload)
        with pytest.raises(msgspec.DecodeError):
            decoders[kind](payload)


def test_a_fact_of_another_type_than_was_said_is_refused() -> None:
    payload = encode(TimePassed(Micros(1)))
    assert decoders["time_passed"](payload) == TimePassed(Micros(1))
    for other in ("feed_lost", "bars_closed"):
        with pytest.raises(msgspec.ValidationError, match="Invalid value 'time_passed'"):
            decoders[other](payload)


def row_of_bars(*columns: str) -> bytes:
    bars = ",".join(f"[{column}]" for column in columns)
    return b'{"type":"bars_closed","at":5,"interval":1,"coins":["BTC"],"bars":[%s]}' % bars.encode()


def test_in_a_row_of_bars_null_is_nan_and_whole_numbers_are_read() -> None:
    fact = decode(row_of_bars("1", "2.5", "1", "null", "-0.0"))
    assert isinstance(fact, BarsClosed)
    assert (fact.bars.dtype.name, fact.bars.flags.writeable) == ("float64", False)
    np.testing.assert_array_equal(fact.bars, [[[1.0], [2.5], [1.0], [np.nan], [0.0]]])


@pytest.mark.parametrize(
    "columns",
    [("1,2", "1", "1", "1", ""), ("1", "1", "1", "1", '"x"'), ("1", "1", "1", "1", "{}")],
)
def test_a_row_of_bars_that_is_no_table_of_numbers_is_refused(columns: tuple[str, ...]) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(row_of_bars(*columns))


def test_values_that_have_no_form_are_refused() -> None:
    with pytest.raises(NotImplementedError, match="object"):
        encode(object())
