"""Studies: what a paper shows of a method beside its scores."""
