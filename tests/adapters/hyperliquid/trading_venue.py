"""A venue of one account for tests of the exchange: it keeps orders and fills, and may be silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, cast

from msgspec.structs import replace

from tests.adapters.hyperliquid.hand_clock import HandClock
from tests.adapters.hyperliquid.venue_server import VenueServer, venue_server
from tests.builders.awaiting import until
from trimtab.adapters.hyperliquid.client_order_id import cloid_of
from trimtab.adapters.hyperliquid.exchange_core import EarlierLife, ExchangeCore
from trimtab.adapters.hyperliquid.exchange_settings import ExchangeSettings
from trimtab.adapters.hyperliquid.info_client import Patience
from trimtab.adapters.hyperliquid.rate_budget import RateBudget
from trimtab.adapters.hyperliquid.reconnecting import BackOff
from trimtab.adapters.hyperliquid.signing import Signature, Signed, SignerRefusedError
from trimtab.adapters.hyperliquid.stream import Timing
from trimtab.adapters.hyperliquid.told_account import ToldAccount
from trimtab.adapters.hyperliquid.venue_access import Place, VenueAccess
from trimtab.adapters.hyperliquid.wire_actions import Action
from trimtab.domain.canonical import order_id
from trimtab.domain.decisions import OrderIntended, Purpose
from trimtab.domain.facts import Outside
from trimtab.domain.units import SECOND, Coin, Micros, OrderId

BTC = Coin("BTC")
USER = "0x" + "a" * 40
NOON = Micros(1_700_006_400 * SECOND)
STREAM = Timing(ping=1.0, look=0.05, back_off=BackOff(first=0.01, longest=0.02))
SETTINGS = ExchangeSettings(
    "bot", USER, expiry=0.05, margin=0.02, fills_within=0.05, refresh=60.0, again=0.01
)


class CountingSigner:
    """Signs nothing really, but never uses a nonce twice."""

    def __init__(self) -> None:
        self.nonces = 0
        self.refuses = ""
        self.asked: list[tuple[Action, int | None]] = []

    async def sign(self, action: Action, expires_after: int | None) -> Signed:
        self.asked.append((action, expires_after))
        if self.refuses:
            raise SignerRefusedError(self.refuses)
        self.nonces += 1
        return Signed(self.nonces, Signature("0x1", "0x2", 27))


class TradingVenue:
    """What the venue knows of one account. `answer` decides what an order's sender hears."""

    def __init__(self, server: VenueServer) -> None:
        self.server = server
        self.fills: list[dict[str, Any]] = []
        self.statuses: dict[str, dict[str, Any]] = {}
        """By client order id."""
        self.open_orders: list[dict[str, Any]] = []
        self.positions: dict[str, str] = {}
        self.equity = "1000.0"
        self.ledger: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], object] = self.fill_whole
        self.mid = "100.0"
        server.exchange = self._exchange
        server.info |= {
            "meta": lambda _: {
                "universe": [
                    {"name": "OLD", "szDecimals": 1, "maxLeverage": 3, "isDelisted": True},
                    {"name": "BTC", "szDecimals": 3, "maxLeverage": 40},
                    {"name": "ISO", "szDecimals": 0, "maxLeverage": 3, "onlyIsolated": True},
                ]
            },
            "allMids": lambda _: {"BTC": self.mid, "ISO": "2.0"},
            "userFillsByTime": lambda asked: [
                one for one in self.fills if one["time"] >= asked["startTime"]
            ],
            "frontendOpenOrders": lambda _: self.open_orders,
            "orderStatus": lambda asked: self.statuses.get(asked["oid"], {"status": "unknownOid"}),
            "userAbstraction": lambda _: "disabled",
            "spotClearinghouseState": lambda _: {"balances": []},
            "clearinghouseState": lambda _: self._state(),
            "userNonFundingLedgerUpdates": lambda asked: [
                one for one in self.ledger if one["time"] >= asked["startTime"]
            ],
            "userRateLimit": lambda _: {"cumVlm": "0", "nRequestsUsed": 0, "nRequestsCap": 10_000},
        }

    @property
    def orders(self) -> list[dict[str, Any]]:
        """All that were sent, as they were on the wire."""
        actions = [one["action"] for one in self.server.posted]
        return [order for one in actions if one["type"] == "order" for order in one["orders"]]

    @property
    def actions(self) -> list[str]:
        return [one["action"]["type"] for one in self.server.posted]

    def executes(self, order: dict[str, Any], size: str, price: str = "100.0") -> dict[str, Any]:
        """The fill of an order, which the account has from now on."""
        fill = {
            "coin": "BTC",
            "px": price,
            "sz": size,
            "side": "B" if order["b"] else "A",
            "time": NOON // 1000 + len(self.fills),
            "oid": 77,
            "fee": "0.01",
            "tid": 1000 + len(self.fills),
            "cloid": order["c"],
            "crossed": True,
        }
        self.fills.append(fill)
        held = Decimal(self.positions.get("BTC", "0"))
        self.positions["BTC"] = str(held + Decimal(size) * (1 if order["b"] else -1))
        return fill

    def fill_whole(self, order: dict[str, Any]) -> object:
        fill = self.executes(order, order["s"])
        self.has_status(order, "filled", "0.0")
        return filled(fill["sz"])

    def rest(self, order: dict[str, Any]) -> object:
        """It waits for its trigger."""
        self.has_status(order, "open", order["s"])
        return {"resting": {"oid": 5}}

    def has_status(self, order: dict[str, Any], status: str, left: str) -> None:
        self.statuses[order["c"]] = {"status": "order", "order": self.update(order, status, left)}

    def update(
        self, order: dict[str, Any], status: str, left: str, oid: int = 77
    ) -> dict[str, Any]:
        return {
            "order": {
                "coin": "BTC",
                "side": "B" if order["b"] else "A",
                "limitPx": order["p"],
                "sz": left,
                "origSz": order["s"],
                "oid": oid,
                "timestamp": 1,
                "cloid": order["c"],
            },
            "status": status,
            "statusTimestamp": 1,
        }

    def _exchange(self, envelope: dict[str, Any]) -> object:
        action: dict[str, Any] = envelope["action"]
        if action["type"] != "order":
            return self._other(action)
        (order,) = action["orders"]
        answer: Any = self.answer(order)
        is_status = isinstance(answer, str) or (isinstance(answer, dict) and "status" not in answer)
        return _statuses("order", cast("object", answer)) if is_status else cast("object", answer)

    def _other(self, action: dict[str, Any]) -> object:
        if action["type"] == "cancelByCloid":
            for one in action["cancels"]:
                status = self.statuses.get(one["cloid"])
                if status is None or status["order"]["status"] != "open":
                    text = "Order was never placed, already canceled, or filled."
                    return _statuses("cancel", {"error": text})
                status["order"]["status"] = "canceled"
            return _statuses("cancel", "success")
        return {"status": "ok", "response": {"type": "default"}}

    def _state(self) -> dict[str, Any]:
        summary = {
            "accountValue": self.equity,
            "totalNtlPos": "0",
            "totalRawUsd": self.equity,
            "totalMarginUsed": "0",
        }
        return {
            "assetPositions": [
                {"type": "oneWay", "position": _position(coin, size)}
                for coin, size in self.positions.items()
                if Decimal(size)
            ],
            "crossMarginSummary": summary,
            "marginSummary": summary,
            "withdrawable": self.equity,
            "time": NOON // 1000 + 1_000_000,
        }


