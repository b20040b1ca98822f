"""From candles that repeat while they run to rows of bars that have closed. Pure; time comes in."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, nan

import numpy as np

from trimtab.adapters.hyperliquid.market_messages import Candle
from trimtab.domain.observations import Bars, BarsClosed
from trimtab.domain.units import DAY, HOUR, MINUTE, SECOND, Coin, Micros

INTERVALS: dict[Micros, str] = {
    MINUTE: "1m",
    Micros(3 * MINUTE): "3m",
    Micros(5 * MINUTE): "5m",
    Micros(15 * MINUTE): "15m",
    Micros(30 * MINUTE): "30m",
    HOUR: "1h",
    Micros(2 * HOUR): "2h",
    Micros(4 * HOUR): "4h",
    Micros(8 * HOUR): "8h",
    Micros(12 * HOUR): "12h",
    DAY: "1d",
}
"""The bars that the venue has."""

GRACE = Micros(2 * SECOND)
"""After a bar's end, in which its last trades may still come."""

_Fields = tuple[float, float, float, float, float]
_NO_BAR: _Fields = (nan, nan, nan, nan, nan)


def interval_of(length: Micros) -> str:
    """The venue's name of an interval. Raises ValueError for those that it does not have."""
    if length not in INTERVALS:
        raise ValueError(
            f"bars of {length // SECOND} s: the venue has {', '.join(INTERVALS.values())}"
        )
    return INTERVALS[length]


class BarGatherer:
    """Holds what is not told yet. A row is told once; what comes later of it is dropped.

    A bar has closed when the next one of its coin has begun, or when its end has passed. A row
    waits for the last of its coins, but not for longer than the grace: who did not trade has no
    bar, and is not named.
    """

    def __init__(self, coins: Iterable[Coin], interval: Micros, told: Micros) -> None:
        """`told`: the close of the last row that was told."""
        self._interval = interval
        self._name = interval_of(interval)
        self.told = told
        self._coins: dict[Coin, None] = dict.fromkeys(coins)
        self._bars: dict[Micros, dict[Coin, Candle]] = {}
        """By the bar's opening."""

    @property
    def coins(self) -> tuple[Coin, ...]:
        return tuple(self._coins)

    def watch(self, coins: Iterable[Coin]) -> None:
        """From now on rows wait for these as well."""
        self._coins |= dict.fromkeys(coins)

    def take(self, candle: Candle) -> None:
        """The newest state of a bar, running or not; of two states the one with more trades.

        One that no market can have had is as good as none.
        """
        opened, coin = Micros(candle.opened * 1000), Coin(candle.coin)
        if candle.interval != self._name or coin not in self._coins or not _is_possible(candle):
            return
        if opened + self._interval <= self.told:
            return
        row = self._bars.setdefault(opened, {})
        known = row.get(coin)
        if known is None or candle.trades >= known.trades:
            row[coin] = candle

    def closed(self, now: Micros) -> BarsClosed | None:
        """All rows that have closed and were not told: a block, whose gaps are NaN."""
        end = self._end(now)
        opens = [opened for opened in self._bars if opened + self._interval <= end]
        if not opens:
            return None
        first, last = min(opens), max(opens)
        rows = [
            self._bars.get(Micros(opened), {})
            for opened in range(first, last + self._interval, self._interval)
        ]
        coins = tuple(coin for coin in self._coins if any(coin in row for row in rows))
        self.told = Micros(last + self._interval)
        self._bars = {opened: row for opened, row in self._bars.items() if opened >= self.told}
        return BarsClosed(self.told, self._interval, coins, _block(rows, coins))

    def next_look(self, now: Micros) -> Micros:
        """How long until the grace of the running bar is over."""
        end = now - now % self._interval + self._interval + GRACE
        return Micros(end - now)

    def _end(self, now: Micros) -> Micros:
        """Up to which close rows are complete."""
        current = Micros(now - now % self._interval)
        begun = self._bars.get(current, {})
        if all(coin in begun for coin in self._coins):
            return current
        passed = now - GRACE
        return Micros(passed - passed % self._interval)


def _is_possible(candle: Candle) -> bool:
    opened, high, low, close, volume = _fields(candle)
    return 0.0 < low <= opened <= high < inf and low <= close <= high and 0.0 <= volume < inf


def _block(rows: list[dict[Coin, Candle]], coins: tuple[Coin, ...]) -> Bars:
    table = [[_fields(row.get(coin)) for coin in coins] for row in rows]
    bars = np.ascontiguousarray(np.array(table, np.float64).transpose(0, 2, 1))
    bars.flags.writeable = False
    return bars


def _fields(candle: Candle | None) -> _Fields:
    if candle is None:
        return _NO_BAR
    return (
        float(candle.open),
        float(candle.high),
        float(candle.low),
        float(candle.close),
        float(candle.volume),
    )
