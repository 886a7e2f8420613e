"""Small helpers without knowledge of micro-expressions.

It imports only ``mebench.diagnostics``, for the errors that bad files raise.
"""
