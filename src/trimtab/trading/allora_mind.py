"""AlloraMind: trade what the forecasters say, as far as they have earned it."""

from __future__ import annotations

from msgspec import Struct

from trimtab.domain.observations import Bars
from trimtab.trading.strategy import Signals


class AlloraMind(Struct, frozen=True, tag="allora_mind"):
    """Every forecast is a candidate; thresholds, gate and mix of each book decide in planning.

    It has no dense part: it speaks when forecasts come.
    """

    name: str = "allora_mind"

    def advance(self, bars: Bars, start: int, limit: int) -> tuple[AlloraMind, int]:
        del bars, start
        return self, limit

    def joined(self, places: list[int]) -> AlloraMind:
        del places
        return self

    def on_bars(self) -> Signals | None:
        return None

    def on_forecasts(self, weighed: Signals) -> Signals | None:
        return weighed
