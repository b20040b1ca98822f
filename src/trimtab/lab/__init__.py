"""Honest measurement: synthetic markets, metrics, comparisons, the twin told a second time."""
