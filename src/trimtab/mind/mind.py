"""Mind: the whole state of a bot. Everything that a decision depends on is in here."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from trimtab.adaptation.adaptation_engine import AdaptationEngine
from trimtab.adaptation.crypto_manager import DynamicCryptoManager
from trimtab.adaptation.safety_monitor import SafetyMonitor
from trimtab.context.accuracy_tracker import AccuracyTracker
from trimtab.context.market_context_engine import MarketContextEngine
from trimtab.domain.configuration import Instrument
from trimtab.domain.market_context import MarketContext
from trimtab.domain.observations import FORECASTS, EngineStarted
from trimtab.domain.units import Coin, Micros
from trimtab.mind.ghosts import Ghost
from trimtab.trading.allora_mind import AlloraMind
from trimtab.trading.books import Books
from trimtab.trading.orders import Teller
from trimtab.trading.sma_cross import SmaCross
from trimtab.trading.venue_book import VenueBook

Strategies = AlloraMind | SmaCross
"""Those that keep `trading.strategy.Strategy`, by the tags under which snapshots hold them."""


STANDBY = "it stands by until a person resumes"


class Mind(Struct, frozen=True, eq=False):
    """Immutable; two minds are the same when their snapshots are."""

    started: EngineStarted
    teller: Teller
    context: MarketContextEngine
    accuracy: AccuracyTracker
    strategy: Strategies
    books: Books
    adaptation: AdaptationEngine
    instruments: tuple[Instrument, ...]
    """Of all coins that are watched now, in their order."""
    cryptos: DynamicCryptoManager
    ghosts: tuple[Ghost, ...] = ()
    """A book for each override that goes on without it."""
    told: MarketContext | None = None
    """The context that was last told."""
    lost_feeds: tuple[str, ...] = ()
    stopped: bool = False
    """Only reduce, since a person said stop."""
    venue: VenueBook | None = None
    """What a venue holds; None: the deciding book is the exchange."""
    instant: Micros = Micros(0)
    ordinal: int = 0
    """Facts derived at `instant` so far: with the bot's name they make the ids."""

    @staticmethod
    def of(started: EngineStarted) -> Mind:
        """The mind of a bot that has just been started, before its first bar."""
        coins = tuple(one.coin for one in started.instruments)
        configuration = started.configuration
        return Mind(
            started=started,
            teller=Teller.of(started.bot, started.instruments, configuration.topics),
            context=MarketContextEngine.of(coins, started.interval),
            accuracy=AccuracyTracker.of(
                configuration.topics,
                coins,
                started.interval,
                configuration.costs.round_trip(),
                configuration.adapting.learn_until,
                contexts=configuration.adapting.contexts,
            ),
            strategy=_strategy(started.strategy, len(coins)),
            books=Books.of(
                started.instruments, (configuration, started.twin), started.interval, started.at
            ),
            adaptation=_engine(started),
            instruments=started.instruments,
            cryptos=DynamicCryptoManager.of(
                coins, (coin for mix in configuration.mix.values() for coin in mix)
            ),
            venue=VenueBook(started.venue) if started.venue else None,
        )

    @property
    def coins(self) -> tuple[Coin, ...]:
        return self.books.coins

    @property
    def trades(self) -> bool:
        """Whether teaching is over: decisions count from `reported_from` on."""
        start = self.started.reported_from
        return start is None or self.books.closed >= start

    @property
    def safety(self) -> SafetyMonitor:
        return self.adaptation.safety

    def with_safety(self, safety: SafetyMonitor) -> Mind:
        return replace(self, adaptation=replace(self.adaptation, safety=safety))

    @property
    def phase(self) -> int:
        """The market's phase by the detector, or by an operator's word: index in PHASES."""
        word = self.safety.overrides.phase
        return self.context.market_phase if word is None else word

    @property
    def awaited(self) -> tuple[Coin, ...]:
        """Coins that are to be traded, and whose rules and history have not come yet."""
        return tuple(coin for coin in self.cryptos.wanted if coin not in self.coins)

    @property
    def next_end(self) -> Micros:
        """When the next override ends, or the next deadline of a coin that is leaving comes."""
        return min(self.safety.overrides.next_end, self.cryptos.next_deadline)

    @property
    def reduces_only(self) -> bool:
        """Whether entries are refused: paused, stopped, or blind."""
        return self.adaptation.paused or self.stopped or self.is_blind

    @property
    def is_blind(self) -> bool:
        """Whether the market is out of sight; a topic that is silent is only not traded."""
        return any(not feed.startswith(FORECASTS) for feed in self.lost_feeds)


def _engine(started: EngineStarted) -> AdaptationEngine:
    engine = AdaptationEngine.of(
        started.bot, started.configuration, started.stage, supervised=started.supervised
    )
    if not started.standby:
        return engine
    return replace(engine, safety=replace(engine.safety, paused_because=STANDBY))


def _strategy(name: str, coins: int) -> Strategies:
    """The one place that knows strategies by name. Raises ValueError for an unknown one."""
    match name:
        case "allora_mind":
            return AlloraMind()
        case "sma_cross":
            return SmaCross.of(coins)
        case _:
            raise ValueError(f"strategy: {name!r} is unknown; use allora_mind or sma_cross")
