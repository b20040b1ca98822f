"""Scores of the analyzers on markets whose truth is known."""
