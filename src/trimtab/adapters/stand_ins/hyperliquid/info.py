"""`POST /info`: what may be asked."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from trimtab.adapters.stand_ins.hyperliquid import margin
from trimtab.adapters.stand_ins.hyperliquid.account import MAKER, TAKER, Account
from trimtab.adapters.stand_ins.hyperliquid.faults import Faults
from trimtab.adapters.stand_ins.hyperliquid.noise_market import Coin
from trimtab.adapters.stand_ins.hyperliquid.rate_limits import quota
from trimtab.adapters.stand_ins.hyperliquid.replies import frontend_reply, order_reply, text
from trimtab.adapters.stand_ins.hyperliquid.venue import HOUR, Venue

Asked = dict[str, Any]

LENGTHS = {
    "1m": 60_000, "3m": 180_000, "5m": 300_000, "15m": 900_000, "30m": 1_800_000, "1h": HOUR,
    "2h": 2 * HOUR, "4h": 4 * HOUR, "8h": 8 * HOUR, "12h": 12 * HOUR, "1d": 24 * HOUR,
}  # fmt: skip
NEWEST, PAGE, FILLS = 5_000, 500, 2_000
OPEN_INTEREST = Decimal(10_000_000)


class Unknown(Exception):  # noqa: N818 - as the venue answers
    """A question that the venue does not know: status 422."""


class Info:
    """Answers as of the moment that is given (ms)."""

    def __init__(self, venue: Venue, faults: Faults) -> None:
        self._venue = venue
        self._faults = faults
        self._answers: dict[str, Callable[[Asked, int], object]] = {
            "meta": lambda _, _at: self._meta(),
            "metaAndAssetCtxs": lambda _, at: [self._meta(), self.contexts(at)],
            "allMids": lambda _, at: {c: f"{p:f}" for c, p in self._venue.mids(at).items()},
            "candleSnapshot": self._candles,
            "l2Book": lambda asked, at: self.book(asked["coin"], at),
            "fundingHistory": self._funding,
            "clearinghouseState": lambda asked, at: self._state(self._of(asked), at),
            "spotClearinghouseState": lambda asked, at: self._spot(self._of(asked), at),
            "userAbstraction": lambda asked, _: self._mode(self._of(asked)),
            "userFees": lambda _, _at: {
                "userCrossRate": f"{TAKER:f}", "userAddRate": f"{MAKER:f}", "dailyUserVlm": [],
            },
            "userRateLimit": lambda asked, _: self.rate_limit(self._of(asked)),
            "extraAgents": lambda asked, at: [
                {"name": name, "address": address, "validUntil": at + 180 * 24 * HOUR}
                for address, name in self._of(asked).agents.items()
            ],
            "userRole": lambda asked, _: {"role": self._role(asked["user"].lower())},
            "openOrders": lambda asked, _: [
                order_reply(one) for one in self._of(asked).orders.values()
            ],
            "frontendOpenOrders": lambda asked, _: [
                frontend_reply(one) for one in self._of(asked).orders.values()
            ],
            "orderStatus": self._status,
            "userFills": lambda asked, _: self._of(asked).fills[::-1][:FILLS],
            "userFillsByTime": self._fills,
            "userNonFundingLedgerUpdates": self._ledger,
            "perpDexs": lambda _, _at: [None],
            "spotMeta": lambda _, _at: self._spot_meta(),
            "spotMetaAndAssetCtxs": lambda _, _at: (self._spot_meta(), ()),
        }  # fmt: skip

    def answer(self, asked: Asked, at: int) -> object:
        """Raises Unknown."""
        kind = self._answers.get(str(asked.get("type")))
        if kind is None:
            raise Unknown
        try:
            return kind(asked, at)
        except (KeyError, AttributeError, TypeError, ValueError):
            raise Unknown from None

    def contexts(self, at: int) -> list[dict[str, object]]:
        return [self.context(one, at) for one in self._venue.market.coins]

    def context(self, coin: Coin, at: int) -> dict[str, object]:
        """Of a perpetual's market; sparse where that is asked for, or it is not traded."""
        mid, day = self._venue.mid(coin.name, at), 24 * HOUR
        gone = coin.delisted or self._faults.sparse
        bid, ask = self._venue.touch(coin.name, at)
        volume = self._venue.market.candles(coin, day, at - day, 1)[0, 4]
        return {
            "funding": f"{self._venue.funding(coin.name, at):f}",
            "openInterest": text(round(OPEN_INTEREST / mid, 2)),
            "prevDayPx": text(self._venue.mid(coin.name, at - day)),
            "dayNtlVlm": f"{volume * float(mid):.2f}",
            "premium": None if gone else "0.0001",
            "oraclePx": text(mid), "markPx": text(mid),
            "midPx": None if gone else text(mid),
            "impactPxs": None if gone else [text(bid), text(ask)],
            "dayBaseVlm": f"{volume:.2f}",
        }  # fmt: skip

    def book(self, coin: str, at: int) -> dict[str, object]:
        bid, ask = self._venue.touch(coin, at)
        size = text(round(Decimal(100_000) / ask, self._venue.coins[coin].size_decimals))

        def levels(best: Decimal, sign: int) -> list[dict[str, object]]:
            prices = (
                (best * (1 + Decimal(sign * step) / 10_000)).quantize(best) for step in range(20)
            )
            return [{"px": text(price), "sz": size, "n": 3} for price in prices]

        return {"coin": coin, "time": at, "levels": [levels(bid, -1), levels(ask, 1)]}

    def candle(self, coin: str, interval: str, at: int) -> dict[str, object]:
        """The running one."""
        length = LENGTHS[interval]
        return self._rows(coin, interval, at // length * length, at)[0]

    def rate_limit(self, account: Account) -> dict[str, object]:
        return {
            "cumVlm": text(round(account.volume, 2)),
            "nRequestsUsed": account.requests,
            "nRequestsCap": quota(account),
        }

    def _meta(self) -> dict[str, object]:
        universe = [
            {
                "szDecimals": one.size_decimals, "name": one.name,
                "maxLeverage": one.most_leverage, "marginTableId": margin.table_of(one.most_leverage).number,
                **({"isDelisted": True} if one.delisted else {}),
                **({"onlyIsolated": True} if one.only_isolated else {}),
            }
            for one in self._venue.market.coins
        ]  # fmt: skip
        tables = [_table(margin.table_of(most)) for most in sorted(set(self._venue.most.values()))]
        return {"universe": universe, "marginTables": tables, "collateralToken": 0}

    def _spot_meta(self) -> dict[str, object]:
        """One pair; where it is sparse its base is a token that is not listed."""
        tokens = [
            {"name": name, "szDecimals": size, "weiDecimals": wei, "index": index,
             "tokenId": f"0x{index:032x}", "isCanonical": True, "evmContract": None,
             "fullName": None}
            for index, (name, size, wei) in enumerate((("USDC", 8, 8), ("PURR", 0, 5)))
        ]  # fmt: skip
        pair = {"name": "PURR/USDC", "tokens": [1, 0], "index": 0, "isCanonical": True}
        return {"tokens": tokens[:1] if self._faults.sparse else tokens, "universe": [pair]}

    def _candles(self, asked: Asked, at: int) -> object:
        asked = asked["req"]
        length = LENGTHS[asked["interval"]]
        first = max(int(asked["startTime"]), at - NEWEST * length)
        end = min(int(asked.get("endTime") or at), at)
        return self._rows(asked["coin"], asked["interval"], -(-first // length) * length, end)

    def _rows(self, coin: str, interval: str, first: int, end: int) -> list[dict[str, object]]:
        length = LENGTHS[interval]
        count = max(0, (end - first) // length + 1)
        one = self._venue.coins[coin]
        figures = self._venue.market.candles(one, length, first, count).tolist()
        jump = float(self._venue.jumps.get(coin, 1))
        return [
            {
                "t": first + place * length, "T": first + (place + 1) * length - 1, "s": coin,
                "i": interval, "o": f"{row[0]:.5g}", "c": f"{row[3] * jump:.5g}",
                "h": f"{row[1] * max(1.0, jump):.5g}", "l": f"{row[2] * min(1.0, jump):.5g}",
                "v": f"{row[4]:.{one.size_decimals}f}", "n": 100,
            }
            for place, row in enumerate(figures)
        ]  # fmt: skip

    def _funding(self, asked: Asked, at: int) -> object:
        first = -(-int(asked["startTime"]) // HOUR) * HOUR
        hours = range(first, min(int(asked.get("endTime") or at), at) + 1, HOUR)[:PAGE]
        return [
            {
                "coin": asked["coin"], "fundingRate": f"{self._venue.funding(asked['coin'], hour):f}",
                "premium": "0.0001", "time": hour,
            }
            for hour in hours
        ]  # fmt: skip

    def _state(self, account: Account, at: int) -> dict[str, object]:
        venue, prices = self._venue, self._venue.mids(at)
        used = account.margin_used(prices, venue.most)
        worth = Decimal(0) if account.unified else account.equity(prices)
        notional = sum(
            (abs(one.size) * prices[coin] for coin, one in account.positions.items()), Decimal(0)
        )
        summary = {
            "accountValue": text(round(worth, 6)), "totalNtlPos": text(round(notional, 6)),
            "totalRawUsd": text(round(worth - account.gains(prices), 6)),
            "totalMarginUsed": text(round(used, 6)),
        }  # fmt: skip
        omitted = self._faults.omit_positions
        return {
            "marginSummary": summary, "crossMarginSummary": summary,
            "crossMaintenanceMarginUsed": text(round(account.maintenance(prices, venue.most), 6)),
            "withdrawable": text(max(Decimal(0), round(worth - used, 6))),
            "assetPositions": [] if omitted else [
                {"type": "oneWay", "position": self._position(account, coin, prices)}
                for coin in account.positions
            ],
            "time": at,
        }  # fmt: skip

    def _position(
        self, account: Account, coin: str, prices: dict[str, Decimal]
    ) -> dict[str, object]:
        position, mark, most = account.positions[coin], prices[coin], self._venue.most[coin]
        leverage, cross = account.leverage.get(coin, (most, True))
        value = abs(position.size) * mark
        gain = position.size * (mark - position.entry)
        left, needed = account.backing(coin, prices, self._venue.most)
        liquidation = margin.liquidation_price(mark, position.size, left - needed, most)
        return {
            "coin": coin, "szi": text(position.size), "entryPx": text(round(position.entry, 6)),
            "leverage": {"type": "cross", "value": leverage} if cross else {
                "type": "isolated", "value": leverage,
                "rawUsd": text(round(
                    account.set_aside(coin, prices, self._venue.most) - position.size * mark, 6
                )),
            },
            "positionValue": text(round(value, 6)), "unrealizedPnl": text(round(gain, 6)),
            "returnOnEquity": text(round(gain * leverage / (abs(position.size) * position.entry), 6)),
            "liquidationPx": None if liquidation is None else text(round(liquidation, 6)),
            "marginUsed": text(round(value / leverage, 6)), "maxLeverage": most,
            "cumFunding": {
                "allTime": text(round(position.funding, 6)),
                "sinceOpen": text(round(position.funding, 6)),
                "sinceChange": text(round(position.funding, 6)),
            },
        }  # fmt: skip

    def _spot(self, account: Account, at: int) -> object:
        prices = self._venue.mids(at)
        total = account.equity(prices) if account.unified else Decimal(0)
        hold = account.margin_used(prices, self._venue.most) if account.unified else Decimal(0)
        usdc = {
            "coin": "USDC", "token": 0, "total": text(round(total, 6)),
            "hold": text(round(hold, 6)), "entryNtl": "0.0",
        }  # fmt: skip
        return {"balances": [usdc]}

    def _mode(self, account: Account) -> str:
        return "unifiedAccount" if account.unified else "disabled"

    def _role(self, address: str) -> str:
        if address in self._venue.accounts:
            return "user"
        agents = {agent for one in self._venue.accounts.values() for agent in one.agents}
        return "agent" if address in agents else "missing"

    def _status(self, asked: Asked, at: int) -> object:
        account, oid = self._of(asked), asked["oid"]
        order = account.past.get(oid) if isinstance(oid, int) else account.by_cloid(oid)
        if order is None:
            return {"status": "unknownOid"}
        told = {"order": frontend_reply(order), "status": order.status, "statusTimestamp": at}
        return {"status": "order", "order": told}

    def _fills(self, asked: Asked, at: int) -> object:
        start, end = int(asked["startTime"]), int(asked.get("endTime") or at)
        found = [one for one in self._of(asked).fills if start <= int(str(one["time"])) <= end]
        return found[:FILLS]

    def _ledger(self, asked: Asked, at: int) -> object:
        start, end = int(asked["startTime"]), int(asked.get("endTime") or at)
        return [one for one in self._of(asked).ledger if start <= int(str(one["time"])) <= end]

    def _of(self, asked: Asked) -> Account:
        """An agent's own address has nothing."""
        address = str(asked["user"]).lower()
        return self._venue.accounts.get(address) or Account(address, Decimal(0))


def _table(one: margin.Table) -> list[object]:
    tiers = [
        {"lowerBound": text(tier.lower_bound), "maxLeverage": tier.most_leverage}
        for tier in one.tiers
    ]
    return [one.number, {"description": one.description, "marginTiers": tiers}]
