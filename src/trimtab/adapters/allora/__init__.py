"""Allora: forecasts by its consumer API and by its chain."""
