"""The audit of published rows."""
