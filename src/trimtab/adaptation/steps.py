"""The steps of an adaptation: whatever one raises is told as a failure, and stops nobody's trading."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

PROPOSE, MAKE, CHECK, UNDO = "propose", "make", "check", "undo"
"""Ask the rule, make the change, check what comes of it, prove that it can be taken back."""

STEPS = (PROPOSE, MAKE, CHECK, UNDO)

Result = TypeVar("Result")


class FailedStepError(Exception):
    """A step of an adaptation could not be taken."""

    def __init__(self, step: str, error: str) -> None:
        super().__init__(f"{step}: {error}")
        self.step, self.error = step, error


def take_step(name: str, fault: str | None, work: Callable[[], Result]) -> Result:
    """What `work` gives; fails on purpose where `fault` names the step. Raises FailedStepError."""
    try:
        return _fail_on_purpose() if name == fault else work()
    except Exception as error:
        raise FailedStepError(name, f"{type(error).__name__}: {error}") from error


def _fail_on_purpose() -> NoReturn:
    raise RuntimeError("an exercise: this step was told to fail")
