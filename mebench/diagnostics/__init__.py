"""What is wrong with a file, said so that its author can mend it.

A :class:`Diagnostic` carries a stable code, the place (file, line, column, JSON pointer, subject,
video), what is wrong and what to do. :class:`Findings` gathers all of them before anything is
raised, so a user mends a file once. The codes are explained in ``catalog.toml``.
"""

from mebench.diagnostics.diagnostic import Diagnostic, MebenchError, Place, Severity, UsageError
from mebench.diagnostics.findings import Findings

__all__ = ["Diagnostic", "Findings", "MebenchError", "Place", "Severity", "UsageError"]
