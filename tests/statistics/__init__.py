"""Statistics: comparisons and power, against scipy, brute force and simulation."""
