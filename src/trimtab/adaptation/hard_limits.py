"""Hard limits that contradict each other, or what lies beneath them: told before they hold."""

from __future__ import annotations

from trimtab.domain.configuration import HardLimits, RiskLimits


def contradiction(limits: HardLimits, risk: RiskLimits) -> str | None:
    """The first two that cannot both be meant, and the mend; None where all agree."""
    for name, lever in (("leverage", risk.leverage), *risk.coin_leverage.items()):
        if limits.leverage is not None and lever > limits.leverage:
            return (
                f"{name} {lever:g}x is above the hard limit of {limits.leverage:g}x: "
                "lower it, or raise limits.leverage"
            )
    daily, weekly = limits.daily_loss, limits.weekly_loss
    if daily is not None and weekly is not None and daily > weekly:
        return (
            f"limits.daily_loss {daily:.0%} is above limits.weekly_loss {weekly:.0%}: "
            "lower the day's, or raise the week's"
        )
    if limits.exposure is not None and limits.exposure <= 0.0:
        return f"limits.exposure {limits.exposure:g} lets nothing be traded: raise it, or pause"
    return None
