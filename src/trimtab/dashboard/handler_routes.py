"""What is in force now, what changed last and why, and what has been learnt of the rules."""

from __future__ import annotations

from litestar import get
from litestar.handlers import HTTPRouteHandler

from trimtab.dashboard.hub import Hub
from trimtab.records.crypto_mix_handler import CryptoMixHandler
from trimtab.records.market_context_handler import MarketContextHandler
from trimtab.records.risk_adjustment_handler import RiskAdjustmentHandler
from trimtab.records.rule_weights import Rules


def handler_routes(hub: Hub) -> list[HTTPRouteHandler]:
    """GET /api/v1/context, /mix, /risk and /rules; each tells the `seq` that it reflects."""

    @get("/api/v1/context", sync_to_thread=False)
    def context() -> MarketContextHandler:
        """The market's context now, and what changed last, in words."""
        return hub.context.now

    @get("/api/v1/mix", sync_to_thread=False)
    def mix() -> CryptoMixHandler:
        """The coins that are traded on each topic now, and the last changes with their reasons."""
        return hub.mix.now

    @get("/api/v1/risk", sync_to_thread=False)
    def risk() -> RiskAdjustmentHandler:
        """Every coin's leverage now, and the last changes with their reasons."""
        return hub.risk.now

    @get("/api/v1/rules", sync_to_thread=False)
    def rules() -> Rules:
        """What has been learnt of each rule, by the market's phase."""
        return hub.rules.now.told()

    return [context, mix, risk, rules]
