"""What the account is worth and how near its positions are to liquidation, by the account's mode.

Unified accounts have one balance for spot and perpetuals. The venue reports it on the spot side, with
what the perpetuals are worth included, and shows next to nothing on the perpetuals' side: adding both
counts some of it twice.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from trimtab.adapters.hyperliquid.account_messages import (
    ClearinghouseState,
    Position,
    SpotClearinghouseState,
)
from trimtab.domain.units import Coin

AccountMode = Literal["standard", "unified"]

_UNIFIED = frozenset({"unifiedAccount", "portfolioMargin"})
_COLLATERAL = 0
"""The token USDC."""

NOTHING = Decimal(0)


def mode_of(abstraction: str) -> AccountMode:
    """Of the venue's name for it; names that are new to us count as standard."""
    return "unified" if abstraction in _UNIFIED else "standard"


class PositionRisk(Struct, frozen=True):
    """A position, and how far it is from its end."""

    coin: Coin
    size: Decimal
    """Signed, negative is short."""
    entry: Decimal
    mark: Decimal
    liquidation: Decimal | None
    """Price; None: no price of the coin alone liquidates it."""
    isolated: bool
    leverage: int

    @property
    def distance(self) -> Decimal | None:
        """How far the mark may move against it before liquidation, as a fraction of the mark."""
        if self.liquidation is None or not self.mark:
            return None
        away = self.mark - self.liquidation if self.size > 0 else self.liquidation - self.mark
        return max(NOTHING, away / self.mark)


class Account(Struct, frozen=True):
    """As the venue reports it."""

    mode: AccountMode
    equity: Decimal
    """USD."""
    free: Decimal
    """USD that may be used as margin, or withdrawn."""
    maintenance: Decimal
    """USD: below this equity, cross positions are liquidated."""
    positions: tuple[PositionRisk, ...]

    @property
    def margin_ratio(self) -> Decimal:
        """Maintenance margin over equity: at 1 the venue liquidates."""
        if not self.maintenance:
            return NOTHING
        return self.maintenance / self.equity if self.equity > 0 else Decimal(1)


def account_of(
    mode: AccountMode, perpetuals: ClearinghouseState, spot: SpotClearinghouseState
) -> Account:
    """The account by its mode; `spot` counts only where it is the perpetuals' collateral."""
    positions = tuple(_risk(one.position) for one in perpetuals.asset_positions)
    maintenance = perpetuals.cross_maintenance_margin_used or NOTHING
    if mode == "unified":
        equity, free = _collateral(spot)
    else:
        summary = perpetuals.margin_summary or perpetuals.cross_margin_summary
        equity, free = summary.account_value, perpetuals.withdrawable
    return Account(mode, equity, free, maintenance, positions)


def _collateral(spot: SpotClearinghouseState) -> tuple[Decimal, Decimal]:
    """Total, and what of it is free."""
    for one in spot.balances:
        if one.token == _COLLATERAL:
            return one.total, one.total - one.hold
    return NOTHING, NOTHING


def _risk(position: Position) -> PositionRisk:
    size = position.size
    mark = abs(position.position_value / size) if size else NOTHING
    return PositionRisk(
        Coin(position.coin),
        size,
        position.entry_px or mark,
        mark,
        position.liquidation_px,
        position.leverage.type == "isolated",
        position.leverage.value,
    )
