"""Waiting for something that another task or thread brings about."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(reached: Callable[[], bool]) -> None:
    """Raises TimeoutError after ten seconds."""
    async with asyncio.timeout(10):
        while not reached():  # noqa: ASYNC110 - nobody there would set an event
            await asyncio.sleep(0)
