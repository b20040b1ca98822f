"""Simple forecasters of one's own, refit month by month on nothing but the past."""
