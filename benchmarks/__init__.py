"""Benchmarks behind the claims of speed: scripts that anyone can run."""
