"""The venue's rules for prices and sizes, in Decimal: what breaks them is refused there."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import Literal

from msgspec import Struct

from trimtab.adapters.hyperliquid.market_messages import Asset, Meta
from trimtab.domain.configuration import Instrument
from trimtab.domain.units import Coin, Leverage

MINIMUM_NOTIONAL = Decimal(10)
"""USD; orders that close a position may be smaller."""

_SIGNIFICANT = 5
_DECIMALS = 6
"""Of perpetuals' prices, less those of the size."""

OrderSide = Literal["buy", "sell"]


class MarketRules(Struct, frozen=True):
    """Of one perpetual."""

    coin: Coin
    number: int
    """Its place in the universe, by which actions name it; it belongs to a network."""
    size_decimals: int
    maximum_leverage: int
    isolated_only: bool = False

    @property
    def lot(self) -> Decimal:
        return Decimal(1).scaleb(-self.size_decimals)

    def tick(self, price: Decimal) -> Decimal:
        """The step of prices near this one: five significant figures, but never above 1."""
        finest = Decimal(1).scaleb(self.size_decimals - _DECIMALS)
        figures = Decimal(1).scaleb(price.adjusted() - _SIGNIFICANT + 1)
        return min(Decimal(1), max(finest, figures))

    def size(self, wanted: Decimal) -> Decimal:
        """Whole lots, never more than wanted."""
        return _to_step(wanted, self.lot, ROUND_DOWN)

    def price(self, wanted: Decimal) -> Decimal:
        """The valid price that is nearest."""
        return self._rounded(wanted, ROUND_HALF_EVEN)

    def limit(self, worst: Decimal, side: OrderSide) -> Decimal:
        """The valid price that is nearest to the worst one and no worse."""
        return self._rounded(worst, ROUND_FLOOR if side == "buy" else ROUND_CEILING)

    def is_valid(self, price: Decimal) -> bool:
        return price > 0 and price % self.tick(price) == 0

    def refusal(self, size: Decimal, price: Decimal, *, closes: bool) -> str | None:
        """Why the venue would refuse an order of this size at this price; None: it would not.

        A whole-lot size of at least one lot is always needed; who closes may be below the minimum.
        """
        if size < self.lot:
            return f"{size} {self.coin} is less than the smallest size, {self.lot}"
        if size % self.lot:
            return f"{size} {self.coin} is not a multiple of {self.lot}"
        if not self.is_valid(price):
            return f"{price} is not a multiple of the price step {self.tick(price)}"
        if not closes and size * price < MINIMUM_NOTIONAL:
            return f"{size} {self.coin} at {price} is worth less than ${MINIMUM_NOTIONAL}"
        return None

    def instrument(self) -> Instrument:
        """As the core knows it."""
        return Instrument(
            self.coin,
            self.size_decimals,
            float(MINIMUM_NOTIONAL),
            Leverage(float(self.maximum_leverage)),
        )

    def _rounded(self, price: Decimal, rounding: str) -> Decimal:
        if price <= 0:
            raise ValueError(f"a price has to be above 0, not {price}")
        rounded = _to_step(price, self.tick(price), rounding)
        return rounded or self.tick(price)


def rules_of(meta: Meta) -> dict[Coin, MarketRules]:
    """Of every perpetual that is traded; those that were delisted keep their number and are left out."""
    return {
        Coin(asset.name): _rules(number, asset)
        for number, asset in enumerate(meta.universe)
        if not asset.is_delisted
    }


def wire(amount: Decimal) -> str:
    """As the venue writes amounts: no exponent, no zeros at the end, no minus zero."""
    return f"{amount.normalize():f}" if amount else "0"


def _rules(number: int, asset: Asset) -> MarketRules:
    return MarketRules(
        Coin(asset.name), number, asset.sz_decimals, asset.max_leverage, asset.is_isolated_only
    )


def _to_step(amount: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (amount / step).to_integral_value(rounding) * step
