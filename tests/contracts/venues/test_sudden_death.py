"""The engine is killed at every step of an order's life, and of a coin's removal.

Whatever the step: once it is back every position has its stop, no order was executed twice, journal
and venue agree, and a removal that had begun comes to its end.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders.servers import free_port
from tests.builders.soak import SOAKING
from tests.contracts.venues.sudden_death import (
    Bot,
    Stage,
    closes,
    enters,
    in_loop,
    protects,
    stage,
)
from trimtab.adapters.signer.messages import Ask
from trimtab.domain.decisions import CryptoStateChanged, OrderIntended
from trimtab.domain.observations import (
    EngineStarted,
    OrderAccepted,
    OrderFilled,
    OrderSent,
)

Step = Callable[[Stage, Bot], None]


def intended(bot: Bot, *purposes: str) -> list[OrderIntended]:
    facts = bot.facts(OrderIntended)
    return [one for one in facts if isinstance(one, OrderIntended) and one.purpose in purposes]


def before_an_entry_is_sent(given: Stage, bot: Bot) -> None:
    given.signer.kept = enters
    bot.until(lambda: bool(intended(bot, "entry")))


def while_an_entry_is_on_its_way(given: Stage, bot: Bot) -> None:
    given.hyperliquid.faults.late, given.hyperliquid.faults.late_by = 1.0, 2.0
    bot.until(lambda: bool(bot.facts(OrderSent)))


def after_an_entry_that_nobody_answered(given: Stage, bot: Bot) -> None:
    given.hyperliquid.faults.no_answer = given.hyperliquid.faults.fills_late = 1.0
    bot.until(lambda: bool(given.account.positions))


def after_a_fill(_: Stage, bot: Bot) -> None:
    bot.until(lambda: bool(bot.facts(OrderFilled)))


def before_the_stop_is_sent(given: Stage, bot: Bot) -> None:
    given.signer.kept = protects
    bot.until(lambda: bool(intended(bot, "protect")))


def after_the_stop_is_accepted(given: Stage, bot: Bot) -> None:
    bot.until(lambda: bool(bot.facts(OrderAccepted)) and not given.unprotected())


def while_an_exit_is_on_its_way(given: Stage, bot: Bot) -> None:
    after_the_stop_is_accepted(given, bot)
    given.signer.kept = closes
    bot.send(type="stop_trading", reason="enough", flatten=True)
    bot.until(lambda: bool(intended(bot, "flatten")))


def after_an_exit_that_nobody_answered(given: Stage, bot: Bot) -> None:
    after_the_stop_is_accepted(given, bot)
    given.hyperliquid.faults.no_answer = given.hyperliquid.faults.fills_late = 1.0
    bot.send(type="stop_trading", reason="enough", flatten=True)
    bot.until(lambda: not given.account.positions)


STEPS: tuple[Step, ...] = (
    before_an_entry_is_sent, while_an_entry_is_on_its_way, after_an_entry_that_nobody_answered,
    after_a_fill, before_the_stop_is_sent, after_the_stop_is_accepted, while_an_exit_is_on_its_way,
    after_an_exit_that_nobody_answered,
)  # fmt: skip


EVERY_DAY = (before_the_stop_is_sent, after_an_exit_that_nobody_answered)
"""The others take minutes in all: TRIMTAB_SOAK=1."""


@pytest.mark.parametrize("step", STEPS if SOAKING else EVERY_DAY, ids=lambda step: step.__name__)
def test_whatever_the_engine_was_at_every_position_is_managed_again(
    step: Step, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    with stage(tmp_path) as given:
        # given a bot that is killed at a step
        first = Bot(given, free_port())
        step(given, first)
        first.dies()
        # when the world is well again, and the bot comes back
        well(given)
        second = Bot(given, free_port())
        record_testsuite_property(step.__name__, is_managed(given, second))
        second.until(lambda: agrees(given, second))
        second.ends()
        assert executed_once(given)
        assert given.unprotected() == []


@pytest.mark.skipif(not SOAKING, reason="waits for bars of a minute: TRIMTAB_SOAK=1")
@pytest.mark.parametrize("kept", [closes, None], ids=["before the exit", "after it"])
def test_a_removal_that_had_begun_comes_to_its_end(
    kept: Callable[[Ask], bool] | None, tmp_path: Path
) -> None:
    with stage(tmp_path) as given:
        first = Bot(given, free_port())
        after_the_stop_is_accepted(given, first)
        coin = min(given.account.positions)
        if kept is not None:
            given.signer.kept = closes
        else:
            given.hyperliquid.faults.no_answer = given.hyperliquid.faults.fills_late = 1.0
        first.send(type="remove_crypto", coin=coin, how="now", reason="off")
        first.until(lambda: "closing" in lives(first, coin))
        if kept is None:
            first.until(lambda: coin not in given.account.positions)
        first.dies()
        well(given)
        second = Bot(given, free_port())
        second.until(lambda: "gone" in lives(second, coin))
        second.until(lambda: agrees(given, second) and not given.unprotected())
        second.ends()
        assert coin not in given.account.positions
        assert coin not in {one.coin for one in given.account.orders.values()}
        assert executed_once(given)


def lives(bot: Bot, coin: str) -> list[str]:
    return [
        one.after
        for one in bot.facts(CryptoStateChanged)
        if isinstance(one, CryptoStateChanged) and one.coin == coin
    ]


def well(given: Stage) -> None:
    """Nothing is kept and nothing goes wrong."""
    given.signer.kept = None
    faults = type(given.hyperliquid.faults)()
    in_loop(given, lambda: given.hyperliquid.set_faults(faults))


def is_managed(given: Stage, bot: Bot) -> float:
    """Seconds from the start until nothing is held without a stop, and no order is in doubt."""
    began = time.monotonic()
    bot.until(lambda: len(bot.facts(EngineStarted)) > 1 and agrees(given, bot))
    bot.until(lambda: not given.unprotected())
    return time.monotonic() - began


def agrees(given: Stage, bot: Bot) -> bool:
    """The journal's fills make what the venue holds, each once."""
    fills = [one for one in bot.facts(OrderFilled) if isinstance(one, OrderFilled)]
    held: dict[str, Decimal] = {}
    for one in fills:
        change = one.size if one.side == "buy" else -one.size
        held[one.coin] = held.get(one.coin, Decimal(0)) + change
    trades = [one.trade for one in fills]
    true = {coin: one.size for coin, one in given.account.positions.items() if one.size}
    return {coin: size for coin, size in held.items() if size} == true and (
        len(trades) == len(set(trades)) == len(given.account.fills)
    )


def executed_once(given: Stage) -> bool:
    done = [one.cloid for one in given.account.past.values() if one.left < one.size]
    return max(Counter(done).values(), default=0) <= 1
