"""Perpetuals on Hyperliquid: orders, fills, the account and the market, over HTTP and WebSocket."""
