"""Baselines without a model: what every board should carry, and what a newcomer copies."""
