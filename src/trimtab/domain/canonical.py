"""One way to write a value down: canonical bytes, hashes and computed ids."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import cast, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from trimtab.domain.decisions import OrderIntended
from trimtab.domain.facts import Fact
from trimtab.domain.observations import BarsClosed
from trimtab.domain.units import Coin, EventId, Micros, OrderId

_ORDINALS = 1 << 20


def _pack(value: object) -> object:
    """Bars: one row as readable columns, a block of rows as base64 of little-endian float64."""
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(type(value).__name__)
    bars = cast("NDArray[np.float64]", value)
    return bars[0].tolist() if len(bars) == 1 else base64.b64encode(bars.tobytes()).decode()


def _unpack(_: type, packed: object) -> NDArray[np.float64]:
    """Read-only; a block of rows is flat as yet, for it does not tell how many coins there are."""
    if isinstance(packed, str):
        return np.frombuffer(base64.b64decode(packed), np.float64)
    return _one_row(cast("list[list[float]]", packed))


def _one_row(columns: list[list[float]]) -> NDArray[np.float64]:
    """Raises ValueError, TypeError."""
    try:
        opens, highs, lows, closes, volumes = columns
        coins = len(opens)
        if coins == len(highs) == len(lows) == len(closes) == len(volumes):
            data = _floats(5 * coins)(*opens, *highs, *lows, *closes, *volumes)
            return np.ndarray((1, 5, coins), np.float64, data)  # a third of numpy.array's time
    except (struct.error, ValueError):
        pass
    bars = np.array([columns], np.float64)  # null is NaN
    bars.flags.writeable = False
    return bars


@lru_cache(maxsize=64)
def _floats(count: int) -> Callable[..., bytes]:
    return struct.Struct(f"{count}d").pack


_encoder = msgspec.json.Encoder(enc_hook=_pack, order="deterministic")
_decoder = msgspec.json.Decoder(Fact, dec_hook=_unpack)
_bars_decoder = msgspec.json.Decoder(BarsClosed, dec_hook=_unpack)


def encode(value: object) -> bytes:
    """Canonical JSON: keys in a fixed order, no spaces, Decimals as strings."""
    return _encoder.encode(value)


def decode(payload: bytes | str) -> Fact:
    """The fact behind canonical JSON. Raises msgspec.ValidationError when it is none."""
    return _reshaped(_decoder.decode(payload))


def _bars(payload: bytes | str) -> Fact:
    return _reshaped(_bars_decoder.decode(payload))


class _Decoders(dict[str, Callable[[bytes | str], Fact]]):
    """By type of fact; each is made when it is first asked for."""

    def __missing__(self, kind: str) -> Callable[[bytes | str], Fact]:
        return self.setdefault(kind, _decoder_of(kind))


def _decoder_of(kind: str) -> Callable[[bytes | str], Fact]:
    for one in cast("tuple[type[Fact], ...]", get_args(Fact)):
        if one.__struct_config__.tag == kind:
            return _bars if one is BarsClosed else msgspec.json.Decoder(one).decode
    return decode


decoders = _Decoders()
"""``decoders[kind](payload)`` is `decode` for a payload whose type is known: a tenth less time.

Raises msgspec.ValidationError also where the payload is of another type.
"""


def _reshaped(fact: Fact) -> Fact:
    if not isinstance(fact, BarsClosed) or fact.bars.ndim == 3:
        return fact
    bars = fact.bars.reshape(-1, 5, len(fact.coins))
    return BarsClosed(fact.at, fact.interval, fact.coins, bars)


def hash_of(value: object) -> str:
    """SHA-256 of the canonical bytes, in hex: equal values have equal hashes."""
    return hashlib.sha256(encode(value)).hexdigest()


@lru_cache(maxsize=1024)
def _salt(bot: str) -> tuple[int, int]:
    digest = int.from_bytes(hashlib.sha256(bot.encode()).digest()[:8], "big")
    return (digest >> 52) << 64, (digest & 0xFFFFFFFF) << 30


def event_id(bot: str, at: Micros, ordinal: int) -> EventId:
    """A UUIDv7 from the bot's name, the moment and the ordinal at that moment.

    Computed, not drawn, so that replay and other chunkings of the same bars give the same ids.
    48 bits of milliseconds, 44 bits of the bot's name, 10 of microseconds, 20 of the ordinal.
    """
    return EventId(f"{_moment(bot, at)}{ordinal % _ORDINALS:05x}")


@lru_cache(maxsize=256)
def _moment(bot: str, at: Micros) -> str:
    """An id without its ordinal: the same for all that is derived at a moment."""
    milliseconds, rest = divmod(at, 1000)
    high, low = _salt(bot)
    number = (milliseconds & 0xFFFFFFFFFFFF) << 80 | 7 << 76 | high | 2 << 62
    text = f"{number | low | rest << 20:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:-5]}"


@lru_cache(maxsize=4096)
def order_id(bot: str, coin: Coin, at: Micros, purpose: int) -> OrderId:
    """The id of an order and of its `order_intended`: a coin has one order a purpose and moment."""
    return OrderId(event_id(f"{bot}/{coin}", at, purpose))


def id_of(fact: Fact, bot: str, instant: Micros, ordinal: int) -> EventId:
    """The event id under which a derived fact stands in the journal."""
    if isinstance(fact, OrderIntended):
        return EventId(fact.order)
    return event_id(bot, instant, ordinal)
