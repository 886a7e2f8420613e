"""Complete scores: conformance vectors, comparison with the reference, and invariants."""
