"""One way to write a value down: canonical bytes, hashes and computed ids."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import cast

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
    if isinstance(packed, str):
        bars = np.frombuffer(base64.b64decode(packed), np.float64)
    else:
        bars = np.array([packed], np.float64)
    bars.flags.writeable = False
    return bars


_encoder = msgspec.json.Encoder(enc_hook=_pack, order="deterministic")
_decoder = msgspec.json.Decoder(Fact, dec_hook=_unpack)


def encode(value: object) -> bytes:
    """Canonical JSON: keys in a fixed order, no spaces, Decimals as strings."""
    return _encoder.encode(value)


def decode(payload: bytes | str) -> Fact:
    """The fact behind canonical JSON. Raises msgspec.ValidationError when it is none."""
    return _reshaped(_decoder.decode(payload))


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
    milliseconds, rest = divmod(at, 1000)
    high, low = _salt(bot)
    number = (milliseconds & 0xFFFFFFFFFFFF) << 80 | 7 << 76 | high | 2 << 62
    text = f"{number | low | rest << 20 | ordinal % _ORDINALS:032x}"
    return EventId(f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}")


@lru_cache(maxsize=4096)
def order_id(bot: str, coin: Coin, at: Micros, purpose: int) -> OrderId:
    """The id of an order and of its `order_intended`: a coin has one order a purpose and moment."""
    return OrderId(event_id(f"{bot}/{coin}", at, purpose))


def id_of(fact: Fact, bot: str, instant: Micros, ordinal: int) -> EventId:
    """The event id under which a derived fact stands in the journal."""
    if isinstance(fact, OrderIntended):
        return EventId(fact.order)
    return event_id(bot, instant, ordinal)
