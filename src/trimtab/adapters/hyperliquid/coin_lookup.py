"""A coin that a running bot asks for: its rules and its last bars."""

from __future__ import annotations

from decimal import Decimal

from trimtab.adapters.hyperliquid.bar_gatherer import interval_of
from trimtab.adapters.hyperliquid.info_client import InfoClient
from trimtab.adapters.hyperliquid.market_messages import Candle
from trimtab.adapters.hyperliquid.trading_rules import rules_of
from trimtab.adapters.hyperliquid.venue_errors import VenueError
from trimtab.domain.observations import CoinListed, CoinUnavailable, Row
from trimtab.domain.units import Coin, Micros

HISTORY = 2_000
"""Bars that are told at most."""

NOTHING = Decimal(0)


async def looked_up(
    info: InfoClient, coin: Coin, at: Micros, interval: Micros
) -> CoinListed | CoinUnavailable:
    """What had closed at that moment. A coin that cannot be had is told with the reason."""
    try:
        rules = rules_of(await info.meta()).get(coin)
        if rules is None:
            return CoinUnavailable(at, coin, "the venue has no market of it, or has delisted it")
        start = at - HISTORY * interval
        bars = await info.candles(coin, interval_of(interval), start // 1000, at // 1000)
    except VenueError as error:
        return CoinUnavailable(at, coin, str(error))
    closed = Micros(at - at % interval)
    return CoinListed(at, rules.instrument(), interval, closed, _rows(bars, closed, interval))


def _rows(bars: tuple[Candle, ...], closed: Micros, interval: Micros) -> tuple[Row | None, ...]:
    """One a bar from the first that there is; the running one is left out."""
    known = {one.opened * 1000: _row(one) for one in bars if one.opened * 1000 < closed}
    return tuple(
        known.get(opened) for opened in range(min(known, default=closed), closed, interval)
    )


def _row(one: Candle) -> Row:
    return (float(one.open), float(one.high), float(one.low), float(one.close), float(one.volume))
