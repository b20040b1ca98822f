"""Hyperliquid on the loopback: `/info`, `/exchange` and `/ws` as the venue has them."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from decimal import Decimal
from typing import Any, TypeGuard, cast

import msgspec
from aiohttp import web

from trimtab.adapters.stand_ins.hyperliquid.account import Account
from trimtab.adapters.stand_ins.hyperliquid.actions import Actions
from trimtab.adapters.stand_ins.hyperliquid.faults import Chances, Faults
from trimtab.adapters.stand_ins.hyperliquid.info import Info, Unknown
from trimtab.adapters.stand_ins.hyperliquid.ledger import Ledger
from trimtab.adapters.stand_ins.hyperliquid.noise_market import NoiseMarket
from trimtab.adapters.stand_ins.hyperliquid.rate_limits import (
    RateLimits,
    weight_of_action,
    weight_of_question,
)
from trimtab.adapters.stand_ins.hyperliquid.stream import Stream
from trimtab.adapters.stand_ins.hyperliquid.venue import Venue
from trimtab.domain.units import SECOND
from trimtab.ports import Clock

TICK = 0.25
"""Seconds between two looks at the market."""
_MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError)
"""An action of another shape than the venue's."""
_UNREADABLE = "Failed to deserialize the JSON body into the target type"


