"""Hyperliquid on this machine: the same wire protocol, its checks and its moods, and nothing at stake."""
