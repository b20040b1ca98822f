"""What may stand in trimtab.toml. Unknown keys are errors, so that no typo is silently ignored."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from trimtab.domain.configuration import Stage
from trimtab.domain.observations import StrangersPolicy

Share = Annotated[float, Meta(gt=0.0, le=1.0)]
Distance = Annotated[float, Meta(ge=0.0, lt=1.0)]
BasisPoints = Annotated[float, Meta(ge=0.0, le=10_000.0)]
LogReturn = Annotated[float, Meta(ge=0.0, le=10.0)]


class GateSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[gate]"""

    enabled: bool = True
    enter: Share = 0.75
    leave: Share = 0.60


class ExitSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[exits]: fractions of the entry price; 0 switches one off."""

    horizon: bool = True
    stop_loss: Distance = 0.0
    stop_deviations: Annotated[float, Meta(ge=0.0, le=100.0)] = 0.0
    take_profit: Distance = 0.0
    trailing_stop: Distance = 0.0
    hold_on: bool = True


class SizingSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[sizing]: 0 as volatility target switches the scaling off, 0 as kelly the limit by the edge."""

    volatility_target: Distance = 0.0
    maximum_scale: Annotated[float, Meta(gt=0.0, le=100.0)] = 1.0
    compounding: bool = False
    kelly: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.25
    doubt: Annotated[float, Meta(ge=0.0, le=10.0)] = 0.0
    correlation: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.65


class RiskSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[risk]"""

    leverage: Annotated[float, Meta(gt=0.0, le=50.0)] = 1.0
    maximum_drawdown: Share = 0.25


class LimitSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[limits]: no decision passes them, whoever made it; 0 switches one off."""

    exposure: Annotated[float, Meta(ge=0.0, le=50.0)] = 3.0
    leverage: Annotated[float, Meta(ge=0.0, le=50.0)] = 5.0
    daily_loss: Distance = 0.1
    weekly_loss: Distance = 0.2
    orders_an_hour: Annotated[int, Meta(ge=0, le=100_000)] = 200
    silence_hours: Annotated[float, Meta(ge=0.0, le=10_000.0)] = 6.0
    clock_error_seconds: Annotated[float, Meta(ge=0.0, le=86_400.0)] = 300.0


class CostSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[costs]: basis points a side."""

    taker_fee: BasisPoints = 4.5
    maker_fee: BasisPoints = 1.5
    half_spread: BasisPoints = 1.0
    impact: BasisPoints = 100.0
    participation: Share = 0.1


class AdaptationSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[adaptation]"""

    reserve: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.1
    """Share of the capital that changes may lose before they have earned anything."""
    learn: bool = True
    learn_until: date = date.max
    """What is judged from this day on (UTC) teaches nothing more."""
    without: tuple[str, ...] = ()
    """Rules that answer nothing."""
    contexts: bool = True
    """Whether forecasts are weighed by the market's context."""


class AuditSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[audit]"""

    key: str = ""
    """File of the private key that signs checkpoints; none: none are made."""
    checkpoints: str = ""
    """File that keeps them; none: beside the journal's file."""
    anchors: tuple[str, ...] = ()
    """``file:PATH``, ``https://HOST/PATH`` or ``mailto:ADDRESS``."""


class RetentionSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[retention]"""

    keep_bars_days: Annotated[int, Meta(ge=1)] = 365
    """Older bars go to the archive when `trimtab journal archive` is called."""
    archive: str = ""
    """Folder; none: beside the journal's file."""


class HyperliquidSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[hyperliquid]"""

    url: str = ""
    """Of a stand-in on this machine; none: the venue's, by the mode."""
    account: Annotated[str, Meta(pattern="^(0x[0-9a-fA-F]{40})?$")] = ""
    """Address of the account that is traded; not the agent's."""
    slippage: BasisPoints = 50.0
    """By how much worse than the middle an entry may be filled."""
    stop: Annotated[float, Meta(gt=0.0, lt=1.0)] = 0.1
    """Every position has a stop at the venue this far from its entry."""
    strangers: StrangersPolicy = "pause"
    """What is done with positions that the bot did not open."""


class SignerFileSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[signer]: it reads this itself, and knows no other limits."""

    key: str = ""
    """File of the agent's key, made by `trimtab keys create`."""
    socket: str = ""
    """Where it listens; none: beside the key."""
    symbols: tuple[str, ...] = ()
    """Coins that may be traded; none: all."""
    order_notional: Annotated[float, Meta(gt=0.0)] = 1_000.0
    hourly_notional: Annotated[float, Meta(gt=0.0)] = 10_000.0
    orders_a_minute: Annotated[int, Meta(ge=1)] = 60
    leverage: Annotated[int, Meta(ge=1, le=50)] = 5
    reduce_only: bool = False


class AlloraSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """[allora]"""

    network: Literal["mainnet", "testnet"] = "mainnet"
    url: str = ""
    """Of a stand-in on this machine; none: Allora's own."""
    key_file: str = ""
    """Holds your API key; none: the environment's, else the chain is asked, which needs none."""
    topics: tuple[int, ...] = ()
    """Only these; none: all that can be traded."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Everything has a safe default."""

    bot: Annotated[str, Meta(pattern="^[a-z0-9-]{1,32}$")] = "trimtab"
    mode: Literal["paper", "testnet", "live"] = "paper"
    """Of `trimtab run`."""
    bar: Literal["5m", "15m", "30m", "1h", "4h"] = "1h"
    """Length of the bars that `trimtab run` decides on."""
    stage: Stage = "shadow"
    capital: Annotated[float, Meta(gt=0.0, le=1e12)] = 10_000.0
    port: Annotated[int, Meta(ge=0, le=65535)] = 8700
    journal: str = ""
    """A file, or ``postgresql://USER@HOST:PORT/DATABASE``; none: where a command is told."""
    broker: str = ""
    """``nats://HOST:PORT`` or ``redis://HOST:PORT/DATABASE``; none: within the process."""
    snapshot_every: Annotated[int, Meta(ge=1)] = 10_000
    """Facts from one kept state to the next: what a restart has to fold again at most."""
    coins: tuple[str, ...] = ()
    """Watched and traded from the start; none: all that the market has."""
    standby: bool = False
    """At the first start: observe, and trade only once a person has resumed."""
    locked_from: date = date.max
    """From this day on (UTC) data is kept for a last test: `compare` refuses it unless asked."""
    thresholds: dict[str, LogReturn] = {}
    gate: GateSettings = GateSettings()
    exits: ExitSettings = ExitSettings()
    sizing: SizingSettings = SizingSettings()
    risk: RiskSettings = RiskSettings()
    limits: LimitSettings = LimitSettings()
    costs: CostSettings = CostSettings()
    adaptation: AdaptationSettings = AdaptationSettings()
    audit: AuditSettings = AuditSettings()
    retention: RetentionSettings = RetentionSettings()
    hyperliquid: HyperliquidSettings = HyperliquidSettings()
    signer: SignerFileSettings = SignerFileSettings()
    allora: AlloraSettings = AlloraSettings()
