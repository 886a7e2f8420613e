"""Whole scores: against the conformance vectors, the reference, and what must always hold."""
