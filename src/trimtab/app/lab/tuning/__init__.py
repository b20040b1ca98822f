"""Searching for settings: candidates, trials, their record, and what came of it."""