def filled(size: str) -> dict[str, Any]:
    return {"filled": {"totalSz": size, "avgPx": "100.0", "oid": 77}}


def _statuses(kind: str, *statuses: object) -> dict[str, Any]:
    return {"status": "ok", "response": {"type": kind, "data": {"statuses": statuses}}}


def _position(coin: str, size: str) -> dict[str, Any]:
    return {
        "coin": coin,
        "szi": size,
        "entryPx": "100.0",
        "positionValue": str(abs(Decimal(size)) * 100),
        "unrealizedPnl": "0",
        "marginUsed": "1",
        "leverage": {"type": "isolated", "value": 20},
        "liquidationPx": None,
    }


def intended(
    side: str = "buy", size: str = "1", purpose: Purpose = "entry", **changed: Any
) -> OrderIntended:
    """An order for BTC; entries may open, all others reduce."""
    moment = Micros(NOON + changed.pop("second", 0) * SECOND)
    numbers = {"entry": 0, "flatten": 1, "protect": 2}
    name = order_id("bot", changed.get("coin", BTC), moment, numbers[purpose])
    order = OrderIntended(
        moment,
        name,
        BTC,
        "buy" if side == "buy" else "sell",
        Decimal(size),
        purpose,
        purpose != "entry",
        None,
        "a test",
    )
    return replace(order, **changed)


class Trading:
    """An exchange that runs against a venue, and the facts that it told."""

    def __init__(self, venue: TradingVenue, core: ExchangeCore, signer: CountingSigner) -> None:
        self.venue = venue
        self.core = core
        self.signer = signer
        self.facts: list[Outside] = []
        self.account = ToldAccount()
        self.clock = HandClock(NOON)

    def of(self, order: OrderIntended | OrderId) -> list[Any]:
        """What was told of an order."""
        name = order if isinstance(order, str) else order.order
        return [fact for fact in self.facts if getattr(fact, "order", None) == name]

    def kinds(self, order: OrderIntended) -> list[str]:
        return [type(fact).__name__ for fact in self.of(order)]


@asynccontextmanager
async def trading(
    settings: ExchangeSettings = SETTINGS,
    life: EarlierLife | None = None,
    given: Callable[[TradingVenue], None] = lambda _: None,
    deadline: float = 5.0,
    *,
    connected: bool = True,
) -> AsyncGenerator[Trading, None]:
    """Connected, and all that had happened before is told."""
    async with venue_server() as server:
        access = VenueAccess(place_of(server, deadline), lambda: 0.0)
        venue, signer = TradingVenue(server), CountingSigner()
        given(venue)
        facts: list[Outside] = []
        account = ToldAccount()
        clock = HandClock(NOON)
        core = ExchangeCore(
            settings,
            access,
            signer,
            facts.append,
            clock,
            account,
        )
        running = Trading(venue, core, signer)
        running.facts, running.account, running.clock = facts, account, clock
        await core.begin(life or EarlierLife(since=NOON))
        task = asyncio.create_task(core.run()) if connected else None
        try:
            if connected:
                await until(lambda: len(server.subscriptions()) == 4)
            yield running
        finally:
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            await access.transport.close()


def place_of(server: VenueServer, deadline: float = 5.0) -> Place:
    """With little patience, and as many questions as anybody likes."""
    patience = Patience(attempts=2, first_pause=0.001, jitter=0.0, total=5.0)
    budget = RateBudget(1e9, burst=1e9, refill=1e9)
    return Place(server.url, server.stream_url, deadline, patience, budget, STREAM)


def on_the_wire(order: OrderIntended) -> dict[str, Any]:
    """As the venue would know an order of an earlier life."""
    return {"c": cloid_of(order.order), "b": order.side == "buy", "p": "100", "s": str(order.size)}
