"""Pydantic models of what is written down: truth, submission, protocol, report.

A file is validated once, when it is read; all other code relies on that. Two rules hold
everywhere: an unknown field is an error, and a value is never converted silently (``"3"`` is not
a frame, neither is ``12.0``). Imports ``mebench.diagnostics`` and ``mebench.util``.
"""
