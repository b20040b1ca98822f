"""How good the forecasts are, context by context: the accuracy ledger.

Every forecast waits in a ring until its horizon is over, becomes evidence, and the evidence gives
the chance that the next one in the same context earns more than it costs.
"""

from __future__ import annotations

from math import exp2
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from trimtab.context.accuracy_beliefs import Floats, Integers, Priors, Records, Sums
from trimtab.context.accuracy_cells import AccuracyCell, Surveyed, counted, report
from trimtab.context.accuracy_pending import as_log_returns, empty_ring, remember, ring_joined
from trimtab.context.accuracy_posterior import survey, weigh
from trimtab.context.accuracy_settled import settled_facts
from trimtab.context.accuracy_settlement import Settling, settle_due
from trimtab.context.accuracy_sums import AccuracySums, copied
from trimtab.domain.configuration import PredictionKind, Topic
from trimtab.domain.decisions import PredictionsSettled
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.units import DAY, NEVER, Bp, Coin, Micros

__all__ = ["AccuracyCell", "AccuracyParameters", "AccuracyTracker", "Weighed"]

_KINDS: dict[PredictionKind, int] = {
    "log_return": 0, "price": 1, "volatility": -1, "classification": -1,
}  # fmt: skip

_REBASE = 16
"""Half-lives after which weights are counted from a new epoch: they stay below 2^17."""


class AccuracyParameters(Struct, frozen=True):
    """How fast evidence fades, and what is believed before there is any."""

    halflife: Micros = Micros(120 * DAY)
    priors: Priors = Priors()


class Weighed(NamedTuple):
    """Forecasts and what is thought of them; [topic, coin], NaN where there is none."""

    returns: Floats
    """Log return."""
    probability: Floats
    """P(net edge > 0 | context); 0 where the coin's volatility is unknown."""
    net_edge: Floats
    """Expected gain of a trade after the round trip's costs, in bp."""


