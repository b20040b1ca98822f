"""Short ways to say facts, and the browser's side of a patch in Python."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, TypeVar

import numpy as np
from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from tests.dashboard.story_parts import COINS, HOUR, START_AT, started
from trimtab.domain.facts import Fact
from trimtab.domain.observations import BarsClosed, OrderFilled
from trimtab.domain.units import Coin, Micros, OrderId
from trimtab.records.overview import START, Overview, see
from trimtab.records.overview_log import LOG
from trimtab.records.overview_market import BANDS, CANDLES
from trimtab.records.overview_patch import Patch
from trimtab.records.overview_told import Told

BTC = COINS[0]


def hour(number: int) -> Micros:
    """The close of the story's bar of that number."""
    return Micros(START_AT + number * HOUR)


def seen(facts: Iterable[Fact]) -> Overview:
    """The overview after a start and these facts."""
    overview = see(START, 1, started())
    for seq, fact in enumerate(facts, 2):
        overview = see(overview, seq, fact)
    return overview


def closes(number: int, *prices: float, coins: tuple[Coin, ...] = (BTC,)) -> BarsClosed:
    """One row of bars that opened, closed and stayed at these prices."""
    bars = np.array([[prices] * 4 + [(1.0,) * len(prices)]])
    return BarsClosed(hour(number), Micros(HOUR), coins, bars)


def filled(
    number: int, side: Literal["buy", "sell"], size: str, price: str, fee: str = "0"
) -> OrderFilled:
    """A fill of BTC."""
    return OrderFilled(
        hour(number), OrderId("o"), BTC, side, Decimal(size), Decimal(price), Decimal(fee)
    )


def hear_all(told: Told, records: Iterable[tuple[int, Fact]]) -> tuple[Told, list[Patch]]:
    """A run of facts, told as far as it goes."""
    patches: list[Patch] = []
    for seq, fact in records:
        told, some = told.hear(seq, fact)
        patches += some
    told, rest = told.tell()
    return told, [*patches, *rest]


Row = TypeVar("Row")


def applied(known: Overview, patch: Patch) -> Overview:
    """What a page knows after a patch; the same rules as the page's own."""
    assert patch.after == known.seq
    names = (
        "bot",
        "context",
        "feeds_lost",
        "in_force",
        "success",
        "orders",
        "positions",
        "account",
        "books",
        "performance",
    )
    told = {name: getattr(patch, name) for name in names}
    candles = dict(known.candles)
    for coin, rows in ({} if patch.candles is UNSET else patch.candles).items():
        candles[coin] = (*known.candles.get(coin, ()), *rows)[-CANDLES:]
    return replace(
        known,
        seq=patch.seq,
        at=patch.at,
        **{name: section for name, section in told.items() if section is not UNSET},
        accuracy={**known.accuracy, **({} if patch.accuracy is UNSET else patch.accuracy)},
        verdicts={**known.verdicts, **({} if patch.verdicts is UNSET else patch.verdicts)},
        candles=candles,
        bands=_merged(known.bands, patch.bands, "at", BANDS),
        log=_merged(known.log, patch.log, "seq", LOG),
        refusals=_merged(known.refusals, patch.refusals, "seq", 60),
        equity=_merged(known.equity, patch.equity, "time", 1500),
    )


def _merged(
    known: tuple[Row, ...], news: tuple[Row, ...] | UnsetType, key: str, limit: int
) -> tuple[Row, ...]:
    if isinstance(news, UnsetType):
        return known
    rows = {getattr(row, key): row for row in known}
    for row in news:
        rows[getattr(row, key)] = row
    return tuple(rows.values())[-limit:]
