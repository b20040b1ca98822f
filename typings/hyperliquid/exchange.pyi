from collections.abc import Mapping
from typing import Any

from eth_account.signers.local import LocalAccount
from hyperliquid.info import Info
from hyperliquid.utils.types import Cloid

class Exchange:
    info: Info
    def __init__(
        self,
        wallet: LocalAccount,
        base_url: str | None = None,
        *,
        account_address: str | None = None,
    ) -> None: ...
    def market_open(
        self,
        name: str,
        is_buy: bool,
        sz: float,
        px: float | None = None,
        slippage: float = 0.05,
        cloid: Cloid | None = None,
    ) -> dict[str, Any]: ...
    def market_close(self, coin: str) -> dict[str, Any]: ...
    def order(
        self,
        name: str,
        is_buy: bool,
        sz: float,
        limit_px: float,
        order_type: Mapping[str, object],
        reduce_only: bool = False,
        cloid: Cloid | None = None,
    ) -> dict[str, Any]: ...
    def modify_order(
        self,
        oid: int,
        name: str,
        is_buy: bool,
        sz: float,
        limit_px: float,
        order_type: Mapping[str, object],
    ) -> dict[str, Any]: ...
    def cancel(self, name: str, oid: int) -> dict[str, Any]: ...
    def update_leverage(self, leverage: int, name: str) -> dict[str, Any]: ...
    def approve_agent(self, name: str | None = None) -> tuple[dict[str, Any], str]: ...
    def schedule_cancel(self, time: int | None) -> dict[str, Any]: ...
