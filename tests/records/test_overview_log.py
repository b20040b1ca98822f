"""The log of adaptations and what is in force."""

from __future__ import annotations

from msgspec.structs import replace

from tests.dashboard.story_parts import (
    AFTER,
    BEFORE,
    COINS,
    TIGHT,
    applied,
    rolled_back,
    started,
    tightened,
)
from tests.records.overview_words import hour, seen
from trimtab.domain.commands import Pause, Resume, StopTrading
from trimtab.domain.configuration import Change, Effect
from trimtab.domain.decisions import (
    AdaptationApplied,
    AdaptationFailed,
    AdaptationJudged,
    AdaptationRefused,
    RiskAdjustment,
    SafetyPaused,
    StageChanged,
)
from trimtab.domain.units import AdaptationId, Bp, Coin, Leverage
from trimtab.records.overview_difference import difference, leverage_difference
from trimtab.records.overview_log import LOG, REFUSALS

FIRST = tuple(applied(hour(3), "bull", 3))


def changing(change: Change, inverse: Change) -> AdaptationApplied:
    (fact, _) = FIRST
    assert isinstance(fact, AdaptationApplied)
    return replace(fact, change=change, inverse=inverse)


def refused(why: str, number: int = 1) -> AdaptationRefused:
    return AdaptationRefused(hour(number), "tighten_risk", "volatility_spike", why)


def test_an_applied_adaptation_is_one_row_with_reason_difference_and_confidence() -> None:
    log = seen(FIRST).log
    assert len(log) == 1
    assert log[0].because.startswith("The market turned bull")
    assert log[0].changes == (
        "+AVAX (pooled-8h)",
        "\u2212DOGE (pooled-8h)",
        "\u2212LINK (pooled-8h)",
    )
    assert (log[0].seq, log[0].status, log[0].confidence) == (2, "applied", 0.87)


def test_a_wider_guard_is_told_in_basis_points() -> None:
    wide, none = (Change(slippage_guard={Coin("SOL"): guard}) for guard in (Bp(5.0), None))
    assert difference(changing(wide, none)) == ("SOL guard 0 \u2192 5 bp",)
    assert difference(changing(none, wide)) == ("SOL guard 5 \u2192 0 bp",)


def test_a_coin_without_a_limit_of_its_own_is_told_with_the_general_one() -> None:
    cut, back = (Change(coin_leverage={Coin("SOL"): limit}) for limit in (Leverage(0.5), None))
    assert difference(changing(cut, back)) == ("SOL 2.0x \u2192 0.5x",)
    assert difference(changing(back, cut)) == ("SOL 0.5x \u2192 2.0x",)


def test_what_follows_from_an_adaptation_leaves_in_force_what_the_adaptation_told() -> None:
    (cut, adjusted, _) = tightened(hour(8), 8)
    back = changing(
        Change(coin_leverage={COINS[2]: None}), Change(coin_leverage={COINS[2]: Leverage(1.0)})
    )
    follows = RiskAdjustment(hour(8), back.adaptation, COINS[2], 1.0, 2.0, "over")
    in_force = seen([cut, adjusted, back, follows]).in_force
    assert in_force
    assert in_force.coin_leverage == {COINS[3]: TIGHT.risk.coin_leverage[COINS[3]]}


def test_what_was_never_in_force_is_no_row() -> None:
    judged = AdaptationJudged(
        hour(9), AdaptationId("x"), "kept", "an exercise", Effect(Bp(0.0), Bp(0.0), Bp(0.0), 0.5, hour(9)),
        1.0, 20.0, 5, shadow=True,
    )  # fmt: skip
    assert seen((*FIRST, judged)).log == seen(FIRST).log


def test_the_share_of_changes_that_could_be_made_is_counted() -> None:
    assert seen(()).success.rate is None
    failed = AdaptationFailed(hour(9), AdaptationId("x"), "check", "an exercise", "hash")
    assert seen((*FIRST, failed)).success.rate == 0.5


def test_a_rollback_is_a_row_of_its_own_and_marks_the_one_it_undoes() -> None:
    log = seen([*FIRST, rolled_back(hour(40), 3)]).log
    assert [(row.type, row.status) for row in log] == [
        ("adaptation_applied", "rolled back"),
        ("adaptation_rolled_back", "rolled back"),
    ]
    assert (log[1].title, log[1].changes) == ("rollback of #2", log[0].changes)
    assert log[0].outcome == log[1].because


