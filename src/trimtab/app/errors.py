"""Errors that a person can mend: one line, no traceback."""

from __future__ import annotations


class UserError(Exception):
    """Bad input. The message names what is wrong, its value, and the way out."""
