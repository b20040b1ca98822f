"""A topic that got worse is not traded until it recovers."""

from __future__ import annotations

import pytest

from tests.adaptation.given import (
    BTC,
    ETH,
    FREE,
    NAMED,
    QUICK,
    SLOW,
    SOL,
    WRITTEN,
    drop,
    situation,
)
from trimtab.adaptation.changes import applied
from trimtab.adaptation.held import Held
from trimtab.adaptation.rules.pause_topic import pause_topic
from trimtab.domain.canonical import hash_of
from trimtab.domain.configuration import Change, Configuration
from trimtab.domain.decisions import AdaptationProposed, AdaptationRefused
from trimtab.domain.event_types import AlloraAccuracyDrop
from trimtab.domain.units import DAY


def asked(
    event: AlloraAccuracyDrop, now: Configuration = WRITTEN, held: Held = FREE
) -> AdaptationProposed | AdaptationRefused | None:
    return pause_topic(now, event, situation(held=held), NAMED)


def proposed(
    event: AlloraAccuracyDrop, now: Configuration = WRITTEN, held: Held = FREE
) -> AdaptationProposed:
    answer = asked(event, now, held)
    assert isinstance(answer, AdaptationProposed)
    return answer


PAUSED = applied(WRITTEN, proposed(drop()).change)
HELD = Held().pausing({QUICK: WRITTEN.mix[QUICK]})


def test_the_topic_and_no_other_is_taken_off_all_its_coins() -> None:
    answer = proposed(drop())
    assert PAUSED.mix == {QUICK: (), SLOW: (BTC, SOL)}
    assert answer.scope == (BTC, ETH, SOL)
    assert answer.reduces_risk
    assert answer.because == (
        "quick-4h was right 47 % of late, 56 % were believed: it is not traded until it recovers"
    )


def test_on_recovery_the_configuration_is_as_written_hash_for_hash() -> None:
    answer = proposed(drop(accuracy=0.57, over=True), PAUSED, HELD)
    assert answer.restores
    assert hash_of(applied(PAUSED, answer.change)) == hash_of(WRITTEN)
    assert answer.because == (
        "quick-4h has recovered (right 56 % of late, 56 % were believed): "
        "it trades BTC, ETH, SOL again"
    )


def test_only_what_the_topic_had_comes_back() -> None:
    held = Held().pausing({QUICK: (BTC, ETH)})
    assert proposed(drop(over=True), PAUSED, held).change == Change({QUICK: (BTC, ETH)})


def test_what_the_user_has_removed_meanwhile_stays_away() -> None:
    written = applied(WRITTEN, Change({QUICK: (BTC, SOL)}))
    moment = situation(written=written, held=HELD)
    answer = pause_topic(PAUSED, drop(over=True), moment, NAMED)
    assert isinstance(answer, AdaptationProposed)
    assert answer.change == Change({QUICK: (BTC, SOL)})


def test_the_recovery_of_a_topic_that_was_not_paused_is_no_news() -> None:
    assert asked(drop(over=True)) is None


def test_a_topic_that_trades_nothing_is_left_as_it_is() -> None:
    answer = asked(drop(), PAUSED)
    assert isinstance(answer, AdaptationRefused)
    assert answer.because == "quick-4h trades no coin as it is"


def test_the_expected_effect_is_what_trades_at_the_accuracy_of_late_would_lose() -> None:
    # At 50 % a trade loses its round trip of 11 bp in 4 h. BTC and ETH at 2x, SOL at 5x, of three.
    effect = proposed(drop(accuracy=0.5)).expected
    assert effect.net_edge == pytest.approx((2.0 + 2.0 + 5.0) / 3.0 * 11.0 / 4.0)
    assert effect.win_rate == 0.5
    assert effect.high - effect.net_edge == pytest.approx(1.645 * 300.0 / 336.0**0.5)
    assert effect.deadline == drop().at + 14 * DAY


def test_the_better_the_topic_still_is_the_less_is_won_by_pausing_it() -> None:
    worse, better = proposed(drop(accuracy=0.4)).expected, proposed(drop(accuracy=0.6)).expected
    assert worse.net_edge > 0.0 > better.net_edge
