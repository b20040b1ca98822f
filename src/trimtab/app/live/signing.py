"""What the signer is told at its start."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from trimtab.adapters.signer.limits import SignerLimits
from trimtab.adapters.signer.server import SignerSettings
from trimtab.app.errors import UserError
from trimtab.app.live.places import hyperliquid_place, is_mainnet
from trimtab.app.settings import Settings, SignerFileSettings


def signer_settings(settings: Settings) -> SignerSettings:
    """Raises UserError where the key or the account is not named."""
    if not settings.signer.key:
        raise UserError("signer.key is empty: name the agent's key (`trimtab keys create FILE`)")
    if not settings.hyperliquid.account:
        raise UserError(
            "hyperliquid.account is empty: name the address of the account to be traded"
        )
    return SignerSettings(
        settings.signer.key, signer_socket(settings), hyperliquid_place(settings).url,
        settings.hyperliquid.account.lower(), is_mainnet(settings), _limits(settings.signer),
    )  # fmt: skip


def signer_socket(settings: Settings) -> str:
    """Where it listens."""
    return settings.signer.socket or str(Path(f"{settings.signer.key}.d") / "signer.sock")


def _limits(signer: SignerFileSettings) -> SignerLimits:
    return SignerLimits(
        signer.symbols, Decimal(str(signer.order_notional)), Decimal(str(signer.hourly_notional)),
        signer.orders_a_minute, signer.leverage, signer.reduce_only,
    )  # fmt: skip
