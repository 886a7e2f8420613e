"""Scripts for maintainers; not installed."""
