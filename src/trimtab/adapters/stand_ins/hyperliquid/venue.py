"""The venue itself: books, orders, fills, triggers, funding and liquidation. No sockets, no clock."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

from trimtab.adapters.stand_ins.hyperliquid import order_checks as checks
from trimtab.adapters.stand_ins.hyperliquid.account import (
    MAKER,
    NOTHING,
    TAKER,
    Account,
    Order,
    traded,
)
from trimtab.adapters.stand_ins.hyperliquid.entering import Rules, admitted
from trimtab.adapters.stand_ins.hyperliquid.liquidation import COOLDOWN, doomed, part
from trimtab.adapters.stand_ins.hyperliquid.noise_market import NoiseMarket, touch
from trimtab.adapters.stand_ins.hyperliquid.order_checks import Refused
from trimtab.adapters.stand_ins.hyperliquid.replies import Executed, fill_reply, order_reply

Told = Callable[[str, Account, dict[str, Any]], None]
"""Channel, account, message."""

DEPTH = Decimal(100_000)
"""USD that the touch holds; beyond it each further 100,000 USD cost a basis point more."""
_AT_ONCE: dict[str | None, str] = {
    "Ioc": checks.NO_MATCH,
    "FrontendMarket": checks.NO_LIQUIDITY,
}
"""What never rests, and what is said where nothing matches."""
STOPPED_OUT = Decimal("0.1")
HOUR = 3_600_000
DAY = 24 * HOUR


class Venue:
    """All times are milliseconds (UTC), given by whoever calls."""

    def __init__(self, market: NoiseMarket, tell: Told) -> None:
        self.market = market
        self.accounts: dict[str, Account] = {}
        self.coins = {one.name: one for one in market.coins}
        self.most = {one.name: one.most_leverage for one in market.coins}
        self.cloid_once = False
        self.open_interest = ""
        """Why positions may not grow: "capped", "quick"; empty: they may."""
        self.empty_book = False
        self.jumps: dict[str, Decimal] = {}
        """By coin: what its price is multiplied by, as a test wants it."""
        self._succeeds: str | None = None
        """The client order id that a modified order hands on."""
        self._tell = tell
        self._oid = 1_000_000
        self._trade = 10_000_000
        self._hour = 0

    def mids(self, at: int) -> dict[str, Decimal]:
        return {name: self.mid(name, at) for name, one in self.coins.items() if not one.delisted}

    def mid(self, coin: str, at: int) -> Decimal:
        one = self.coins[coin]
        price = self.market.price(one, at)
        jump = self.jumps.get(coin)
        return price if jump is None else (price * jump).quantize(price)

    def touch(self, coin: str, at: int) -> tuple[Decimal, Decimal]:
        return touch(self.mid(coin, at), self.coins[coin])

    def place(
        self, account: Account, wires: list[dict[str, Any]], grouping: str, at: int
    ) -> list[object]:
        """The statuses, one an order."""
        placed: list[Order] = []
        statuses: list[object] = []
        for wire in wires:
            try:
                order = self._order(account, wire, grouping, at)
                if grouping == "normalTpsl" and order.waits:
                    _grow_up(order, placed, statuses)
                placed.append(order)
                statuses.append(self._entered(account, order, at))
            except Refused as refused:
                statuses.append({"error": str(refused)})
        waiting = tuple(one.oid for one in placed if one.waits)
        for one in placed:
            one.siblings = tuple(oid for oid in waiting if one.waits and oid != one.oid)
            if one.parent is not None and one.parent not in account.orders:
                self._end(account, one, "canceled", at)
        return statuses

    def cancel(self, account: Account, order: Order | None, status: str, at: int) -> object:
        """What the venue answers."""
        if order is None or order.oid not in account.orders:
            return {"error": checks.MISSING}
        self._end(account, order, status, at)
        return "success"

    def modify(
        self, account: Account, order: Order | None, wire: dict[str, Any], at: int
    ) -> object:
        """A new order under a new number, with the same client order id."""
        if order is None or order.oid not in account.orders:
            return {"error": checks.MISSING}
        self._end(account, order, "canceled", at)
        self._succeeds = order.cloid
        try:
            return self.place(account, [wire], "na", at)[0]
        finally:
            self._succeeds = None

    def tick(self, at: int) -> None:
        """Rests fill, triggers fire, schedules and hours are over, and who has no margin is closed."""
        prices = self.mids(at)
        for account in self.accounts.values():
            for order in list(account.orders.values()):
                self._look(account, order, prices[order.coin], at)
            if account.cancel_at is not None and account.cancel_at <= at:
                account.cancel_at = None
                day, times = account.scheduled
                account.scheduled = (at // DAY, times + 1 if day == at // DAY else 1)
                for order in list(account.orders.values()):
                    self._end(account, order, "scheduledCancel", at)
            self._liquidate(account, prices, at)
        if at // HOUR != self._hour:
            self._pay_funding(prices, at)

    def _order(self, account: Account, wire: dict[str, Any], grouping: str, at: int) -> Order:
        rules = Rules(self.coins, self.most, self.mids(at), self.open_interest)
        if wire.get("c") != self._succeeds:
            checks.check_cloid(account, wire.get("c"), once=self.cloid_once)
        order = admitted(account, wire, grouping, rules)
        self._oid += 1
        order.oid, order.at = self._oid, at
        return order

    def _entered(self, account: Account, order: Order, at: int) -> object:
        bid, ask = self.touch(order.coin, at)
        crosses = order.price >= ask if order.is_buy else order.price <= bid
        crosses = crosses and not self.empty_book
        if order.tif == "Alo" and crosses:
            raise Refused(checks.POST_ONLY.format(bid=bid, ask=ask))
        if order.tif in _AT_ONCE and not crosses:
            raise Refused(_AT_ONCE[order.tif])
        account.orders[order.oid] = account.past[order.oid] = order
        if order.waits:
            self._update(account, order, "open", at)
            if order.parent is not None:
                return "waitingForFill"
            return "waitingForTrigger"
        if not crosses:
            self._update(account, order, "open", at)
            return {"resting": _named(order)}
        filled, cost = self._take(account, order, at)
        if order.oid in account.orders and order.tif in _AT_ONCE:
            self._end(account, order, "canceled", at)
        if not filled:
            raise Refused(checks.NO_MATCH)
        average = (cost / filled).quantize(order.price) if order.price else cost / filled
        return {"filled": {"totalSz": f"{filled:f}", "avgPx": f"{average:f}", **_named(order)}}

    def _take(self, account: Account, order: Order, at: int) -> tuple[Decimal, Decimal]:
        """Walks up the book as far as the order's price allows."""
        bid, ask = self.touch(order.coin, at)
        best = ask if order.is_buy else bid
        filled = cost = NOTHING
        step = 0
        while order.left and step < 200:
            sign = 1 if order.is_buy else -1
            level = (best * (1 + sign * Decimal(step) / 10_000)).quantize(best)
            if (order.price - level) * sign < 0:
                break
            size = min(order.left, self._lots(order.coin, DEPTH / level))
            if order.reduce_only:
                size = min(size, abs(account.held(order.coin)))
            if not size:
                break
            self._fill(account, order, size, level, at, crossed=True)
            filled, cost, step = filled + size, cost + size * level, step + 1
        return filled, cost

    def _lots(self, coin: str, size: Decimal) -> Decimal:
        unit = Decimal(1).scaleb(-self.coins[coin].size_decimals)
        return max(size // unit * unit, unit)

    def _fill(
        self, account: Account, order: Order, size: Decimal, price: Decimal, at: int, *,
        crossed: bool, liquidation: bool = False,
    ) -> None:  # fmt: skip
        start = account.held(order.coin)
        fee = (size * price * (TAKER if crossed else MAKER)).quantize(Decimal("0.000001"))
        bought = size if order.is_buy else -size
        realised = traded(account, order.coin, bought, price, fee)
        order.left -= size
        self._trade += 1
        fill = fill_reply(
            order, Executed(size, price, fee, start, realised, at, self._trade, crossed)
        )
        if liquidation:
            fill["liquidation"] = {
                "liquidatedUser": account.address, "markPx": f"{price:f}", "method": "market",
            }  # fmt: skip
        account.fills.append(fill)
        self._tell("fill", account, fill)
        if not order.left:
            self._end(account, order, "filled", at)
            self._filled_whole(account, order, at)
        self._follow(account, order.coin, at)

    def _filled_whole(self, account: Account, order: Order, at: int) -> None:
        """Whose parent it is begins to wait for its trigger; siblings are taken away."""
        for other in list(account.orders.values()):
            if other.parent == order.oid:
                other.parent = None
            if other.oid in order.siblings:
                self._end(account, other, "siblingFilledCanceled", at)

    def _follow(self, account: Account, coin: str, at: int) -> None:
        """Triggers of a position grow and shrink with it, and go when it is closed."""
        held = account.held(coin)
        for order in list(account.orders.values()):
            if order.coin == coin and order.follows_position:
                if not held or (held > 0) == order.is_buy:
                    self._end(account, order, "reduceOnlyCanceled", at)
                else:
                    order.left = order.size = abs(held)

    def _look(self, account: Account, order: Order, mark: Decimal, at: int) -> None:
        if order.oid not in account.orders or order.parent is not None:
            return
        if order.trigger is not None:
            above = mark >= order.trigger
            if above == (order.is_buy == (order.kind == "sl")):
                self._fire(account, order, mark, at)
        elif (mark <= order.price) if order.is_buy else (mark >= order.price):
            size = order.left
            if order.reduce_only:
                size = min(size, abs(account.held(order.coin)))
            if size:
                self._fill(account, order, size, order.price, at, crossed=False)

    def _fire(self, account: Account, order: Order, mark: Decimal, at: int) -> None:
        """A market order, no worse than a tenth beyond the mark."""
        self._update(account, order, "triggered", at)
        held = account.held(order.coin)
        if not held or (held > 0) == order.is_buy:
            self._end(account, order, "reduceOnlyCanceled", at)
            return
        order.trigger = None
        order.left = order.size = min(order.left, abs(held))
        sign = 1 if order.is_buy else -1
        order.price = mark * (1 + sign * STOPPED_OUT)
        self._take(account, order, at)
        if order.oid in account.orders:
            self._end(account, order, "canceled", at)

    def _end(self, account: Account, order: Order, status: str, at: int) -> None:
        account.orders.pop(order.oid, None)
        self._update(account, order, status, at)
        if status != "filled":
            for child in [one for one in account.orders.values() if one.parent == order.oid]:
                self._end(account, child, "canceled", at)

    def _update(self, account: Account, order: Order, status: str, at: int) -> None:
        order.status = status
        self._tell(
            "order", account,
            {"order": order_reply(order), "status": status, "statusTimestamp": at},
        )  # fmt: skip

    def _liquidate(self, account: Account, prices: dict[str, Decimal], at: int) -> None:
        for coin, backstop in doomed(account, prices, self.most).items():
            since = at - account.liquidated_at.get(coin, -COOLDOWN)
            if since < COOLDOWN and not backstop:
                continue
            position = account.positions[coin]
            self._oid += 1
            is_buy, lot = position.size < 0, Decimal(1).scaleb(-self.coins[coin].size_decimals)
            whole = backstop or coin in account.liquidated_at
            size = part(abs(position.size), prices[coin], lot, whole=whole)
            account.liquidated_at[coin] = at
            order = Order(
                self._oid, coin, is_buy, prices[coin], size, size, reduce_only=True, tif="Ioc",
                cloid=None, at=at,
            )  # fmt: skip
            self._fill(account, order, size, prices[coin], at, crossed=True, liquidation=True)
            if not account.held(coin):
                account.liquidated_at.pop(coin, None)

    def _pay_funding(self, prices: dict[str, Decimal], at: int) -> None:
        first = not self._hour
        self._hour = at // HOUR
        for account in self.accounts.values():
            for coin, position in account.positions.items():
                if first:
                    continue
                paid = position.size * prices[coin] * self.funding(coin, at)
                account.cash -= paid
                position.funding += paid
                self._tell("funding", account, {
                    "time": at, "coin": coin, "usdc": f"{-paid:f}", "szi": f"{position.size:f}",
                    "fundingRate": f"{self.funding(coin, at):f}", "nSamples": None,
                })  # fmt: skip

    def funding(self, coin: str, at: int) -> Decimal:
        """An hour's: about the baseline, by the market's own mood."""
        hour = at // HOUR * HOUR
        mood = self.market.price(self.coins[coin], hour) / self.market.price(
            self.coins[coin], hour - 8 * HOUR
        )
        premium = (mood - 1) / 50
        clamped = min(max(Decimal("0.0001") - premium, Decimal("-0.0005")), Decimal("0.0005"))
        return ((premium + clamped) / 8).quantize(Decimal("0.0000000001"))


def _named(order: Order) -> dict[str, object]:
    return {"oid": order.oid} if order.cloid is None else {"oid": order.oid, "cloid": order.cloid}


def _grow_up(child: Order, placed: list[Order], statuses: list[object]) -> None:
    """A child waits until its parent is filled. Raises Refused with what was said of the parent."""
    first = statuses[0] if statuses else None
    if isinstance(first, dict) and "error" in first:
        raise Refused(str(cast("dict[str, object]", first)["error"]))
    if placed and placed[0].status != "filled":
        child.parent = placed[0].oid
