"""What became of each command that somebody asks about."""

from __future__ import annotations

from typing import ClassVar, Literal, Self, get_args

from msgspec import Struct
from msgspec.structs import replace

from trimtab.domain.commands import Command
from trimtab.domain.decisions import CommandAnswered
from trimtab.domain.facts import Fact
from trimtab.domain.tags import tag_of
from trimtab.domain.units import CommandId, Micros

KEPT = 1_000
"""Commands remembered; the oldest is forgotten first."""


class CommandState(Struct, frozen=True):
    """One command: recorded, and then executed or failed."""

    id: CommandId
    command: str
    status: Literal["pending", "executed", "failed"]
    at: Micros
    """Of its last step."""
    because: str = ""
    """Why it failed."""


class CommandLog(Struct, frozen=True):
    """A handler: folds commands and their answers."""

    KINDS: ClassVar[tuple[type[Fact], ...]] = (*get_args(Command), CommandAnswered)
    TYPE: ClassVar[str] = "command"

    seq: int = 0
    states: dict[CommandId, CommandState] = {}

    def see(self, seq: int, fact: Fact) -> Self:
        """After one more fact."""
        if isinstance(fact, CommandAnswered):
            return self._with(seq, self._answered(fact))
        if isinstance(fact, Command) and fact.id:
            return self._with(seq, CommandState(fact.id, tag_of(fact), "pending", fact.at))
        return self

    def _answered(self, fact: CommandAnswered) -> CommandState:
        known = self.states.get(fact.command)
        status: Literal["executed", "failed"] = "executed" if fact.executed else "failed"
        name = known.command if known else ""
        return CommandState(fact.command, name, status, fact.at, fact.because)

    def _with(self, seq: int, state: CommandState) -> Self:
        states = dict([*self.states.items(), (state.id, state)][-KEPT:])
        return replace(self, seq=seq, states=states)
