"""From what the user wrote to what the bot trades."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from trimtab.app.configuring import (
    check_thresholds,
    configuration,
    instruments,
    static_twin,
    unhalted,
)
from trimtab.app.errors import UserError
from trimtab.app.settings import (
    CostSettings,
    ExitSettings,
    GateSettings,
    LimitSettings,
    RiskSettings,
    Settings,
    SizingSettings,
)
from trimtab.domain.configuration import Configuration, Costs, Exits, Gate, HardLimits, Mix, Topic
from trimtab.domain.units import HOUR, SECOND, Bp, Coin, Leverage, Micros, TopicName

COINS = (Coin("BTC"), Coin("ETH"))
TOPICS = (
    Topic(TopicName("slow"), "log_return", HOUR),
    Topic(TopicName("fast"), "price", HOUR),
)
shares = some.floats(0.01, 0.99)
distances = some.floats(0.0, 0.5)
settings = some.builds(
    Settings,
    capital=some.floats(1.0, 1e9),
    thresholds=some.dictionaries(some.sampled_from(["slow", "fast"]), some.floats(0.0, 1.0)),
    gate=some.builds(GateSettings, some.booleans(), shares, shares),
    exits=some.builds(ExitSettings, some.booleans(), distances, distances, distances),
    sizing=some.builds(SizingSettings, distances, shares, some.booleans()),
    risk=some.builds(RiskSettings, some.floats(0.1, 50.0), shares),
    costs=some.builds(CostSettings, distances, distances, distances, distances, shares),
)


def test_without_settings_the_bot_trades_everything_as_the_domain_says() -> None:
    written = configuration(Settings(), TOPICS, COINS)
    limits = HardLimits(
        3.0, Leverage(5.0), 0.1, 0.2, 200, Micros(6 * HOUR), Micros(300 * SECOND)
    )  # fmt: skip
    mix: Mix = {topic.name: COINS for topic in TOPICS}
    assert written == Configuration(TOPICS, mix, limits=limits)


@given(settings)
def test_every_setting_arrives_and_zero_switches_off(given_settings: Settings) -> None:
    written = configuration(given_settings, TOPICS, COINS)
    gate, exits, sizing = given_settings.gate, given_settings.exits, given_settings.sizing
    costs = given_settings.costs
    assert [topic.threshold for topic in written.topics] == [
        given_settings.thresholds.get(topic.name, 0.0) for topic in TOPICS
    ]
    assert written.gate == (Gate(gate.enter, gate.leave) if gate.enabled else None)
    assert written.exits == Exits(
        exits.horizon,
        exits.stop_loss if exits.stop_loss > 0.0 else None,
        exits.take_profit if exits.take_profit > 0.0 else None,
        exits.trailing_stop if exits.trailing_stop > 0.0 else None,
        exits.hold_on,
        exits.stop_deviations if exits.stop_deviations > 0.0 else None,
    )
    assert (written.sizing.volatility_target or 0.0) == sizing.volatility_target
    assert (written.sizing.maximum_scale, written.sizing.compounding) == (
        sizing.maximum_scale,
        sizing.compounding,
    )
    assert written.risk.leverage == given_settings.risk.leverage
    assert written.risk.maximum_drawdown == given_settings.risk.maximum_drawdown
    assert written.capital == given_settings.capital
    assert written.costs == Costs(
        Bp(costs.taker_fee), Bp(costs.maker_fee), Bp(costs.half_spread), Bp(costs.impact),
        costs.participation,
    )  # fmt: skip


def test_the_twin_trades_what_was_written_but_knows_no_gate_and_no_halt() -> None:
    written = configuration(Settings(), TOPICS, COINS)
    twin = static_twin(written)
    assert (twin.gate, twin.risk.maximum_drawdown) == (None, None)
    assert (twin.topics, twin.mix) == (written.topics, written.mix)
    assert twin.risk.leverage == written.risk.leverage


def test_a_run_that_nobody_watches_is_not_halted() -> None:
    written = unhalted(configuration(Settings(), TOPICS, COINS))
    assert written.risk.maximum_drawdown is None
    assert written.limits == HardLimits(exposure=3.0, leverage=Leverage(5.0))


def test_a_limit_of_zero_is_off() -> None:
    off = LimitSettings(0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0)
    assert configuration(Settings(limits=off), TOPICS, COINS).limits == HardLimits()


def test_a_threshold_of_a_topic_that_is_not_read_is_refused() -> None:
    with pytest.raises(UserError) as told:
        check_thresholds(Settings(thresholds={"slwo": 0.1}), TOPICS, Path("my.toml"))
    assert str(told.value) == (
        "my.toml: thresholds.slwo is 0.1, but no such topic is read (slow, fast): "
        "correct or remove it"
    )


@pytest.mark.parametrize(
    ("price", "decimals"), [(64_000.0, 5), (1.0, 0), (1.2, 1), (150.0, 3), (0.004, 0)]
)
def test_a_lot_is_worth_about_a_dollar_or_less(price: float, decimals: int) -> None:
    bars = np.full((2, 5, 1), np.nan)
    bars[1] = price
    (rule,) = instruments((Coin("X"),), bars)
    assert rule.size_decimals == decimals


def test_a_coin_without_a_bar_gets_a_common_lot() -> None:
    (rule,) = instruments((Coin("X"),), np.full((2, 5, 1), np.nan))
    assert rule.size_decimals == 4
