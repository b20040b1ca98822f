"""Derived facts: what the core decided, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from trimtab.domain.commands import Override
from trimtab.domain.configuration import Change, Configuration, Effect, Stage
from trimtab.domain.market_context import MarketContext
from trimtab.domain.units import (
    AdaptationId,
    Bp,
    Coin,
    CommandId,
    Leverage,
    Micros,
    OrderId,
    OverrideId,
    TopicName,
)

Table = tuple[tuple[float | None, ...], ...]
"""By topic, then coin."""

Codes = tuple[tuple[int, ...], ...]
"""By topic, then coin."""

Purpose = Literal[
    "entry",
    "horizon",
    "stop_loss",
    "take_profit",
    "trailing_stop",
    "liquidation",
    "reduce",
    "flatten",
    "protect",
    "excess",
]
"""`protect`: the stop that rests at a venue for every position; `excess`: what a venue holds beyond
what the bot decided."""
Verdict = Literal["kept", "rolled_back", "inconclusive", "superseded"]
"""`kept` and `rolled_back` by evidence (or a person); `inconclusive` at the deadline without it."""
Life = Literal["watching", "trading", "closing", "gone"]


class MarketContextUpdate(Struct, frozen=True, tag="market_context_update"):
    """The context changed in a way that a person would notice."""

    at: Micros
    context: MarketContext
    confidence: float


class AdaptationProposed(Struct, frozen=True, tag="adaptation_proposed"):
    """A rule wants to change the configuration."""

    at: Micros
    adaptation: AdaptationId
    rule: str
    trigger: str
    """Tag of the market event."""
    change: Change
    scope: tuple[Coin, ...]
    """The coins it touches."""
    because: str
    confidence: float
    expected: Effect
    evidence: dict[str, float]
    reduces_risk: bool
    restores: bool = False
    """Goes back to what the user wrote, for its reason is over: no contract, nothing to take back."""


class AdaptationRefused(Struct, frozen=True, tag="adaptation_refused"):
    """A proposal was not carried out, or a rule had a reason to do nothing."""

    at: Micros
    rule: str
    trigger: str
    because: str
    adaptation: AdaptationId | None = None
    counterfactual: int | None = None
    """Book that trades the proposal nevertheless, to learn what it would have been worth."""
    context: str = ""
    """The market's phase when it was proposed."""


class AdaptationApplied(Struct, frozen=True, tag="adaptation_applied"):
    """A change is in force, as a contract that will be measured.

    Only what changed is told. With the configuration before, which the hash names, it gives the one
    after; `inverse` gives the one before again.
    """

    at: Micros
    adaptation: AdaptationId
    rule: str
    trigger: str
    change: Change
    inverse: Change
    scope: tuple[Coin, ...]
    because: str
    confidence: float
    expected: Effect
    evidence: dict[str, float]
    stage: Stage
    leverage: Leverage
    """Of every coin without a limit of its own, before and after."""
    before_hash: str
    after_hash: str
    counterfactual: int | None
    """Book that goes on trading without the change; None when all slots are taken."""


class AdaptationJudged(Struct, frozen=True, tag="adaptation_judged"):
    """The measured effect of an adaptation against its counterfactual."""

    at: Micros
    adaptation: AdaptationId
    verdict: Verdict
    because: str
    measured: Effect
    evidence_of_harm: float
    evidence_of_help: float
    bars: int
    rule: str = ""
    context: str = ""
    """The market's phase when it was proposed."""
    shadow: bool = False
    """It was never in force: what is measured is what it would have done."""
    as_expected: bool | None = None
    """Whether the expected interval held; None where the contract did not run its course."""


class AdaptationRolledBack(Struct, frozen=True, tag="adaptation_rolled_back"):
    """A change was taken back; the configuration is what it was."""

    at: Micros
    adaptation: AdaptationId
    because: str
    configuration: Configuration
    configuration_hash: str
    ended_as: Verdict = "rolled_back"
    """`inconclusive` where nothing was proven and the change added risk."""


class AdaptationFailed(Struct, frozen=True, tag="adaptation_failed"):
    """A change could not be applied whole and was undone."""

    at: Micros
    adaptation: AdaptationId
    step: str
    error: str
    restored_hash: str


class CryptoMixChanged(Struct, frozen=True, tag="crypto_mix_changed"):
    """What the bot trades has changed."""

    at: Micros
    adaptation: AdaptationId | None
    topic: TopicName
    added: tuple[Coin, ...]
    removed: tuple[Coin, ...]
    because: str


class RiskAdjustment(Struct, frozen=True, tag="risk_adjustment"):
    """How much the bot risks on a coin has changed."""

    at: Micros
    adaptation: AdaptationId | None
    coin: Coin
    before: float
    after: float
    """Leverage."""
    because: str


