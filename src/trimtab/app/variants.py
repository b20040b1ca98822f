"""The runs of a comparison: the system as configured, without one of its parts, and controls."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from trimtab.adaptation.rules import (
    adapt_crypto_mix,
    diversify_positions,
    pause_topic,
    tighten_risk,
    widen_slippage_guard,
)
from trimtab.adapters.parquet.predictions import Predictions
from trimtab.app.placebo import with_signs_shuffled
from trimtab.app.recording import Recording
from trimtab.app.settings import Settings
from trimtab.domain.configuration import Topic
from trimtab.domain.observations import CLOSE
from trimtab.domain.units import HOUR, Micros, TopicName
from trimtab.lab.full_comparison import Kind
from trimtab.lab.planted_control import planted


class Variant(NamedTuple):
    """What is changed before a run, and what for."""

    about: str
    settings: Callable[[Settings], Settings] = lambda settings: settings
    recording: Callable[[Recording], Recording] = lambda recording: recording
    control: Kind | None = None
    """None: not a control, but what is measured or one of its ablations."""


AS_CONFIGURED = "as configured"
BLIND = "context-blind"
DOUBLED = "costs doubled"
PLANTED = "planted control"
PLACEBO_SEEDS = (1, 2, 3)
MIX_RULES = (adapt_crypto_mix.NAME, pause_topic.NAME)
RISK_RULES = (tighten_risk.NAME, diversify_positions.NAME, widen_slippage_guard.NAME)

_CONTROL_HORIZON = 8
"""Hours."""
_CONTROL_SEED = 20_240_601


def _without(*rules: str) -> Callable[[Settings], Settings]:
    def changed(settings: Settings) -> Settings:
        off = (*settings.adaptation.without, *rules)
        return replace(settings, adaptation=replace(settings.adaptation, without=off))

    return changed


def _blind(settings: Settings) -> Settings:
    return replace(settings, adaptation=replace(settings.adaptation, contexts=False))


def _dearer(settings: Settings) -> Settings:
    costs = settings.costs
    return replace(
        settings,
        costs=replace(
            costs,
            taker_fee=2.0 * costs.taker_fee,
            maker_fee=2.0 * costs.maker_fee,
            half_spread=2.0 * costs.half_spread,
            impact=2.0 * costs.impact,
        ),
    )


def _shuffled(seed: int) -> Callable[[Recording], Recording]:
    return lambda recording: with_signs_shuffled(recording, seed)


def _planted(recording: Recording) -> Recording:
    """One topic of known skill, issued at every close."""
    candles = recording.candles
    closes = candles.bars[:, CLOSE]
    bars = max(1, _CONTROL_HORIZON * HOUR // candles.interval)
    realised = np.full(closes.shape, np.nan)
    realised[:-bars] = np.log(closes[bars:] / closes[:-bars])
    values = planted(realised, np.random.default_rng(_CONTROL_SEED))
    topic = Topic(TopicName("planted-control"), "log_return", Micros(bars * candles.interval))
    told = Predictions((topic,), candles.coins, candles.closes_at, values[:, None], None, None, 0)
    return replace(recording, predictions=told)


VARIANTS: dict[str, Variant] = {
    AS_CONFIGURED: Variant("the whole system"),
    BLIND: Variant("the same, and every market is taken to be alike", _blind),
    "no risk rules": Variant("without tightening, diversifying and guards", _without(*RISK_RULES)),
    "no mix rules": Variant("without changes of the mix and pauses of topics", _without(*MIX_RULES)),
    DOUBLED: Variant("fees, spread and impact twice as high", _dearer, control="stress"),
    **{
        f"placebo {seed}": Variant(
            "every forecast's sign drawn anew: nobody knows anything", recording=_shuffled(seed),
            control="placebo",
        )
        for seed in PLACEBO_SEEDS
    },
    PLANTED: Variant(
        "one topic that is right in 56 of 100: it has to be found", recording=_planted,
        control="planted",
    ),
}  # fmt: skip
ABLATIONS = (BLIND, "no risk rules", "no mix rules")
CONTROLS = tuple(name for name, variant in VARIANTS.items() if variant.control)
