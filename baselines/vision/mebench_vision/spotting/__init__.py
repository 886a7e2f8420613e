"""Spotting on a curve: smoothing, peaks, intervals; lengths, labels and samples for training."""
