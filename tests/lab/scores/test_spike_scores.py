"""The scores of spikes: markets that are what they say, detectors compared on equal terms."""

from __future__ import annotations

import numpy as np
import pytest

from trimtab.domain.observations import CLOSE, HIGH, LOW, OPEN
from trimtab.lab.report.grouped_bars import Series, grouped_bars
from trimtab.lab.scores.pictures import spike_picture
from trimtab.lab.scores.spike_markets import FAMILIES, SIGMA, Bursts, Family, spike_market
from trimtab.lab.scores.spike_rivals import REFRACTORY, RIVALS, WARM_UP, alarms, limit_for
from trimtab.lab.scores.spike_scores import IN_TIME, OURS, alarm_rate, found, score_spikes

SHAPE = (3_000, 6)


def test_equal_seeds_give_equal_markets_and_others_do_not() -> None:
    first, again, other = (
        spike_market(FAMILIES[0], (300, 2), np.random.default_rng(seed), Bursts()).bars
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_quiet_market_has_moves_of_the_size_it_says_and_possible_bars(family: Family) -> None:
    market = spike_market(family, (8_000, 12), np.random.default_rng(3))
    moves = np.diff(np.log(market.bars[:, CLOSE]), axis=0)
    assert 0.3 * SIGMA < float(np.median(np.abs(moves))) < 0.8 * SIGMA
    assert (market.bars[:, HIGH] >= np.maximum(market.bars[:, OPEN], market.bars[:, CLOSE])).all()
    assert (market.bars[:, LOW] <= np.minimum(market.bars[:, OPEN], market.bars[:, CLOSE])).all()
    assert not market.begins.any()


def test_bursts_are_where_the_truth_says_and_as_large() -> None:
    bursts = Bursts(times=3.0)
    market = spike_market(FAMILIES[3], (20_000, 8), np.random.default_rng(4), bursts)
    quiet = spike_market(FAMILIES[3], (20_000, 8), np.random.default_rng(4))
    rows, coins = np.nonzero(market.begins)
    assert len(rows) > 400
    assert rows.min() >= bursts.first
    moves = np.abs(np.diff(np.log(market.bars[:, CLOSE]), axis=0, prepend=np.nan))
    usual = np.nanmean(np.abs(np.diff(np.log(quiet.bars[:, CLOSE]), axis=0)))
    inside = np.mean([moves[rows + later, coins].mean() for later in range(bursts.length)])
    assert inside == pytest.approx(3.0 * usual, rel=0.15)
    assert moves[rows + bursts.length, coins].mean() == pytest.approx(usual, rel=0.2)


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_is_given_at_least_as_many_false_alarms(name: str) -> None:
    statistic = RIVALS[name](spike_market(FAMILIES[0], SHAPE, np.random.default_rng(5)).bars)
    limit = limit_for([statistic], 40)
    rung = alarms(statistic, limit)
    assert rung.sum() >= 40
    assert alarms(statistic, 1.05 * limit).sum() <= rung.sum()
    for coin in range(SHAPE[1]):
        places = np.flatnonzero(rung[:, coin])
        assert (np.diff(places) >= REFRACTORY).all()
    assert not rung[:WARM_UP].any()


def test_only_an_alarm_in_time_finds_a_burst() -> None:
    begins, rung = np.zeros((100, 4), np.bool_), np.zeros((100, 4), np.bool_)
    begins[50] = True
    rung[50, 0] = rung[50 + IN_TIME - 1, 1] = rung[50 + IN_TIME, 2] = rung[49, 3] = True
    assert found(begins, rung).tolist() == [True, True, False, False]


def test_alarms_are_counted_after_the_warm_up() -> None:
    rung = np.zeros((WARM_UP + 500, 2), np.bool_)
    rung[WARM_UP + 10, 0] = True
    assert alarm_rate([rung]) == pytest.approx(1.0)


def test_the_analyzer_finds_more_bursts_than_every_rival_at_equal_false_alarms() -> None:
    (score,) = score_spikes([np.random.default_rng(seed) for seed in (6, 7)], (5.0,), shape=SHAPE)
    ours, *rivals = score.detectors
    assert ours.detector == OURS
    assert {rival.detector for rival in rivals} == set(RIVALS)
    for rival in rivals:
        assert rival.false_alarms >= ours.false_alarms - 1e-9
        assert ours.hits > rival.hits
    assert score.bursts > 60
    assert score.over_z_score > 1.2
    assert [family.family for family in score.families] == [family.name for family in FAMILIES]
    assert all(0.3 < family.over_nominal < 2.0 for family in score.families)


def test_scores_are_drawn_with_their_figures_in_words() -> None:
    scores = score_spikes([np.random.default_rng(8)], (10.0,), shape=(2_000, 3))
    picture = spike_picture(scores)
    assert picture.startswith("<svg ")
    assert picture.count("<rect") == 1 + 2 * (1 + len(RIVALS))
    assert "volatility analyzer: " in picture


def test_whiskers_are_drawn_only_where_there_are_errors() -> None:
    plain = grouped_bars("t", ["a"], [Series("one", (0.5,))])
    assert 'stroke="#222"' not in plain
    assert 'stroke="#222"' in grouped_bars("t", ["a"], [Series("one", (0.5,), (0.1,))])
