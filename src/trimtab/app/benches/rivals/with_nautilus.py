"""NautilusTrader: a strategy on its event engine, filled at the last price, which is the next open."""

from __future__ import annotations

import time
from decimal import Decimal
from importlib import import_module
from typing import Any

from trimtab.app.benches.rivals.work import (
    FAST,
    FEE,
    FIRST,
    LOT_DECIMALS,
    MINUTE,
    SLOW,
    Bars,
    Run,
    lots_at,
    trades_of,
)

PACKAGE = "nautilus_trader"
_NS = 1_000_000_000
PRICE_DECIMALS = 5


def run(bars: Bars) -> Run:
    engine = _module("backtest.engine").BacktestEngine(
        config=_module("backtest.config").BacktestEngineConfig(
            logging=_module("config").LoggingConfig(bypass_logging=True), run_analysis=False
        )
    )
    enums, objects = _module("model.enums"), _module("model.objects")
    instrument = _instrument()
    engine.add_venue(
        venue=instrument.id.venue, oms_type=enums.OmsType.NETTING,
        account_type=enums.AccountType.MARGIN, base_currency=None,
        starting_balances=[objects.Money(1_000_000_000, instrument.quote_currency)],
    )  # fmt: skip
    engine.add_instrument(instrument)
    kind = _module("model.data").BarType.from_str(f"{instrument.id}-1-MINUTE-LAST-EXTERNAL")
    engine.add_data(_wrangled(bars, kind, instrument))
    strategy = _sma_cross()(instrument, kind)
    engine.add_strategy(strategy)
    began = time.process_time()
    engine.run()
    taken = time.process_time() - began
    engine.dispose()
    return Run(taken, trades_of(strategy.fills))


def _module(name: str) -> Any:
    return import_module(f"nautilus_trader.{name}")


def _instrument() -> Any:
    model, objects, money = (
        _module("model.identifiers"),
        _module("model.objects"),
        Decimal(str(FEE)),
    )
    currencies = _module("model.currencies")
    return _module("model.instruments").CryptoPerpetual(
        instrument_id=model.InstrumentId(model.Symbol("BTC"), model.Venue("SIM")),
        raw_symbol=model.Symbol("BTC"),
        base_currency=currencies.BTC,
        quote_currency=currencies.USDT,
        settlement_currency=currencies.USDT,
        is_inverse=False,
        price_precision=PRICE_DECIMALS,
        price_increment=objects.Price(10.0**-PRICE_DECIMALS, PRICE_DECIMALS),
        size_precision=LOT_DECIMALS,
        size_increment=objects.Quantity(10.0**-LOT_DECIMALS, LOT_DECIMALS),
        ts_event=0,
        ts_init=0,
        margin_init=Decimal(0),
        margin_maint=Decimal(0),
        maker_fee=money,
        taker_fee=money,
    )


def _wrangled(bars: Bars, kind: Any, instrument: Any) -> Any:
    pandas = import_module("pandas")
    closes_at = pandas.to_datetime(
        [FIRST + MINUTE * (row + 1) for row in range(len(bars))], unit="s"
    )
    frame = pandas.DataFrame(
        bars, columns=["open", "high", "low", "close", "volume"], index=closes_at.tz_localize("UTC")
    )
    return _module("persistence.wranglers").BarDataWrangler(kind, instrument).process(frame)


def _sma_cross() -> type:
    """The strategy as that library wants it: a class of its own base."""
    base: Any = _module("trading.strategy").Strategy
    average: Any = _module("indicators").SimpleMovingAverage
    enums, quantity = _module("model.enums"), _module("model.objects").Quantity

    class SmaCross(base):  # type: ignore[misc]
        def __init__(self, instrument: Any, kind: Any) -> None:
            base.__init__(self)
            self.instrument, self.kind = instrument, kind
            self.fast, self.slow = average(FAST), average(SLOW)
            self.side = self.held = 0
            self.fills: list[tuple[int, int, float]] = []

        def on_start(self) -> None:
            for indicator in (self.fast, self.slow):
                self.register_indicator_for_bars(self.kind, indicator)
            self.subscribe_bars(self.kind)

        def on_bar(self, bar: Any) -> None:
            side = 1 if self.fast.value > self.slow.value else -1
            if self.slow.initialized and side != self.side:
                self.side = side
                self.hold(side * int(lots_at(bar.close.as_double())))

        def hold(self, lots: int) -> None:
            """Turns around with one order."""
            size, self.held = lots - self.held, lots
            self.submit_order(
                self.order_factory.market(
                    instrument_id=self.instrument.id,
                    order_side=enums.OrderSide.BUY if size > 0 else enums.OrderSide.SELL,
                    quantity=quantity(abs(size) / 10**LOT_DECIMALS, LOT_DECIMALS),
                )
            )

        def on_order_filled(self, event: Any) -> None:
            row = (event.ts_event // _NS - FIRST) // MINUTE
            lots = round(event.last_qty.as_double() * 10**LOT_DECIMALS)
            signed = lots if event.order_side == enums.OrderSide.BUY else -lots
            self.fills.append((row, signed, event.last_px.as_double()))

    return SmaCross