class CryptoStateChanged(Struct, frozen=True, tag="crypto_state_changed"):
    """A coin took a step in its life cycle."""

    at: Micros
    coin: Coin
    before: Life
    after: Life
    because: str


class SafetyPaused(Struct, frozen=True, tag="safety_paused", omit_defaults=True):
    """No new positions from now on; what is open may still be reduced."""

    at: Micros
    by: str
    because: str
    event: str = ""
    """Tag of the fact that was not answered as usual,"""
    check: str = ""
    """the check that failed on it,"""
    mend: str = ""
    """and what re-arms it. All three are empty where a person paused."""


class SafetyResumed(Struct, frozen=True, tag="safety_resumed"):
    """Trading goes on."""

    at: Micros
    by: str
    because: str


class CommandAnswered(Struct, frozen=True, tag="command_answered"):
    """What became of a command that somebody asks about."""

    at: Micros
    command: CommandId
    executed: bool
    because: str
    """Why not, where it was not."""


class OverrideBegan(Struct, frozen=True, tag="override_began"):
    """A person's word stands until `until`; a book beside the bot's own goes on without it."""

    at: Micros
    override: OverrideId
    what: Override
    words: str


class OverrideEnded(Struct, frozen=True, tag="override_ended"):
    """An override is over: what it cost against the book that did without."""

    at: Micros
    override: OverrideId
    because: str
    gain: Bp | None
    """The bot's gain since it began minus that of the book without, in bp of capital.

    None where the word was about adaptations: each of those is measured by itself.
    """
    bars: int


class StageChanged(Struct, frozen=True, tag="stage_changed"):
    """The rollout stage changed."""

    at: Micros
    before: Stage
    after: Stage
    because: str


class OrderIntended(Struct, frozen=True, tag="order_intended", omit_defaults=True):
    """An order is to be sent. `size` is unsigned."""

    at: Micros
    order: OrderId
    coin: Coin
    side: Literal["buy", "sell"]
    size: Decimal
    purpose: Purpose
    reduce_only: bool
    topic: TopicName | None
    because: str
    trigger_price: Decimal | None = None
    """Of stop-loss and take-profit orders."""


class OrderCancelIntended(Struct, frozen=True, tag="order_cancel_intended"):
    """An order that works at a venue is to be cancelled."""

    at: Micros
    order: OrderId
    coin: Coin
    because: str


class ForecastsWeighed(Struct, frozen=True, tag="forecasts_weighed"):
    """For every forecast of an instant, traded or not: what was thought of it."""

    at: Micros
    topics: tuple[TopicName, ...]
    coins: tuple[Coin, ...]
    probability: Table
    """P(net edge > 0 | context)."""
    net_edge: Table
    """Expected net edge of a trade, in bp."""
    reasons: Codes
    """Codes of `domain.reasons`; -1 where there was no forecast."""


class PredictionsSettled(Struct, frozen=True, tag="predictions_settled"):
    """What came of the forecasts that were issued at `issued_at`."""

    at: Micros
    topic: TopicName
    issued_at: Micros
    coins: tuple[Coin, ...]
    forecast: tuple[float | None, ...]
    """Log return."""
    realised: tuple[float | None, ...]
    """Log return; None where a price was missing."""
    phase: tuple[int, ...]
    volatility_regime: tuple[int, ...]
    """Codes, as known at issue."""


class BooksMarked(Struct, frozen=True, tag="books_marked"):
    """Every book at the open of a UTC day. Sums run since the book began."""

    at: Micros
    books: tuple[str, ...]
    equity: tuple[float, ...]
    trades: tuple[int, ...]
    wins: tuple[int, ...]
    net_bp: tuple[float, ...]
    """Sum over trades of net profit over notional at entry, in bp."""
    fees: tuple[float, ...]
    funding: tuple[float, ...]
    """Paid; negative when received."""
    turnover: tuple[float, ...]
    """Traded notional."""
    slippage: tuple[float, ...] = ()
    """What fills cost beyond the price at which they were asked for: half spread and impact."""


Decision = (
    MarketContextUpdate
    | AdaptationProposed
    | AdaptationRefused
    | AdaptationApplied
    | AdaptationJudged
    | AdaptationRolledBack
    | AdaptationFailed
    | CryptoMixChanged
    | RiskAdjustment
    | CryptoStateChanged
    | SafetyPaused
    | SafetyResumed
    | CommandAnswered
    | OverrideBegan
    | OverrideEnded
    | StageChanged
    | OrderIntended
    | OrderCancelIntended
    | ForecastsWeighed
    | PredictionsSettled
    | BooksMarked
)
