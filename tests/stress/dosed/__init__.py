"""A data set of a few pixels with two factors, and baselines whose response to them is known."""
