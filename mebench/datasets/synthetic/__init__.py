"""The synthetic data set: people, scripts, rendering."""
