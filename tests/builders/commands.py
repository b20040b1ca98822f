"""Commands as a person types them, and what they answered."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NamedTuple

import msgspec

from trimtab.app.command_line import run


class Answer(NamedTuple):
    """What a command left behind on the screen."""

    code: int
    out: str
    """Standard output."""
    err: str
    """Standard error, where tables, notes and complaints go."""

    @property
    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return msgspec.json.decode(self.out)


def trimtab(*words: object) -> Answer:
    """Runs `trimtab WORDS` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(word) for word in words])
    return Answer(code, out.getvalue(), err.getvalue())
