"""The matrix of accuracy and the reasons of non-trades."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from tests.dashboard.story_parts import COINS, context_at
from tests.records.overview_words import hour, seen
from trimtab.domain.decisions import ForecastsWeighed, MarketContextUpdate, PredictionsSettled
from trimtab.domain.reasons import Reason
from trimtab.domain.units import TopicName

TOPIC = TopicName("t")
TWO = COINS[:2]
BULL, LOW = 0, 0


def settled(
    forecast: tuple[float | None, ...], came: tuple[float | None, ...]
) -> PredictionsSettled:
    return PredictionsSettled(
        hour(9), TOPIC, hour(1), TWO, forecast, came, (BULL, BULL), (LOW, LOW)
    )


def test_a_hit_is_a_forecast_of_the_right_direction() -> None:
    cell = seen([settled((0.01, 0.01), (0.002, -0.002))]).accuracy["t|bull|low"]
    assert (cell.hits, cell.n) == (1, 2)


def test_a_forecast_without_price_or_direction_is_not_counted() -> None:
    assert seen([settled((0.01, 0.0), (None, 0.01))]).accuracy == {}


def test_the_probability_is_kept_with_the_context_it_was_told_in() -> None:
    context = context_at(hour(1), "bear", 0.8, np.random.default_rng(1))
    weighed = ForecastsWeighed(
        hour(1), (TOPIC,), COINS[:1], ((0.81,),), ((4.0,),), ((Reason.TRADED,),)
    )
    overview = seen([MarketContextUpdate(hour(1), context, 0.8), weighed])
    regime = context.coins[0].volatility_regime
    assert overview.accuracy[f"t|bear|{regime}"].probability == 0.81


def test_the_phase_is_the_markets_for_by_it_forecasts_are_weighed() -> None:
    context = context_at(hour(1), "bear", 0.8, np.random.default_rng(1))
    (coin, *others) = context.coins
    own = replace(context, coins=(replace(coin, phase="volatile"), *others))
    weighed = ForecastsWeighed(
        hour(1), (TOPIC,), COINS[:1], ((0.81,),), ((4.0,),), ((Reason.TRADED,),)
    )
    overview = seen([MarketContextUpdate(hour(1), own, 0.8), weighed])
    assert list(overview.accuracy) == [f"t|bear|{coin.volatility_regime}"]


def test_the_latest_verdict_of_every_topic_is_kept() -> None:
    def weighed(number: int, topic: str, reason: Reason) -> ForecastsWeighed:
        one = ((0.5,),)
        return ForecastsWeighed(
            hour(number), (TopicName(topic),), COINS[:1], one, one, ((int(reason),),)
        )

    verdicts = seen([
        weighed(1, "daily", Reason.GATE_CLOSED),
        weighed(2, "hourly", Reason.GATE_CLOSED),
        weighed(3, "hourly", Reason.PAUSED),
    ]).verdicts  # fmt: skip
    assert verdicts[TopicName("daily")].reasons == (Reason.GATE_CLOSED,)
    assert verdicts[TopicName("hourly")].reasons == (Reason.PAUSED,)
