"""Runs the scores of the lab."""
