"""The first fact of a run over recorded data."""

from __future__ import annotations

from msgspec.structs import replace

from trimtab.app.compose import started
from trimtab.app.configuring import instruments
from trimtab.app.recording import Recording
from trimtab.domain.configuration import Configuration
from trimtab.domain.observations import EngineStarted
from trimtab.domain.units import Micros


def started_on(
    recording: Recording,
    written: Configuration,
    *,
    bot: str = "trimtab",
    begin: Micros | None = None,
) -> EngineStarted:
    """A bot that starts when the first bar opens; rows before `begin` only teach it."""
    candles = recording.candles
    rules = instruments(candles.coins, candles.bars)
    start = started(written, rules, candles.interval, recording.opened, bot=bot)
    return replace(start, reported_from=begin)
