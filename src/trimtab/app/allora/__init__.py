"""Asking Allora from the command line."""
