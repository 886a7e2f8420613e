"""Tests of the synthetic data sets."""
