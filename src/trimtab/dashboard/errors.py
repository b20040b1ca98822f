"""What a person can mend when the dashboard cannot be served."""

from __future__ import annotations


class DashboardError(Exception):
    """The dashboard cannot be served as asked; the message is one line with the mend."""
