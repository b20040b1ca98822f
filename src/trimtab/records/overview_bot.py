"""The bot as its overview shows it: who it is, how far it may go, whether it trades."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.commands import Pause, Resume, StopTrading
from trimtab.domain.configuration import Mode, Stage, Topic
from trimtab.domain.decisions import SafetyPaused, SafetyResumed, StageChanged
from trimtab.domain.facts import Fact
from trimtab.domain.observations import CoinListed, EngineStarted
from trimtab.domain.units import Coin, Micros
from trimtab.mind.mind import STANDBY

Status = Literal["running", "paused", "stopped"]


class Shown(Struct, frozen=True):
    """A coin, and with how many decimals its sizes are written."""

    coin: Coin
    size_decimals: int


class Bot(Struct, frozen=True):
    """What the global bar tells."""

    name: str
    mode: Mode
    stage: Stage
    strategy: str
    interval: Micros
    """Length of a bar."""
    started_at: Micros
    seed: int | None
    capital: float
    maximum_drawdown: float | None
    gate: float | None
    """P(net edge > 0) from which forecasts are traded."""
    topics: tuple[Topic, ...]
    coins: tuple[Shown, ...]
    status: Status = "running"
    status_since: Micros = Micros(0)
    status_by: str = ""
    status_because: str = ""


def see_bot(bot: Bot | None, fact: Fact) -> Bot | None:
    """The bot after a fact; the same object where nothing changed."""
    if isinstance(fact, EngineStarted):
        return _started(bot, fact)
    if bot is None:
        return None
    match fact:
        case StageChanged():
            return replace(bot, stage=fact.after)
        case CoinListed():
            shown = Shown(fact.instrument.coin, fact.instrument.size_decimals)
            return replace(bot, coins=(*_others(bot, shown.coin), shown))
        case _:
            return _status(bot, fact)


def _others(bot: Bot, *coins: Coin) -> tuple[Shown, ...]:
    return tuple(one for one in bot.coins if one.coin not in coins)


def _status(bot: Bot, fact: Fact) -> Bot:
    """An operator's word is shown even where safety says the same a moment later."""
    match fact:
        case SafetyPaused() if bot.status == "running":
            return _now(bot, "paused", fact.at, fact.by, fact.because)
        case SafetyResumed():
            return _now(bot, "running", fact.at, fact.by, fact.because)
        case Pause() if bot.status == "running":
            return _now(bot, "paused", fact.at, fact.actor, fact.reason)
        case Resume():
            return _now(bot, "running", fact.at, fact.actor, fact.reason)
        case StopTrading():
            return _now(bot, "stopped", fact.at, fact.actor, fact.reason)
        case _:
            return bot


def _now(bot: Bot, status: Status, at: Micros, by: str, because: str) -> Bot:
    return replace(bot, status=status, status_since=at, status_by=by, status_because=because)


def _started(bot: Bot | None, fact: EngineStarted) -> Bot:
    """A restart keeps a pause, which ends by a command, never by a crash; and coins that joined."""
    configuration = fact.configuration
    started = Bot(
        name=fact.bot,
        mode=fact.mode,
        stage=fact.stage,
        strategy=fact.strategy,
        interval=fact.interval,
        started_at=fact.at,
        seed=fact.seed,
        capital=configuration.capital,
        maximum_drawdown=configuration.risk.maximum_drawdown,
        gate=configuration.gate.enter if configuration.gate else None,
        topics=configuration.topics,
        coins=tuple(Shown(each.coin, each.size_decimals) for each in fact.instruments),
    )
    if bot is None and fact.standby:
        return _now(started, "paused", fact.at, fact.bot, STANDBY)
    if bot is None:
        return started
    joined = _others(bot, *(each.coin for each in started.coins))
    started = replace(started, coins=(*started.coins, *joined))
    return _now(started, bot.status, bot.status_since, bot.status_by, bot.status_because)
