"""The pure functions on integers, against brute force."""
