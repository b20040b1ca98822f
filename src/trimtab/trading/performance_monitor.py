"""How well the bot does: against its static twin, what its profit is made of, what its changes did."""

from __future__ import annotations

from msgspec import Struct, field

from trimtab.domain.facts import Fact
from trimtab.trading.profit_attribution import ProfitAttribution
from trimtab.trading.rolling_windows import RollingWindows
from trimtab.trading.rule_effects import RuleEffects


class PerformanceMonitor(Struct, frozen=True):
    """A pure fold of the facts, however they are grouped; its size does not grow with time."""

    twin: RollingWindows = field(default_factory=RollingWindows)
    profit: ProfitAttribution = field(default_factory=ProfitAttribution)
    rules: RuleEffects = field(default_factory=RuleEffects)

    def after(self, fact: Fact) -> PerformanceMonitor:
        """After one more fact; the same object where nothing changed."""
        twin, profit = self.twin.after(fact), self.profit.after(fact)
        rules = self.rules.after(fact)
        if twin is self.twin and profit is self.profit and rules is self.rules:
            return self
        return PerformanceMonitor(twin, profit, rules)
