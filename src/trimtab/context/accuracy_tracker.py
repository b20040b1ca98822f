"""How good the forecasts are, context by context: the accuracy ledger.

Every forecast waits in a ring until its horizon is over, becomes evidence, and the evidence gives
the chance that the next one in the same context earns more than it costs.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from trimtab.context import accuracy_slope as slope
from trimtab.context.accuracy_arrays import known, plain, unbounded
from trimtab.context.accuracy_axes import COIN, axis_of_effects
from trimtab.context.accuracy_beliefs import Floats, Integers, Priors, Records, copied
from trimtab.context.accuracy_cells import AccuracyCell, Surveyed, counted, report
from trimtab.context.accuracy_drop import (
    BETS,
    FIGURES,
    Watch,
    events,
    watch,
)
from trimtab.context.accuracy_learning import learn
from trimtab.context.accuracy_losses import LossCell, losses
from trimtab.context.accuracy_parameters import AccuracyParameters, Weighed
from trimtab.context.accuracy_pending import (
    KINDS,
    PRICE,
    as_log_returns,
    empty_ring,
    remember,
    ring_joined,
    undirected,
)
from trimtab.context.accuracy_posterior import Beliefs, prior_spreads, renew
from trimtab.context.accuracy_settled import settled_facts
from trimtab.context.accuracy_settlement import settle_due
from trimtab.context.accuracy_sums import AccuracySums
from trimtab.context.accuracy_surroundings import Surroundings, classify
from trimtab.context.accuracy_weighing import survey, weigh
from trimtab.domain.configuration import Topic
from trimtab.domain.decisions import PredictionsSettled
from trimtab.domain.event_types import AlloraAccuracyDrop
from trimtab.domain.market_context import PHASES, VOLATILITY_REGIMES
from trimtab.domain.units import NEVER, Bp, Coin, Micros

__all__ = ["AccuracyCell", "AccuracyParameters", "AccuracyTracker", "Weighed"]


class AccuracyTracker(Struct, frozen=True, eq=False):
    """The ledger; methods give a new one. Arrays are in the order of its topics and coins.

    Topics that tell no direction (volatility, classification) are scored by their own loss and
    never weighed: NaN comes back.
    """

    topics: tuple[Topic, ...]
    coins: tuple[Coin, ...]
    interval: Micros
    """Length of a bar."""
    round_trip: Bp
    sums: AccuracySums
    beliefs: Beliefs
    surroundings: Surroundings
    slopes: Records
    """[topic] of SLOPE"""
    watched: Watch
    ring: Records
    kinds: Integers
    horizons: Integers
    next_due: Micros = NEVER
    """The earliest target of a pending forecast."""
    parameters: AccuracyParameters = AccuracyParameters()
    learn_until: Micros = NEVER
    """What is settled from then on teaches nothing, and what was learnt before does not fade."""
    contexts: bool = True
    """False: all markets are taken to be alike, so that only topics, coins and sizes differ."""

    @staticmethod
    def of(
        topics: tuple[Topic, ...],
        coins: tuple[Coin, ...],
        interval: Micros,
        round_trip: Bp,
        learn_until: Micros | None = None,
        *,
        contexts: bool = True,
    ) -> AccuracyTracker:
        """Nothing known: the gate is closed everywhere."""
        horizons = np.array([topic.horizon for topic in topics], np.int64)
        return AccuracyTracker(
            topics, coins, interval, round_trip,
            AccuracySums.of(len(topics), len(coins)),
            Beliefs.of(len(topics), len(coins), Priors()),
            Surroundings.of(len(topics), len(coins)),
            slope.no_slopes(len(topics)),
            Watch.of(horizons, interval, COIN + len(coins)),
            empty_ring(horizons, interval, len(coins)),
            np.array([KINDS[topic.kind] for topic in topics], np.int64),
            horizons,
            learn_until=NEVER if learn_until is None else learn_until,
            contexts=contexts,
        )  # fmt: skip

    def settle(
        self, at: Micros, closes: Floats
    ) -> tuple[AccuracyTracker, tuple[PredictionsSettled | AlloraAccuracyDrop, ...]]:
        """Settle what is due at or before `at` with the closes of the row that closes at `at`.

        A forecast is dropped, unscored and realised None, where the close is NaN, and where its
        target is a whole bar or more ago, because rows were missing.
        """
        if at < self.next_due:
            return self, ()
        ring, sums, slopes = copied(self.ring), self.sums.copy(), copied(self.slopes)
        realised = np.empty(ring.shape)
        outcomes = np.empty((*ring.shape[:2], 2, ring.shape[2]))
        batches = np.empty(ring.shape[0] * ring.shape[1], np.int64)
        count, due = settle_due(
            ring, sums.cells, sums.scored, self.horizons, self.kinds, plain(closes),
            (at, self.interval, self.round_trip / 1e4), realised, outcomes, batches,
        )  # fmt: skip
        settled = batches[:count]
        directed = [each for each in settled.tolist() if self.kinds[each // ring.shape[1]] <= PRICE]
        facts = settled_facts(self.topics, self.coins, at, self.ring, directed, realised)
        after = replace(self, ring=ring, next_due=Micros(int(due)))
        if at >= self.learn_until:
            return after, facts
        watched, alarms = self._watch(ring, settled, outcomes, at)
        learn(
            ring, settled, outcomes, self.horizons, self.beliefs.means, sums.squares, sums.totals,
            sums.noise, sums.blocks, sums.magnitudes,
            (self.parameters.halflife, self.parameters.recent),
        )  # fmt: skip
        slope.learn_slopes(
            ring, settled, outcomes, self.beliefs.means, self.horizons, self.interval,
            self.parameters.halflife, self.surroundings.sizes, slopes,
        )  # fmt: skip
        learnt = replace(after, sums=sums, slopes=slopes, watched=watched)
        return learnt, (*facts, *alarms)

    def issue(
        self,
        at: Micros,
        values: Floats,
        closes: Floats,
        phase: int,
        regimes: Integers,
        sigmas: Floats,
        bounds: Floats | None = None,
        viewed: int | None = None,
    ) -> tuple[AccuracyTracker, Weighed]:
        """Weigh forecasts [topic, coin] by what was settled before; remember them until due.

        NaN is no forecast. Prices become log returns from `closes`. `phase` and `regimes` are
        codes of `domain.market_context`; `sigmas`: standard deviation of one bar's log return;
        `bounds` [lower or upper, topic, coin]: intervals, as values. Of several forecasts for a
        coin within one bar the latest is remembered. `viewed`: weigh as if in this phase, though
        what is remembered is `phase`. Raises ValueError for a code that does not exist.
        """
        values, closes, sigmas = plain(values), plain(closes), known(sigmas)
        phase, codes = self._seen(phase, regimes)
        now = self._renewed(at, closes, sigmas)
        returns = self._as_returns(values, closes)
        sizes = np.empty(returns.shape, np.int64)
        surroundings = replace(now.surroundings, sizes=now.surroundings.sizes.copy())
        classify(returns, sigmas, self.horizons, self.interval, surroundings.sizes, sizes)
        forecasts, ring = returns.copy(), copied(self.ring)
        undirected(values, self.kinds, forecasts)
        moment = at, self.interval, phase, surroundings.trend, len(VOLATILITY_REGIMES)
        due = remember(
            ring, moment, self.horizons, forecasts, self._bounds(bounds, closes, returns), closes,
            codes, surroundings.calms, sizes, sigmas,
        )  # fmt: skip
        usual = self.horizons, self.interval, self.surroundings.sizes
        relative = slope.relative_sizes(returns, sigmas, *usual)
        seen = phase if viewed is None else self._seen(viewed, regimes)[0]
        weighed = now._weighed(returns, seen, codes, sizes, sigmas, relative)
        due = min(self.next_due, Micros(int(due)))
        return replace(now, surroundings=surroundings, ring=ring, next_due=due), weighed

    @property
    def has_evidence(self) -> bool:
        """Whether any forecast has ever come: without, there is nothing to report."""
        return bool(self.beliefs.renewed.any())

    def preview(self, phase: int, regimes: Integers, sigmas: Floats, larger: int = 0) -> Weighed:
        """What an ordinary forecast of any topic for any coin would be given in this context.

        Or one that is `larger` by so many times the usual size (0, 1 or 2).
        """
        undirected_topics = self.kinds[:, None] > PRICE
        returns = np.where(undirected_topics, np.nan, np.zeros(len(self.coins)))
        seen, codes = self._seen(phase, regimes)
        sizes = np.full(returns.shape, larger)
        return self._weighed(returns, seen, codes, sizes, known(sigmas), sizes * 1.0)

    def cells(self, phase: int | None = None) -> tuple[AccuracyCell, ...]:
        """The report: every topic, context and coin with outcomes, and them all together.

        `phase`: only lines of this one, by its code.
        """
        renewed = self.beliefs.renewed.tolist()
        now = self._believing({place: Micros(at) for place, at in enumerate(renewed)})
        sums, beliefs = now.sums, now.beliefs
        return tuple(
            cell
            for place, topic in enumerate(self.topics)
            if self.kinds[place] <= PRICE
            for cell in report(
                Surveyed(
                    topic.name,
                    self.coins,
                    survey(
                        beliefs.means, beliefs.covariances, beliefs.noise, sums.noise,
                        tuple(self.parameters.priors), sums.cells, sums.squares, sums.magnitudes, place,
                        -1 if phase is None else phase,
                    ),
                    counted(sums.cells[place]),
                ),
                phase,
            )
        )  # fmt: skip

    def losses(self) -> tuple[LossCell, ...]:
        """The report of topics without a direction."""
        return tuple(
            cell
            for place, topic in enumerate(self.topics)
            if self.kinds[place] > PRICE
            for cell in losses(topic.name, self.coins, self.sums.cells[place])
        )

    def joined(self, coins: tuple[Coin, ...]) -> AccuracyTracker:
        """For other coins: those that stay keep their past, new ones start without.

        What coins that left have taught about topics and contexts stays.
        """
        places = [self.coins.index(coin) if coin in self.coins else -1 for coin in coins]
        ring = ring_joined(self.ring, places)
        return replace(
            self,
            coins=coins,
            ring=ring,
            sums=self.sums.joined(places),
            beliefs=self.beliefs.joined(places),
            surroundings=self.surroundings.joined(places),
            watched=self.watched.joined(places),
            next_due=Micros(int(ring["due"].min(initial=NEVER))),
        )

    def _renewed(self, at: Micros, closes: Floats, sigmas: Floats) -> AccuracyTracker:
        """Beliefs not older than a horizon: nothing independent has come in since."""
        now = self
        if self.contexts:
            now = replace(self, surroundings=self.surroundings.seeing(at, closes, sigmas))
        if at >= self.learn_until:
            return now
        ages = zip(self.beliefs.renewed.tolist(), self.topics, strict=True)
        old = [place for place, (when, topic) in enumerate(ages) if at - when >= topic.horizon]
        return now._believing(dict.fromkeys(old, at)) if old else now

    def _seen(self, phase: int, regimes: Integers) -> tuple[int, Integers]:
        """The codes of the market's context, as far as contexts are told apart."""
        codes = np.array(regimes, np.int64)
        return (_phase(phase), codes) if self.contexts else (0, np.zeros_like(codes))

    def _believing(self, when: dict[int, Micros]) -> AccuracyTracker:
        """With the beliefs of these topics renewed at these moments."""
        sums, beliefs, priors = self.sums.copy(), self.beliefs.copy(), self.parameters.priors
        axes, prior = axis_of_effects(len(self.coins)), prior_spreads(priors)
        for topic, at in when.items():
            renew(
                topic, at, self.parameters.halflife, tuple(priors), axes, prior, sums.cells, sums.squares,
                sums.totals, sums.noise, beliefs.means, beliefs.covariances, beliefs.spreads,
                beliefs.noise, beliefs.renewed,
            )  # fmt: skip
        return replace(self, sums=sums, beliefs=beliefs)

    def _as_returns(self, values: Floats, closes: Floats) -> Floats:
        returns = np.empty(values.shape)
        as_log_returns(values, closes, self.kinds, returns)
        return returns

    def _bounds(self, bounds: Floats | None, closes: Floats, returns: Floats) -> Floats:
        if bounds is None:
            return unbounded(*returns.shape)
        return np.stack([self._as_returns(plain(bound), closes) for bound in bounds])

    def _watch(
        self, ring: Records, settled: Integers, outcomes: Floats, at: Micros
    ) -> tuple[Watch, tuple[AlloraAccuracyDrop, ...]]:
        watched, told = self.watched.copy(), np.empty((len(settled), FIGURES))
        drop, beliefs = self.parameters.drop, self.beliefs
        alarms = watch(
            ring, settled, outcomes, self.horizons, beliefs.means, beliefs.covariances,
            beliefs.noise, self.sums.magnitudes, np.array(BETS),
            (drop.patience, drop.slack, drop.warm_up, self.interval, self.round_trip / 1e4),
            watched.records, watched.streams, watched.reference, told,
        )  # fmt: skip
        return watched, events(self.topics, at, told[:alarms].tolist())

    def _weighed(
        self, returns: Floats, phase: int, regimes: Integers, sizes: Integers, sigmas: Floats,
        relative: Floats,
    ) -> Weighed:  # fmt: skip
        probability, net_edge = np.empty(returns.shape), np.empty(returns.shape)
        here = phase, self.surroundings.trend, self.interval, self.round_trip / 1e4
        weigh(
            self.beliefs.means, self.beliefs.covariances, self.beliefs.noise, self.sums.noise,
            tuple(self.parameters.priors), here, regimes, self.surroundings.calms, sizes, sigmas,
            self.horizons, returns, slope.believed_slopes(self.slopes), relative, probability, net_edge,
        )  # fmt: skip
        return Weighed(returns, probability, net_edge)


def _phase(code: int) -> int:
    if not 0 <= code < len(PHASES):
        raise ValueError(f"phase: {code} is not a code; PHASES has {len(PHASES)}")
    return code
