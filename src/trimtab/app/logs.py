"""Where the log goes: standard error, for standard output is for figures and facts."""

from __future__ import annotations

import sys

import structlog


def log_to_standard_error() -> None:
    """From now on, in all threads; to what standard error is when something is logged."""
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
