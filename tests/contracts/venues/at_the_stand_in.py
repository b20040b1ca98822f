"""A bot's way to the venue, whole: its exchange, a signer's process, and the stand-in behind both."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

from msgspec import Struct

from tests.adapters.signer.given import PASSPHRASE, USER, key_in, settings
from trimtab.adapters.hyperliquid.exchange_core import EarlierLife, ExchangeCore
from trimtab.adapters.hyperliquid.exchange_settings import ExchangeSettings
from trimtab.adapters.hyperliquid.rate_budget import RateBudget
from trimtab.adapters.hyperliquid.reconnecting import BackOff
from trimtab.adapters.hyperliquid.stream import Timing
from trimtab.adapters.hyperliquid.told_account import ToldAccount
from trimtab.adapters.hyperliquid.venue_access import Place, VenueAccess
from trimtab.adapters.signer.client import SignerClient
from trimtab.adapters.signer.limits import SignerLimits
from trimtab.adapters.signer.spawning import spawned
from trimtab.adapters.stand_ins.hyperliquid.account import Account
from trimtab.adapters.stand_ins.hyperliquid.stand_in import HyperliquidStandIn
from trimtab.adapters.system_clock import SystemClock
from trimtab.domain.facts import Outside

BOT = "bot"
PLENTY = SignerLimits(
    order_notional=Decimal(50_000), hourly_notional=Decimal(10**9), orders_a_minute=10**6
)
UNHURRIED = RateBudget(left=1e9, burst=1e9, refill=1e9)
TIMING = Timing(ping=1.0, silence=3.0, look=0.1, back_off=BackOff(first=0.02, longest=0.1))
QUICK = ExchangeSettings(
    BOT, USER, expiry=0.5, margin=0.1, fills_within=0.2, refresh=1.0, again=0.05
)  # fmt: skip


class Way(Struct):
    """Both ends of it."""

    venue: HyperliquidStandIn
    core: ExchangeCore
    told: list[Outside]

    @property
    def account(self) -> Account:
        return self.venue.venue.accounts[USER]


@asynccontextmanager
async def way(
    folder: Path, limits: SignerLimits = PLENTY, chosen: ExchangeSettings = QUICK
) -> AsyncGenerator[Way]:
    """An account with a million, an approved agent, and a venue that has room for all requests."""
    clock = SystemClock()
    venue = HyperliquidStandIn(clock, tick=0.02)
    venue.limits.most = 10**9
    venue.account(USER, 1_000_000, key_in(folder).address)
    port = await venue.start()
    url = f"http://127.0.0.1:{port}"
    signer_settings = settings(folder, url, limits)
    process = spawned(signer_settings, PASSPHRASE)
    await asyncio.to_thread(process.__enter__)
    signer = SignerClient(signer_settings.socket)
    place = Place(url, f"{url.replace('http', 'ws')}/ws", 0.5, budget=UNHURRIED, timing=TIMING)
    access = VenueAccess(place, random.random)
    told: list[Outside] = []
    core = ExchangeCore(chosen, access, signer, told.append, clock, ToldAccount())
    await core.begin(EarlierLife())
    running = asyncio.create_task(core.run())
    try:
        yield Way(venue, core, told)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await access.transport.close()
        await signer.close()
        await asyncio.to_thread(process.__exit__, None, None, None)
        await venue.stop()
