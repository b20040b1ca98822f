"""What the mind tells of forecasts that come due: outcomes, and drops of a topic's accuracy."""

from __future__ import annotations

from msgspec.structs import replace

from tests.builders.running import of_kind, reacted
from tests.mind.given import FIRST_BARS, TOPIC, awake, bar, forecast, hour
from trimtab.context.accuracy_drop import DropParameters
from trimtab.context.accuracy_tracker import AccuracyParameters
from trimtab.domain.decisions import PredictionsSettled
from trimtab.domain.event_types import AlloraAccuracyDrop
from trimtab.mind.mind import Mind
from trimtab.records.snapshot import decode, encode

NOW = FIRST_BARS + 1
SOON = AccuracyParameters(drop=DropParameters(patience=1.05, warm_up=0.0))
"""The first miss is evidence enough."""


def moved() -> Mind:
    """It has seen a move, and so knows volatilities."""
    return reacted(awake(), bar(NOW, 101.0, 51.0, 10.1))[0]


def test_a_drop_is_told_with_the_outcomes_that_showed_it_and_can_be_read_back() -> None:
    mind = moved()
    mind = replace(mind, accuracy=replace(mind.accuracy, parameters=SOON))
    mind, _ = reacted(mind, forecast(NOW), bar(NOW + 1))
    _, facts = reacted(mind, bar(NOW + 2, 99.0, 49.0, 9.9))
    (settled,) = of_kind(facts, PredictionsSettled)
    (drop,) = of_kind(facts, AlloraAccuracyDrop)
    assert settled.at == drop.at == hour(NOW + 2)
    assert (drop.topic, drop.over, drop.accuracy) == (TOPIC, False, 0.0)
    assert decode(encode(drop), AlloraAccuracyDrop) == drop


def test_the_forecasts_own_intervals_are_scored_in_the_minds_order_of_coins() -> None:
    more = replace(
        forecast(NOW, 0.01, 0.01, 0.01),
        lower=((-0.10, 0.02, None),),
        upper=((0.10, 0.03, None),),
    )
    turned = replace(
        more,
        coins=more.coins[::-1],
        values=(more.values[0][::-1],),
        lower=((None, 0.02, -0.10),),
        upper=((None, 0.03, 0.10),),
    )
    for issued in (more, turned):
        mind, _ = reacted(moved(), issued, bar(NOW + 1), bar(NOW + 2))
        lines = {line.symbol: line.interval_coverage for line in mind.accuracy.cells()}
        assert lines == {"BTC": 1.0, "ETH": 0.0, "SOL": None, "*": 0.5}
