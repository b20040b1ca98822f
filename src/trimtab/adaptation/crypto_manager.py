"""DynamicCryptoManager: which coins the running bot watches, trades and lets go.

watching -> trading -> closing -> gone, each step a fact. A coin that was not there at the start is
watched first: its rules and history are asked for, and it is traded once it is warm. A coin that
is removed opens nothing more; it is gone when the bot's own book holds nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.commands import NOBODY_ASKS, AddCrypto, RemoveCrypto
from trimtab.domain.decisions import CryptoStateChanged, Life
from trimtab.domain.remembered import remembered
from trimtab.domain.units import NEVER, Coin, CommandId, Micros, TopicName


class Tenure(Struct, frozen=True):
    """Where one coin stands."""

    life: Life
    because: str = ""
    """What a person said, to be told again with the steps that follow from it."""
    topics: tuple[TopicName, ...] = ()
    """On which it is to be traded, while it is not yet."""
    deadline: Micros = NEVER
    """Of a coin that is closing: what is left is closed at once then."""
    command: CommandId = NOBODY_ASKS
    """Answered when the coin has got where it was to get."""


GONE = Tenure("gone")

Moved = tuple["DynamicCryptoManager", CryptoStateChanged]


class DynamicCryptoManager(Struct, frozen=True):
    """All coins that the bot has had to do with."""

    tenures: dict[Coin, Tenure] = {}

    @staticmethod
    def of(watched: Iterable[Coin], traded: Iterable[Coin]) -> DynamicCryptoManager:
        """At the start: coins of a mix are traded, others watched."""
        tenures = {coin: Tenure("watching") for coin in watched}
        return DynamicCryptoManager({**tenures, **{coin: Tenure("trading") for coin in traded}})

    def of_coin(self, coin: Coin) -> Tenure:
        return self.tenures.get(coin, GONE)

    def in_life(self, life: Life) -> tuple[Coin, ...]:
        """The coins in this part of their life, in the order of their names."""
        return _by_life(self.tenures).get(life, ())

    @property
    def wanted(self) -> tuple[Coin, ...]:
        """Watched coins that are to be traded as soon as they can be."""
        return tuple(coin for coin in self.in_life("watching") if self.of_coin(coin).topics)

    @property
    def next_deadline(self) -> Micros:
        return _next_deadline(self.tenures)

    def awaited(self, command: AddCrypto) -> Moved:
        """A coin that is not there yet: its rules and history are to be had first."""
        tenure = Tenure("watching", command.reason, command.topics, command=command.id)
        return self._moved(command.at, command.coin, tenure, f"to be traded: {command.reason}")

    def traded(self, at: Micros, coin: Coin) -> Moved:
        tenure = self.of_coin(coin)
        return self._moved(at, coin, Tenure("trading"), tenure.because or "it is in the mix again")

    def entered(self, command: AddCrypto) -> Moved:
        """A coin that is there already is traded at once."""
        return self._moved(command.at, command.coin, Tenure("trading"), command.reason)

    def closing(self, command: RemoveCrypto) -> Moved:
        until = command.until if command.until is not None else NEVER
        deadline = until if command.how == "reduce_only" else NEVER
        tenure = Tenure("closing", command.reason, (), deadline, command.id)
        return self._moved(command.at, command.coin, tenure, command.reason)

    def overdue(self, at: Micros) -> tuple[Coin, ...]:
        """Closing coins whose deadline has come."""
        return tuple(coin for coin in self.in_life("closing") if self.of_coin(coin).deadline <= at)

    def without_deadlines(self, coins: Iterable[Coin]) -> DynamicCryptoManager:
        """Their deadline has been acted on."""
        due = {coin: replace(self.of_coin(coin), deadline=NEVER) for coin in coins}
        return replace(self, tenures={**self.tenures, **due})

    def gone(self, at: Micros, coin: Coin, because: str) -> Moved:
        return self._moved(at, coin, GONE, because)

    def _moved(self, at: Micros, coin: Coin, tenure: Tenure, because: str) -> Moved:
        fact = CryptoStateChanged(at, coin, self.of_coin(coin).life, tenure.life, because)
        return replace(self, tenures={**self.tenures, coin: tenure}), fact


@remembered
def _by_life(tenures: dict[Coin, Tenure]) -> dict[Life, tuple[Coin, ...]]:
    """In the order of their names."""
    lives: dict[Life, tuple[Coin, ...]] = {}
    for coin, one in sorted(tenures.items()):
        lives[one.life] = (*lives.get(one.life, ()), coin)
    return lives


@remembered
def _next_deadline(tenures: dict[Coin, Tenure]) -> Micros:
    return min((one.deadline for one in tenures.values()), default=NEVER)
