"""From what the strategy wants to orders, and the reason for each forecast not traded."""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from trimtab.domain.units import Micros
from trimtab.mind.mind import Mind
from trimtab.trading.orders import OrderFact
from trimtab.trading.strategy import Signals


def act_on(
    mind: Mind, signals: Signals, sigmas: NDArray[np.float64], now: Micros
) -> tuple[Mind, NDArray[np.int64], list[OrderFact]]:
    """Every book gets its orders; those of the actual book are told. Also its reason codes.

    `sigmas` [coin]: standard deviation of one bar's return, as the context has it now.
    """
    books, reasons = mind.books.planned(signals, sigmas, now, paused=mind.reduces_only)
    orders = mind.teller.tell(books.happened(), signals) if books.news else []
    return replace(mind, books=books), reasons, orders
