"""Diagnostics: problems with a code and a place, and the catalog behind ``mebench explain``.

A :class:`Diagnostic` is data: code, severity, place, message and remedy. :class:`Findings`
collects them, so that all problems of a file are reported at once; :class:`MebenchError` passes
them to the command line. ``catalog.toml`` lists every code.

May import: nothing of mebench.
"""

from mebench.diagnostics.findings import (
    Diagnostic,
    Findings,
    MebenchError,
    Place,
    Severity,
    UsageError,
)

__all__ = ["Diagnostic", "Findings", "MebenchError", "Place", "Severity", "UsageError"]
