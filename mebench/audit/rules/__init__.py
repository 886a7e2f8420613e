"""The rules of the audit, by what they check; each is a function named by its code."""
