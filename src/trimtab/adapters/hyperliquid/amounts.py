"""Amounts that can be counted with: Decimals may also say NaN and Infinity."""

from __future__ import annotations

from decimal import Decimal


def check_finite(*amounts: Decimal) -> None:
    """Raises ValueError, which makes a message one that is not understood."""
    for amount in amounts:
        if not amount.is_finite():
            raise ValueError(f"{amount} is no amount")
