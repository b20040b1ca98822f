"""Venues on this machine that answer as the real ones do, faults included."""
