"""From settings and what the files hold to the configuration of a bot."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from math import ceil, log10
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.app.errors import UserError
from trimtab.app.settings import AdaptationSettings, Settings
from trimtab.domain.configuration import (
    Adapting,
    Configuration,
    Costs,
    Exits,
    Gate,
    HardLimits,
    Instrument,
    RiskLimits,
    Sizing,
    Topic,
)
from trimtab.domain.observations import OPEN
from trimtab.domain.units import HOUR, SECOND, Bp, Coin, Leverage, Micros


def configuration(
    settings: Settings, topics: tuple[Topic, ...], coins: tuple[Coin, ...]
) -> Configuration:
    """Every topic trades every coin."""
    levels = settings.thresholds
    return Configuration(
        topics=tuple(replace(topic, threshold=levels.get(topic.name, 0.0)) for topic in topics),
        mix={topic.name: coins for topic in topics},
        risk=RiskLimits(
            Leverage(settings.risk.leverage), maximum_drawdown=settings.risk.maximum_drawdown
        ),
        gate=Gate(settings.gate.enter, settings.gate.leave) if settings.gate.enabled else None,
        exits=_exits(settings),
        sizing=_sizing(settings),
        costs=_costs(settings),
        capital=settings.capital,
        limits=_limits(settings),
        adapting=_adapting(settings.adaptation),
    )


def check_thresholds(settings: Settings, topics: tuple[Topic, ...], path: Path | None) -> None:
    """Raises UserError for a threshold of a topic that has no forecasts."""
    names = [topic.name for topic in topics]
    for name, level in settings.thresholds.items():
        if name not in names:
            raise UserError(
                f"{path}: thresholds.{name} is {level:g}, but no such topic is read "
                f"({', '.join(names) or 'none is'}): correct or remove it"
            )


def unhalted(written: Configuration) -> Configuration:
    """The same without what pauses until a person resumes, for runs in which nobody could."""
    limits = HardLimits(exposure=written.limits.exposure, leverage=written.limits.leverage)
    risk = replace(written.risk, maximum_drawdown=None)
    return replace(written, risk=risk, limits=limits)


def static_twin(written: Configuration) -> Configuration:
    """The configuration as written, never adapted, and blind to accuracy: it has no gate.

    Without it positions are shares, whatever the edge, and end with their horizon. Nor has it a
    drawdown limit: nobody would resume it, and a twin that stands still says nothing.
    """
    return replace(unhalted(written), gate=None)


def watched(settings: Settings, coins: tuple[Coin, ...]) -> tuple[Coin, ...]:
    """Those of the market's coins that the bot watches from the start. Raises UserError."""
    strangers = [coin for coin in settings.coins if coin not in coins]
    if strangers:
        raise UserError(
            f"coins: {strangers[0]} has no market here ({', '.join(coins)}): correct or remove it"
        )
    return tuple(coin for coin in coins if coin in settings.coins) if settings.coins else coins


def _limits(settings: Settings) -> HardLimits:
    """0 is off. Moments in hours and seconds become microseconds."""
    limits = settings.limits
    return HardLimits(
        exposure=limits.exposure or None,
        leverage=Leverage(limits.leverage) if limits.leverage else None,
        daily_loss=limits.daily_loss or None,
        weekly_loss=limits.weekly_loss or None,
        orders_an_hour=limits.orders_an_hour or None,
        silence=Micros(int(limits.silence_hours * HOUR)) or None,
        clock_error=Micros(int(limits.clock_error_seconds * SECOND)) or None,
    )


def _sizing(settings: Settings) -> Sizing:
    sizing = settings.sizing
    return Sizing(
        sizing.volatility_target or None, sizing.maximum_scale, sizing.compounding,
        sizing.kelly or None, sizing.doubt, sizing.correlation,
    )  # fmt: skip


def _exits(settings: Settings) -> Exits:
    exits = settings.exits
    return Exits(
        exits.horizon, exits.stop_loss or None, exits.take_profit or None,
        exits.trailing_stop or None, exits.hold_on, exits.stop_deviations or None,
    )  # fmt: skip


def _adapting(settings: AdaptationSettings) -> Adapting:
    return Adapting(
        settings.reserve, _end_of_learning(settings), settings.without, settings.contexts
    )


def _end_of_learning(settings: AdaptationSettings) -> Micros | None:
    if not settings.learn:
        return Micros(0)
    if settings.learn_until == date.max:
        return None
    midnight = datetime.combine(settings.learn_until, time(), UTC)
    return Micros(int(midnight.timestamp()) * SECOND)


def _costs(settings: Settings) -> Costs:
    costs = settings.costs
    return Costs(
        Bp(costs.taker_fee), Bp(costs.maker_fee), Bp(costs.half_spread), Bp(costs.impact),
        costs.participation,
    )  # fmt: skip


def instruments(coins: tuple[Coin, ...], bars: NDArray[np.float64]) -> tuple[Instrument, ...]:
    """Trading rules where no venue tells them: a lot is worth at most about one dollar."""
    return tuple(
        Instrument(coin, size_decimals=_decimals(opens))
        for coin, opens in zip(coins, bars[:, OPEN].T, strict=True)
    )


def _decimals(opens: NDArray[np.float64]) -> int:
    known = opens[np.isfinite(opens)]
    return min(max(ceil(log10(float(known[0]))), 0), 5) if len(known) else 4
