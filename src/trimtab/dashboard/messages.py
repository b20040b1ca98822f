"""What goes over the WebSocket: one JSON object a message, always with `type` and `seq`."""

from __future__ import annotations

import msgspec
from msgspec import Struct, field

from trimtab.domain.reasons import Reason, words
from trimtab.records.overview import Overview
from trimtab.records.overview_books import EQUITY
from trimtab.records.overview_log import LOG, REFUSALS
from trimtab.records.overview_market import BANDS, CANDLES
from trimtab.records.overview_patch import Patch


class Limits(Struct, frozen=True):
    """How many rows are kept; the page trims as the server does."""

    candles: int = CANDLES
    bands: int = BANDS
    log: int = LOG
    refusals: int = REFUSALS
    equity: int = EQUITY


REASONS: dict[str, str] = {str(int(reason)): words(reason) for reason in Reason}
"""By code, why a forecast was traded or was not."""


class Snapshot(Struct, frozen=True, tag="snapshot", tag_field="type"):
    """The first message, and the first after a `resync`: everything, as of `seq`."""

    seq: int
    overview: Overview
    limits: Limits = Limits()
    reasons: dict[str, str] = field(default_factory=lambda: REASONS)


class Resync(Struct, frozen=True, tag="resync", tag_field="type"):
    """The receiver was too slow and has missed messages; a `snapshot` follows."""

    seq: int


class Alive(Struct, frozen=True, tag="alive", tag_field="type"):
    """Once a second: the link works, and `seq` is the last that was told."""

    seq: int
    uptime: float
    """Seconds since the server started."""
    quiet: float
    """Seconds since the last fact."""


Message = Snapshot | Resync | Alive | Patch

_encoder = msgspec.json.Encoder()


def encode(message: Message) -> str:
    """JSON text; sent as it is to every client. NaN becomes null."""
    return _encoder.encode(message).decode()
