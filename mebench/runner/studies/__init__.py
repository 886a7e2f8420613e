"""Studies: what a paper reports about a method besides its scores."""
