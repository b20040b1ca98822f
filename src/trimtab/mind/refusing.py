"""A command that is not carried out is answered with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from trimtab.domain.commands import Command
from trimtab.domain.decisions import AdaptationRefused
from trimtab.domain.facts import Derived
from trimtab.domain.tags import tag_of
from trimtab.mind.mind import Mind

Obeyed = tuple[Mind, list[Derived]]


def refuse(mind: Mind, command: Command, because: str) -> Obeyed:
    """Nothing changes, and the operator reads why."""
    return mind, [AdaptationRefused(command.at, "operator", tag_of(command), because)]


def unknown(kind: str, name: str, known: Sequence[str], is_what: str = "has no feed") -> str:
    """The reason where a command names what is not there."""
    return f"{kind} {name!r} {is_what}; known are {', '.join(known)}"