def test_a_judgement_tells_the_measured_effect_on_the_row_it_judges() -> None:
    measured = Effect(Bp(1.1), Bp(-2.0), Bp(4.0), 0.5, hour(99))
    adaptation = seen(FIRST).log[0].adaptation
    assert adaptation
    judged = AdaptationJudged(hour(9), adaptation, "kept", "it helped", measured, 0.4, 23.0, 34)
    log = seen([*FIRST, judged]).log
    assert (log[0].status, log[0].measured) == ("kept", measured)
    assert log[1].evidence["evidence_of_help"] == 23.0


def test_a_successor_is_told_on_the_row_it_supersedes_alone() -> None:
    none = Effect(Bp(0.0), Bp(0.0), Bp(0.0), 0.5, hour(99))
    adaptation = seen(FIRST).log[0].adaptation
    assert adaptation
    why = "another change touches its coins"
    log = seen(
        [*FIRST, AdaptationJudged(hour(9), adaptation, "superseded", why, none, 1, 1, 9)]
    ).log
    assert [(row.status, row.outcome) for row in log] == [("superseded", why)]


def test_leverage_is_told_to_the_decimal_that_matters() -> None:
    assert leverage_difference(Coin("SOL"), 5.0, 2.5) == "SOL 5.0x \N{RIGHTWARDS ARROW} 2.5x"
    assert leverage_difference(Coin("SOL"), 0.4, 0.38) == "SOL 0.40x \N{RIGHTWARDS ARROW} 0.38x"


def test_a_refusal_said_again_is_counted_not_added() -> None:
    overview = seen([refused("at the floor", 1), refused("at the floor", 2), refused("changed")])
    assert [(row.because, row.times) for row in overview.refusals] == [
        ("at the floor", 2),
        ("changed", 1),
    ]
    assert overview.log == ()


def test_refusals_and_changes_are_bounded_apart() -> None:
    many = [refused(f"reason {number}") for number in range(REFUSALS + 30)]
    stages = [StageChanged(hour(1), "shadow", "full", "promoted")] * (LOG + 10)
    overview = seen([*FIRST, *many, *stages])
    assert (len(overview.refusals), len(overview.log)) == (REFUSALS, LOG)


def test_what_is_in_force_follows_every_change_and_its_undoing() -> None:
    after = seen([*FIRST, *tightened(hour(8), 8)]).in_force
    back = seen([*FIRST, rolled_back(hour(40), 3)]).in_force
    assert after
    assert (after.mix, after.coin_leverage) == (TIGHT.mix, TIGHT.risk.coin_leverage)
    assert back
    assert back.mix == BEFORE.mix


def test_an_operators_limit_is_a_row_and_in_force() -> None:
    adjusted = RiskAdjustment(hour(1), None, COINS[0], 2.0, 1.5, "before the weekend")
    overview = seen([adjusted])
    assert overview.log[0].changes == ("BTC 2.0x \N{RIGHTWARDS ARROW} 1.5x",)
    assert overview.in_force
    assert overview.in_force.coin_leverage == {Coin("BTC"): 1.5}


def test_a_pause_stands_until_somebody_resumes() -> None:
    pause = Pause(hour(1), "operator@dashboard", "lunch")
    echo = SafetyPaused(hour(1), "operator@dashboard", "lunch")
    assert [row.type for row in seen([pause, echo]).log] == ["pause"]
    paused = seen([pause, echo]).bot
    resumed = seen([pause, echo, Resume(hour(2), "operator@dashboard", "back")]).bot
    stopped = seen([StopTrading(hour(1), "operator@dashboard", "enough")]).bot
    assert paused and resumed and stopped  # noqa: PT018
    assert (paused.status, paused.status_because) == ("paused", "lunch")
    assert (resumed.status, stopped.status) == ("running", "stopped")


def test_a_restart_does_not_end_a_pause() -> None:
    bot = seen([Pause(hour(1), "operator@dashboard", "lunch"), started()]).bot
    assert bot
    assert bot.status == "paused"


def test_what_stays_the_same_is_no_difference() -> None:
    same = Change(mix={**AFTER.mix}, coin_leverage={Coin("SOL"): AFTER.risk.leverage})
    assert difference(changing(same, replace(same, coin_leverage={Coin("SOL"): None}))) == ()
