"""Tables for terminals and papers."""
