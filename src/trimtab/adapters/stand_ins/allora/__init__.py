"""A stand-in for Allora: consumer API, chain REST and event stream."""