class AccuracyTracker(Struct, frozen=True, eq=False):
    """The ledger; methods give a new one. Arrays are in the order of its topics and coins.

    Topics that tell no direction (volatility, classification) are not kept: NaN comes back.
    """

    topics: tuple[Topic, ...]
    coins: tuple[Coin, ...]
    interval: Micros
    """Length of a bar."""
    round_trip: Bp
    sums: AccuracySums
    ring: Records
    kinds: Integers
    horizons: Integers
    thresholds: Floats
    """By topic: forecasts that are not larger are never traded, and teach nothing."""
    epoch: Micros = Micros(0)
    """Where weights are 1; set by the first forecast."""
    seen: Micros = Micros(0)
    """The last moment that the ledger was told of."""
    next_due: Micros = NEVER
    """The earliest target of a pending forecast."""
    parameters: AccuracyParameters = AccuracyParameters()

    @staticmethod
    def of(
        topics: tuple[Topic, ...], coins: tuple[Coin, ...], interval: Micros, round_trip: Bp
    ) -> AccuracyTracker:
        """Nothing known: the gate is closed everywhere."""
        horizons = np.array([topic.horizon for topic in topics], np.int64)
        kinds = np.array([_KINDS[topic.kind] for topic in topics], np.int64)
        ring = empty_ring(horizons, interval, len(coins))
        sums = AccuracySums.of(len(topics), len(coins))
        thresholds = np.array([topic.threshold for topic in topics], np.float64)
        return AccuracyTracker(
            topics, coins, interval, round_trip, sums, ring, kinds, horizons, thresholds
        )

    def settle(
        self, at: Micros, closes: Floats
    ) -> tuple[AccuracyTracker, tuple[PredictionsSettled, ...]]:
        """Settle what is due at or before `at` with the closes of the row that closes at `at`.

        A forecast is dropped, unscored and realised None, where the close is NaN, and where its
        target is a whole bar or more ago, because rows were missing.
        """
        if at < self.next_due:
            return self, ()
        ring, sums = copied(self.ring), self.sums.copy()
        realised = np.empty(ring.shape)
        batches = np.empty(ring.shape[0] * ring.shape[1], np.int64)
        count, due = settle_due(
            ring, sums.cells, sums.contexts, sums.crowds, sums.scored, self.horizons,
            _plain(closes), self._settling(at), realised, batches,
        )  # fmt: skip
        facts = settled_facts(
            self.topics, self.coins, at, self.ring, batches[:count].tolist(), realised
        )
        after = replace(self, ring=ring, sums=sums, seen=at, next_due=Micros(int(due)))
        return after, facts

    def issue(
        self,
        at: Micros,
        values: Floats,
        closes: Floats,
        phase: int,
        regimes: Integers,
        sigmas: Floats,
    ) -> tuple[AccuracyTracker, Weighed]:
        """Weigh forecasts [topic, coin] by what was settled before; remember them until due.

        NaN is no forecast. Prices become log returns from `closes`. `phase` and `regimes` are
        codes of `domain.market_context`; `sigmas`: standard deviation of one bar's log return.
        Of several forecasts for a coin within one bar the latest is remembered. Raises ValueError
        for a code that does not exist.
        """
        now = self._at(at)
        values, closes, sigmas = _plain(values), _plain(closes), _plain(sigmas)
        regimes = np.array(regimes, np.int64)
        returns = np.empty(values.shape)
        as_log_returns(values, closes, self.kinds, returns)
        ring = copied(self.ring)
        due = remember(
            ring, at, self.interval, self.horizons, returns, closes,
            _phase(phase), regimes, len(VOLATILITY_REGIMES), sigmas, self.thresholds,
        )  # fmt: skip
        weighed = now._weighed(returns, phase, regimes, sigmas)
        return replace(now, ring=ring, next_due=min(self.next_due, Micros(int(due)))), weighed

    @property
    def has_evidence(self) -> bool:
        """Whether any forecast has ever come: without, there is nothing to report."""
        return self.epoch > 0

    def preview(self, phase: int, regimes: Integers, sigmas: Floats) -> Weighed:
        """What a forecast of any topic for any coin would be given now, in this context."""
        returns = np.where(self.kinds[:, None] < 0, np.nan, np.zeros(len(self.coins)))
        return self._weighed(returns, _phase(phase), np.array(regimes, np.int64), _plain(sigmas))

    def cells(self) -> tuple[AccuracyCell, ...]:
        """The report: every topic, context and coin with outcomes, and them all together."""
        edges, directions = self._sums(self.sums), self._sums(self.sums.of_directions())
        priors = self.parameters.priors
        return tuple(
            cell
            for place, topic in enumerate(self.topics)
            for cell in report(
                Surveyed(
                    topic.name,
                    self.coins,
                    survey(edges, priors, place),
                    survey(directions, priors, place),
                    counted(self.sums.cells[place], self.sums.contexts[place]),
                )
            )
        )

    def joined(self, coins: tuple[Coin, ...]) -> AccuracyTracker:
        """For other coins: those that stay keep their past, new ones start without.

        What coins that left have taught about topics and contexts stays.
        """
        places = [self.coins.index(coin) if coin in self.coins else -1 for coin in coins]
        ring = ring_joined(self.ring, places)
        due = Micros(int(ring["due"].min(initial=NEVER)))
        return replace(self, coins=coins, ring=ring, sums=self.sums.joined(places), next_due=due)

    def _at(self, at: Micros) -> AccuracyTracker:
        if not self.epoch:
            return replace(self, epoch=at, seen=at)
        halflives = (at - self.epoch) // self.parameters.halflife
        if halflives < _REBASE:
            return replace(self, seen=at)
        epoch = Micros(self.epoch + halflives * self.parameters.halflife)
        return replace(self, epoch=epoch, seen=at, sums=self.sums.rebased(halflives))

    def _settling(self, at: Micros) -> Settling:
        return Settling(
            at, self.interval, self.epoch, self.parameters.halflife, self.round_trip / 1e4
        )

    def _weighed(self, returns: Floats, phase: int, regimes: Integers, sigmas: Floats) -> Weighed:
        probability, net_edge = np.empty(returns.shape), np.empty(returns.shape)
        weigh(
            self._sums(self.sums), self.parameters.priors, phase, regimes, sigmas, self.horizons,
            self.interval, self.round_trip / 1e4, returns, probability, net_edge,
        )  # fmt: skip
        return Weighed(returns, probability, net_edge)

    def _sums(self, sums: AccuracySums) -> Sums:
        fade = exp2((self.epoch - self.seen) / self.parameters.halflife)
        return Sums(sums.cells, sums.contexts, sums.crowds, fade)


def _plain(values: Floats) -> Floats:
    """A fresh array in C order: kernels are compiled for one kind of array only."""
    return np.array(values, np.float64, order="C")


def _phase(code: int) -> int:
    if not 0 <= code < len(PHASES):
        raise ValueError(f"phase: {code} is not a code; PHASES has {len(PHASES)}")
    return code
