"""One line of what the doctor says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from msgspec import Struct

from trimtab.app.errors import UserError
from trimtab.ports import BrokerError, JournalError

State = Literal["ok", "warning", "wrong"]


class Finding(Struct, frozen=True):
    """What was looked at, how it is, and how to mend it."""

    about: str
    state: State
    words: str


class Examination(Struct, frozen=True):
    """What `doctor --json` gives."""

    findings: tuple[Finding, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether something must be mended."""
        return any(finding.state == "wrong" for finding in self.findings)


def told(about: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What is found, and what cannot be looked at, which is wrong."""
    try:
        yield from look()
    except (UserError, JournalError, BrokerError) as error:
        yield Finding(about, "wrong", str(error))
