"""freqtrade: its backtest of perpetuals, on an exchange that is described here and never asked."""

from __future__ import annotations

import logging
import time
from importlib import import_module
from typing import Any

import numpy as np

from trimtab.app.benches.rivals.work import (
    CASH,
    FAST,
    FEE,
    FIRST,
    LOT,
    LOT_DECIMALS,
    MINUTE,
    NOTIONAL,
    SLOW,
    Bars,
    Run,
    Trade,
    lots_at,
)

PACKAGE = "freqtrade"
COIN, PAIR = "BTC", "BTC/USDT:USDT"
FORCED = "force_exit"


def run(bars: Bars) -> Run:
    logging.disable(logging.WARNING)
    pandas = import_module("pandas")
    config = _config()
    optimize = import_module("freqtrade.optimize.backtesting")
    resolver = import_module("freqtrade.resolvers").StrategyResolver
    resolver._load_strategy = staticmethod(_strategy)
    work = optimize.Backtesting(config, _exchange(config))
    work._set_strategy(work.strategylist[0])
    work.futures_data = {PAIR: pandas.DataFrame()}
    work.funding_fee_timeframe_secs = 8 * 3600
    dates = pandas.to_datetime(FIRST + MINUTE * np.arange(len(bars)), unit="s", utc=True)
    names = ["open", "high", "low", "close", "volume"]
    frame = pandas.DataFrame(bars, columns=names)
    frame.insert(0, "date", dates)
    began = time.process_time()
    processed = work.strategy.advise_all_indicators({PAIR: frame})
    found = work.backtest(processed, dates[0].to_pydatetime(), dates[-1].to_pydatetime())
    return Run(time.process_time() - began, _trades(found["results"]))


def _config() -> dict[str, Any]:
    enums = import_module("freqtrade.enums")
    return {
        "runmode": enums.RunMode.BACKTEST, "dry_run": True, "dry_run_wallet": CASH, "fee": FEE,
        "trading_mode": enums.TradingMode.FUTURES, "margin_mode": enums.MarginMode.ISOLATED,
        "candle_type_def": enums.CandleType.FUTURES, "stake_currency": "USDT",
        "stake_amount": 2 * NOTIONAL, "max_open_trades": 1, "tradable_balance_ratio": 0.99,
        "timeframe": "1m", "stoploss": -100.0, "minimal_roi": {},
        "dataformat_ohlcv": "feather", "dataformat_trades": "feather",
        "entry_pricing": {"price_side": "other"}, "exit_pricing": {"price_side": "other"},
        "pairlists": [{"method": "StaticPairList"}], "strategy": "SmaCross",
        "exchange": {"name": "binance", "pair_whitelist": [PAIR], "pair_blacklist": []},
        "user_data_dir": import_module("pathlib").Path(), "datadir": import_module("pathlib").Path(),
    }  # fmt: skip


def _exchange(config: dict[str, Any]) -> Any:
    library: Any = import_module("freqtrade.exchange").Binance

    class Described(library):  # type: ignore[misc]
        def fill_leverage_tiers(self) -> None:
            tier = {"minNotional": 0, "maxNotional": CASH, "maintenanceMarginRate": 0.0}
            self._leverage_tiers = {PAIR: [{**tier, "maxLeverage": 20, "maintAmt": 0.0}]}

        def get_maintenance_ratio_and_amt(self, *_: Any) -> tuple[float, float]:
            return 0.0, 0.0

    exchange = Described(config, validate=False, load_leverage_tiers=True)
    limits = {"min": None, "max": None}
    exchange._markets = {
        PAIR: {
            "id": "BTCUSDT", "symbol": PAIR, "base": COIN, "quote": "USDT", "settle": "USDT",
            "active": True, "spot": False, "swap": True, "future": False, "linear": True,
            "inverse": False, "type": "swap", "contract": True, "contractSize": 1.0, "info": {},
            "precision": {"amount": 10.0**-LOT_DECIMALS, "price": 10.0**-LOT_DECIMALS},
            "limits": {"amount": limits, "cost": limits, "price": limits, "leverage": limits},
        }
    }  # fmt: skip
    return exchange


def _strategy(_: str, config: dict[str, Any], **__: Any) -> Any:
    """Called in the place of the search for a file that holds it."""
    library: Any = import_module("freqtrade.strategy").IStrategy

    class SmaCross(library):  # type: ignore[misc]
        INTERFACE_VERSION = 3
        can_short = True
        timeframe = "1m"
        stoploss = -100.0
        startup_candle_count = 0
        max_open_trades = 1
        minimal_roi: dict[str, float] = {}  # noqa: RUF012 - the library's own name and kind

        def populate_indicators(self, frame: Any, _: Any) -> Any:
            fast, slow = (frame["close"].rolling(span).mean() for span in (FAST, SLOW))
            side = np.where(np.isnan(slow), 0, np.where(fast > slow, 1, -1))
            frame["cross"] = np.where(np.diff(side, prepend=0) != 0, side, 0)
            return frame

        def populate_entry_trend(self, frame: Any, _: Any) -> Any:
            frame["enter_long"] = (frame["cross"] > 0).astype(int)
            frame["enter_short"] = (frame["cross"] < 0).astype(int)
            return frame

        def populate_exit_trend(self, frame: Any, _: Any) -> Any:
            frame["exit_long"], frame["exit_short"] = frame["enter_short"], frame["enter_long"]
            return frame

        def custom_stake_amount(self, current_rate: float, **_: Any) -> float:
            """Half a lot more than it takes: the library rounds down to whole lots."""
            return float((lots_at(current_rate) + 0.5) * LOT * current_rate)

    strategy = SmaCross(config)
    strategy.order_types = {
        "entry": "market", "exit": "market", "stoploss": "market", "stoploss_on_exchange": False,
    }  # fmt: skip
    return strategy


def _trades(found: Any) -> list[Trade]:
    columns = ("open_date", "close_date", "amount", "is_short", "open_rate", "close_rate")
    rows = zip(
        *(found[name].tolist() for name in (*columns, "profit_abs", "exit_reason")), strict=True
    )
    return [
        Trade(
            _row(entered), _row(left), round(size / LOT) * (-1 if short else 1), entry, out, profit
        )
        for entered, left, size, short, entry, out, profit, why in rows
        if why != FORCED
    ]


def _row(moment: Any) -> int:
    return int(moment.timestamp() - FIRST) // MINUTE
