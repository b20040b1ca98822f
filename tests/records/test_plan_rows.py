"""What facts become in the plan's tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np
import pytest
from msgspec import json
from msgspec.structs import replace

from tests.builders.running import of_kind
from tests.dashboard.story_parts import BEFORE, COINS, HOUR, START_AT, TOPICS, applied, tightened
from trimtab.adapters.memory.clock import StandingClock
from trimtab.adapters.memory.event_store import MemoryJournal
from trimtab.domain.configuration import Effect
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationFailed,
    AdaptationJudged,
    AdaptationRefused,
    AdaptationRolledBack,
    CryptoMixChanged,
    PredictionsSettled,
    Verdict,
)
from trimtab.domain.event_types import (
    AlloraAccuracyDrop,
    CorrelationBreakdown,
    MarketEvent,
    MarketRegimeChange,
    PerformanceDegradation,
    VolatilitySpike,
    VolumeAnomaly,
)
from trimtab.domain.facts import Derived
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES, PhaseProbabilities
from trimtab.domain.observations import TimePassed
from trimtab.domain.units import MARKET, AdaptationId, Bp, Coin, Micros
from trimtab.ports import Step
from trimtab.records.plan_rows import (
    CONCERNED,
    EMITTERS,
    Count,
    Insert,
    Moment,
    Score,
    Statement,
    Trigger,
    Update,
    statements,
)
from trimtab.records.plan_sql import iso

AT = Micros(START_AT)
EVEN = PhaseProbabilities(0.25, 0.25, 0.25, 0.25)
BTC, ETH = COINS[:2]

EVENTS: tuple[MarketEvent, ...] = (
    MarketRegimeChange(AT, MARKET, "bull", "bear", 0.9, EVEN, EVEN, {"p": 0.9}),
    VolatilitySpike(AT, BTC, 2.4, over=False, confidence=0.8, evidence={"ratio": 2.4}),
    CorrelationBreakdown(AT, ((BTC, ETH),), 0.8, 0.1, 0.7, {"pairs": 1.0}),
    VolumeAnomaly(AT, ETH, 5.0, 0.6, {"z": 5.0}),
    AlloraAccuracyDrop(AT, TOPICS[0], 0.6, 0.5, over=False, confidence=0.5, evidence={"n": 9.0}),
    PerformanceDegradation(AT, 0.3, 0.25, 1.0, {"equity": 7.0}),
)


def said(*facts: Derived) -> list[Statement]:
    """What the facts of one step become."""
    journal = MemoryJournal("test", StandingClock(AT))
    journal.append(Step(TimePassed(AT), AT, 0, facts))
    journal.flush()
    _, *rows = journal.read()
    return list(statements(zip(rows, facts, strict=True)))


def values(found: Sequence[Statement], place: int = 0) -> dict[str, object]:
    """What a new row, or a changed one, holds."""
    statement = found[place]
    assert isinstance(statement, Insert | Update)
    return dict(statement.values)


def test_every_market_event_has_an_emitter_and_nothing_else_has() -> None:
    assert set(EMITTERS) == set(get_args(MarketEvent))
    assert {type(event) for event in EVENTS} == set(EMITTERS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_a_market_event_is_a_row_with_its_payload_and_source(event: MarketEvent) -> None:
    row = values(said(event))
    assert row["event_type"] in CONCERNED
    assert row["timestamp"] == Moment(AT)
    assert (row["at"], row["confidence"]) == (AT, event.confidence)
    payload = row["payload"]
    assert isinstance(payload, str)
    assert json.decode(payload)["type"] == row["event_type"]


def test_the_source_is_the_component_that_emits() -> None:
    sources = [values(said(event))["source"] for event in EVENTS]
    assert sources == ["market_context_engine"] * 4 + ["accuracy_tracker", "performance_monitor"]


def test_an_exercise_is_told_apart_from_the_market() -> None:
    simulated = replace(EVENTS[0], evidence={"simulated": 1.0})
    assert values(said(simulated))["source"] == "simulation"


def test_a_changed_mix_says_what_was_added_and_removed_and_nothing_more() -> None:
    (fact,) = of_kind(applied(AT, "bear", 3), AdaptationApplied)
    row = values(said(fact))
    assert row["crypto_changes"] == '{"add":["AVAX"],"remove":["DOGE","LINK"]}'
    assert row["adaptation_type"] == "adapt_crypto_mix"
    assert row["event_id"] == Trigger("market_regime_change", row_cause(fact), MARKET)
    assert row["success"] is None


def row_cause(fact: Derived) -> str | None:
    """The id of the fact from outside that the step followed from."""
    found = values(said(EVENTS[0], fact))
    cause = found["causation_id"]
    assert isinstance(cause, str)
    return cause


def test_a_change_of_risk_alone_changes_no_crypto() -> None:
    (fact,) = of_kind(tightened(AT, 8), AdaptationApplied)
    row = values(said(fact))
    assert row["crypto_changes"] == '{"add":[],"remove":[]}'
    assert isinstance(row["changes"], str)
    assert json.decode(row["changes"]) == ["DOGE 2.0x → 1.2x", "SOL 2.0x → 1.0x"]


ONE = AdaptationId("one")
MEASURED = Effect(Bp(1.5), Bp(-1.0), Bp(4.0), 0.5, Micros(AT + HOUR))


@pytest.mark.parametrize(
    ("verdict", "success"),
    [("kept", True), ("rolled_back", False), ("inconclusive", None), ("superseded", None)],
)
def test_success_is_open_until_a_verdict_decides(verdict: Verdict, success: bool | None) -> None:  # noqa: FBT001
    row = values(said(AdaptationJudged(AT, ONE, verdict, "so", MEASURED, 1.0, 2.0, 30)))
    assert (row["success"], row["verdict"], row["measured_net_edge"]) == (success, verdict, 1.5)


def test_what_was_taken_back_or_failed_was_no_success() -> None:
    back = said(AdaptationRolledBack(AT, ONE, "it did worse", BEFORE, "h"))
    failed = said(AdaptationFailed(AT, ONE, "subscribe", "refused", "h"))
    assert values(back) | {"success": False, "verdict": "rolled_back"} == values(back)
    assert values(failed)["outcome"] == "subscribe failed: refused"
    assert values(failed)["success"] is False


def settled(at: int, forecast: float | None, realised: float | None) -> PredictionsSettled:
    phase, regime = PHASES.index("bull"), VOLATILITY_REGIMES.index("high")
    return PredictionsSettled(
        Micros(at), TOPICS[0], AT, (BTC,), (forecast,), (realised,), (phase,), (regime,)
    )


def test_settled_forecasts_are_counted_by_coin_phase_and_volatility() -> None:
    hit, miss, unknown = settled(AT, 0.1, 0.2), settled(AT + 1, 0.1, -0.2), settled(AT, 0.1, None)
    (count,) = said(hit, miss, unknown)
    assert count == Count(Score(TOPICS[0], BTC, "bull", "high"), 1, 2, 3, Moment(AT + 1))


def test_other_facts_are_in_no_table() -> None:
    mixed = of_kind(applied(AT, "bear", 3), CryptoMixChanged)
    assert mixed
    assert said(*mixed, AdaptationRefused(AT, "tighten_risk", "volatility_spike", "at 1x")) == []


def test_times_as_text_sort_as_times() -> None:
    chance = np.random.default_rng(4)
    moments = sorted(chance.integers(0, 2**52, 200).tolist())
    assert sorted(iso(at) for at in moments) == [iso(at) for at in moments]
    assert iso(AT) == "2024-05-01T00:00:00.000000Z"
    assert iso(1) == "1970-01-01T00:00:00.000001Z"


def test_symbols_of_any_kind_are_kept_as_they_are() -> None:
    odd = replace(EVENTS[1], coin=Coin("PURR/USDC"))
    assert values(said(odd))["coin"] == "PURR/USDC"
