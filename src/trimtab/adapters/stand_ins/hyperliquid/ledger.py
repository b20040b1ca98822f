"""What really happened at the stand-in, for tests that compare both sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from trimtab.adapters.stand_ins.hyperliquid.account import Account


class Ledger:
    """Reads; nothing of it is on the wire."""

    def __init__(self, accounts: Mapping[str, Account], nonces: Mapping[str, list[int]]) -> None:
        self._accounts = accounts
        self.nonces = nonces
        """By signer, in the order in which they came."""

    def executed(self, address: str) -> dict[str, Decimal]:
        """Size executed by client order id, over all orders that had it."""
        total: dict[str, Decimal] = defaultdict(Decimal)
        for one in self._accounts[address.lower()].past.values():
            if one.cloid is not None and one.left < one.size:
                total[one.cloid] += one.size - one.left
        return dict(total)

    def positions(self, address: str) -> dict[str, Decimal]:
        """Signed, by coin."""
        held = self._accounts[address.lower()].positions
        return {coin: one.size for coin, one in held.items()}
