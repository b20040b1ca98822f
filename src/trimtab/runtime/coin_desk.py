"""Gets the rules and the history of coins that a running bot asks for; nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from trimtab.domain.decisions import CryptoStateChanged
from trimtab.domain.facts import Outside
from trimtab.domain.observations import CoinUnavailable
from trimtab.domain.units import Coin, Micros
from trimtab.ports import CoinSource, Recorded


class CoinDesk:
    """An audience: a coin that begins to be watched is looked up, and the answer is put in.

    The answer comes as a fact from outside, so a replay needs no source. A question that a crash
    left open is asked again by `ask`.
    """

    def __init__(self, source: CoinSource, put: Callable[[Outside], object]) -> None:
        """`put`: into the engine's inbox; called on the desk's own thread, it may wait."""
        self._source = source
        self._put = put
        self._threads = ThreadPoolExecutor(1, "coins")

    def publish(self, records: Sequence[Recorded]) -> None:
        for record in records:
            fact = record.fact
            if isinstance(fact, CryptoStateChanged) and fact.after == "watching":
                self.ask((fact.coin,), fact.at)

    def ask(self, coins: Iterable[Coin], at: Micros) -> None:
        """Looks them up as of this moment."""
        for coin in coins:
            self._threads.submit(self._answer, coin, at)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _answer(self, coin: Coin, at: Micros) -> None:
        try:
            answer: Outside = self._source.look_up(coin, at)
        except Exception as error:
            answer = CoinUnavailable(at, coin, str(error) or type(error).__name__)
        self._put(answer)