class HyperliquidStandIn:
    """A venue of its own, with its own market. Belongs to one event loop."""

    def __init__(
        self, clock: Clock, market: NoiseMarket | None = None, *, tick: float = TICK
    ) -> None:
        """`tick`: seconds between two looks at the market, and between messages of streams."""
        self.faults = Faults()
        self._clock = clock
        self._tick = tick
        self._chances = Chances(self.faults)
        self.venue = Venue(market or NoiseMarket(), self._tell)
        self.info = Info(self.venue, self.faults)
        self.actions = Actions(self.venue, self.faults, self._chances)
        self.stream = Stream(self.venue, self.info, self.faults, self._chances)
        self.stream.post = self._posted
        self.limits = RateLimits()
        self.ledger = Ledger(self.venue.accounts, self.actions.admission.used)
        self.port = 0
        """Where it listens, once it does."""
        self._runner: web.AppRunner | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._late: set[asyncio.Task[None]] = set()
        self.arrived: list[tuple[int, dict[str, Any]]] = []
        """Envelopes with the moment of their arrival (µs, UTC)."""

    @property
    def now(self) -> int:
        """Milliseconds (UTC), by the venue's own clock."""
        return self._clock.now() // 1000 + int(self.faults.clock_skew * 1000)

    def account(self, address: str, cash: int = 10_000, agent: str = "") -> Account:
        """An account with this money (USDC); an agent may be approved at once."""
        known = self.venue.accounts.setdefault(
            address.lower(), Account(address.lower(), Decimal(cash))
        )
        if agent:
            known.agents[agent.lower()] = "bot"
        return known

    def set_faults(self, wanted: Faults) -> None:
        """All of them at once; draws begin anew where the seed is another."""
        if wanted.seed != self.faults.seed:
            self._chances.begin(wanted.seed)
        for name in Faults.__struct_fields__:
            setattr(self.faults, name, getattr(wanted, name))

    async def start(self, port: int = 0) -> int:
        """Listens on 127.0.0.1; the port it has."""
        app = web.Application()
        app.router.add_post("/info", self._ask)
        app.router.add_post("/exchange", self._act)
        app.router.add_get("/ws", self.stream.serve)
        app.router.add_post("/stand-in/faults", self._set_faults)
        app.router.add_post("/stand-in/accounts", self._open_account)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self._runner = runner
        self._ticking = asyncio.create_task(self._run())
        self.port = int(runner.addresses[0][1])
        return self.port

    async def stop(self) -> None:
        """Lets go of everything; what it holds stays, so that it can be started again."""
        if self._ticking is not None:
            self._ticking.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticking
        for task in self._late:
            task.cancel()
        await self.stream.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def step(self) -> None:
        """One look at the market; also done by itself."""
        self.venue.tick(self.now)
        await self.stream.publish(self.now)

    def _tell(self, kind: str, account: Account, message: dict[str, Any]) -> None:
        self.stream.tell(kind, account, message)

    async def _run(self) -> None:
        dropped = self._clock.now()
        while True:
            await asyncio.sleep(self._tick)
            await self.step()
            every = self.faults.drop_every * SECOND
            if every and self._clock.now() - dropped >= every:
                dropped = self._clock.now()
                await self.stream.drop()

    async def _ask(self, request: web.Request) -> web.Response:
        asked = await _body(request)
        if (refused := await self._disturbed()) is not None:
            return refused
        if asked is None:
            return _text(422, _UNREADABLE)
        try:
            answer = self.info.answer(asked, self.now)
        except Unknown:
            return _text(422, _UNREADABLE)
        items = len(answer) if _is_list(answer) else 1
        if not self.limits.admits(weight_of_question(asked, items), self.now):
            return _text(429, "")
        return _json(answer)

    async def _act(self, request: web.Request) -> web.Response:
        envelope = await _body(request)
        if (refused := await self._disturbed()) is not None:
            return refused
        if not _is_envelope(envelope):
            return _text(422, _UNREADABLE)
        if not self.limits.admits(weight_of_action(envelope["action"]), self.now):
            return _text(429, "")
        faults, chances = self.faults, self._chances
        places = envelope["action"].get("type") == "order"
        if places and chances.happens(faults.late):
            self._arrive_late(envelope)
            return await _silence()
        try:
            reply = self._carried_out(envelope)
        except _MALFORMED:
            return _text(422, _UNREADABLE)
        if places and chances.happens(faults.no_answer):
            return await _silence()
        return _json(reply)

    def _carried_out(self, envelope: dict[str, Any], *, forgives: bool = False) -> dict[str, Any]:
        self.arrived.append((self._clock.now(), envelope))
        return self.actions.carry_out(envelope, self.now, forgives=forgives)

    def _arrive_late(self, envelope: dict[str, Any]) -> None:

        async def arrive() -> None:
            await asyncio.sleep(self.faults.late_by)
            with suppress(*_MALFORMED):
                self._carried_out(envelope, forgives=not self.faults.heeds_expiry)

        task = asyncio.create_task(arrive())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _disturbed(self) -> web.Response | None:
        faults = self.faults
        if faults.stall:
            await asyncio.sleep(faults.stall)
        if faults.status:
            return _text(faults.status, "")
        if self._chances.happens(faults.failing):
            return _text(self._chances.status(), "")
        return None

    def _posted(self, kind: str, payload: dict[str, Any]) -> object:
        if kind == "action":
            return self._carried_out(payload)
        return self.info.answer(payload, self.now)

    async def _set_faults(self, request: web.Request) -> web.Response:
        """Ours, not the venue's: the whole set of faults as JSON."""
        try:
            wanted = msgspec.json.decode(await request.read(), type=Faults)
        except msgspec.MsgspecError as error:
            return _text(422, str(error))
        self.set_faults(wanted)
        return _json({})

    async def _open_account(self, request: web.Request) -> web.Response:
        """Ours, not the venue's: `{address, cash, agent, unified}`."""
        asked = await _body(request)
        if asked is None or "address" not in asked:
            return _text(422, "address is missing")
        known = self.account(
            str(asked["address"]), int(asked.get("cash", 10_000)), str(asked.get("agent", ""))
        )
        known.unified = bool(asked.get("unified", known.unified))
        return _json({})


async def _body(request: web.Request) -> dict[str, Any] | None:
    try:
        found: object = msgspec.json.decode(await request.read())
    except msgspec.DecodeError:
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _is_list(answer: object) -> TypeGuard[list[object]]:
    return isinstance(answer, list)


def _is_envelope(body: dict[str, Any] | None) -> TypeGuard[dict[str, Any]]:
    return (
        body is not None
        and {"action", "nonce", "signature"} <= set(body)
        and isinstance(body["action"], dict)
    )


async def _silence() -> web.Response:
    """The client has to give up by itself."""
    await asyncio.sleep(3_600.0)
    return _text(504, "")


def _json(body: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), content_type="application/json")


def _text(status: int, body: str) -> web.Response:
    return web.Response(status=status, text=body)
