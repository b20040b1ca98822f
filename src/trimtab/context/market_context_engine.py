"""The market's context: the analyzers on the same rows, and what they say together."""

from __future__ import annotations

from math import isnan
from typing import Self

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.context.absorption_ratio import AbsorptionRatio
from trimtab.context.coin_contexts import coin_contexts
from trimtab.context.correlation_tracker import CorrelationTracker
from trimtab.context.engine_kernel import CORRELATION, PHASE, VOLATILITY, VOLUME, run
from trimtab.context.engine_memory import copy_of, ends, parts_of
from trimtab.context.phase_detector import PhaseDetector
from trimtab.context.risk_level import risk_level, risk_recipe
from trimtab.context.told_figures import told
from trimtab.context.volatility_analyzer import VolatilityAnalyzer
from trimtab.context.volume_analyzer import VolumeAnalyzer
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.market_context import MarketContext
from trimtab.domain.observations import Bars
from trimtab.domain.units import Coin, Micros


class MarketContextEngine(Struct, frozen=True, eq=False):
    """All analyzers in step. Rows follow each other without holes in time: a gap is rows of NaN."""

    coins: tuple[Coin, ...]
    phase: PhaseDetector
    volatility: VolatilityAnalyzer
    volume: VolumeAnalyzer
    correlation: CorrelationTracker
    absorption: AbsorptionRatio = AbsorptionRatio()

    @classmethod
    def of(cls, coins: tuple[Coin, ...], interval: Micros) -> Self:
        """An engine that has seen nothing, for bars of this length."""
        return cls(
            coins,
            PhaseDetector.of(coins, interval),
            VolatilityAnalyzer.of(coins, interval),
            VolumeAnalyzer.of(coins, interval),
            CorrelationTracker.of(coins, interval),
            AbsorptionRatio(),
        )

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[Self, int]:
        """Consume rows until an analyzer fires: the engine after them, the row to go on from."""
        phase, volatility = self.phase, self.volatility
        volume, correlation = self.volume, self.correlation
        memory = copy_of(
            (correlation.means, phase.cells, volatility.cells, volume.cells, correlation.cells),
            bars,
        )
        coins = len(self.coins)
        stop, fired = run(
            np.frombuffer(memory, np.uint8),
            ends(coins),
            bars,
            start,
            limit,
            phase.dials,
            volatility.dials,
            volume.dials,
            correlation.dials,
        )
        means, *cells = parts_of(memory, coins)
        after = type(self)(
            self.coins,
            phase.after(cells[0], bool(fired & PHASE)),
            volatility.after(cells[1], bool(fired & VOLATILITY)),
            volume.after(cells[2], bool(fired & VOLUME)),
            correlation.after(cells[3], means, bool(fired & CORRELATION)),
            self.absorption,
        )
        return after, stop

    def joined(self, coins: tuple[Coin, ...], history: Bars | None = None) -> Self:
        """For another set of coins: those that stay are remembered, new ones start afresh.

        Or warm, with `history`: the last bars of all these coins, up to the engine's last row.
        """
        begin = self._afresh(coins)
        if history is not None:
            begin = begin._seeing(history, self.volume.rows_off(len(history)))
        return self._joined(coins, begin)

    def joined_by(self, coin: Coin, history: Bars | None = None) -> Self:
        """With one coin more, the last; warm with its own last bars [row, field, 1].

        It alone sees them, which costs a small part of what all coins would; how closely it moves
        with the others is learnt from here on.
        """
        alone, coins = self._afresh((coin,)), (*self.coins, coin)
        if history is not None:
            alone = alone._seeing(history, self.volume.rows_off(len(history)))
        return self._joined(coins, alone._joined(coins, self._afresh(coins)))

    def _joined(self, coins: tuple[Coin, ...], begin: Self) -> Self:
        """For these coins; those that are new are as in `begin`."""
        return type(self)(
            coins,
            self.phase.joined(coins, begin.phase),
            self.volatility.joined(coins, begin.volatility),
            self.volume.joined(coins, begin.volume),
            self.correlation.joined(coins, begin.correlation),
            self.absorption,
        )

    def _afresh(self, coins: tuple[Coin, ...]) -> Self:
        """Of the same parameters, and has seen nothing."""
        return type(self)(
            coins,
            self.phase.afresh(coins),
            self.volatility.afresh(coins),
            self.volume.afresh(coins),
            self.correlation.afresh(coins),
        )

    def _seeing(self, bars: Bars, row: int) -> Self:
        """After all rows from `row` on, whatever happens in them."""
        engine = self
        while row < len(bars):
            engine, row = engine.advance(bars, row, len(bars))
        return engine

    def after_day(self) -> Self:
        """At the end of a day: what its correlations say of the market as a whole."""
        if isnan(self.correlation.mean_now):
            return self
        return replace(self, absorption=self.absorption.seen(self.correlation.correlations()))

    @property
    def fired(self) -> bool:
        """Did anything happen at the last row: an event, or a change of a volatility regime?"""
        return (
            self.phase.fired or self.volatility.fired or self.volume.fired or self.correlation.fired
        )

    def events(self, at: Micros) -> tuple[MarketEvent, ...]:
        """What was noticed at the last row, which closed at this moment."""
        return (
            *self.phase.events(at),
            *self.volatility.events(at),
            *self.volume.events(at),
            *self.correlation.events(at),
        )

    @property
    def market_phase(self) -> int:
        """Index in PHASES."""
        return int(self.phase.cells["phase"][-1])

    @property
    def phases(self) -> NDArray[np.int64]:
        """By coin: index in PHASES."""
        return np.ascontiguousarray(self.phase.cells["phase"][:-1])

    @property
    def volatility_regimes(self) -> NDArray[np.int64]:
        """By coin: index in VOLATILITY_REGIMES."""
        return np.ascontiguousarray(self.volatility.cells["regime"][:-1])

    @property
    def sigmas(self) -> NDArray[np.float64]:
        """By coin: standard deviation of one bar's log return (half-life 72 h); NaN if unknown."""
        return self.volatility.sigmas()

    def context(self, at: Micros) -> MarketContext:
        """The whole context after the last row, which closed at this moment; figures are short."""
        *coins, market = coin_contexts(
            self.phase.readings(), self.volatility.readings(), self.volume.readings()
        )
        mean_correlation = self.correlation.mean_now
        recipe = risk_recipe(market, coins, mean_correlation)
        absorption = self.absorption.reading()
        correlation, absorbed, unusual = told(
            np.array([mean_correlation, absorption.now, absorption.z])
        )
        return MarketContext(
            at,
            market.phase,
            market.confidence,
            market.probabilities,
            market.volatility,
            market.volatility_ratio,
            market.volatility_regime,
            correlation,
            market.volume_z,
            risk_level(recipe),
            tuple(coins),
            recipe,
            absorbed,
            unusual,
        )
