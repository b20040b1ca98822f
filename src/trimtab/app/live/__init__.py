"""A bot on real markets: its doors to Hyperliquid and Allora, and what it begins with."""
