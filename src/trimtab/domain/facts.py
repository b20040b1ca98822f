"""Everything that can stand in the journal, and its form there."""

from __future__ import annotations

from trimtab.domain.commands import Command
from trimtab.domain.decisions import Decision
from trimtab.domain.event_types import MarketEvent
from trimtab.domain.observations import Observation, OrderCancelled, OrderFilled

Outside = Observation | Command
"""What comes from outside: the only input of a replay."""

Derived = MarketEvent | Decision | OrderFilled | OrderCancelled
"""What the core concluded. On paper the exchange's answers are derived too."""

Fact = Outside | Derived
