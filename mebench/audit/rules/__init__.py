"""The rules of the audit: one file per rule, named by its code."""
