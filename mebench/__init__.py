"""mebench: the evaluation standard and benchmark harness of micro-expression research.

The public names resolve on first use, so that importing the package costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mebench.diagnostics import Diagnostic, MebenchError, Place, UsageError
    from mebench.protocols import load_protocol
    from mebench.records.protocol import Protocol
    from mebench.records.report import Report
    from mebench.records.submission import Submission
    from mebench.records.truth import TruthManifest
    from mebench.scoring.score import score
    from mebench.tables.writing import render_report as render

__version__: str

_PUBLIC_NAMES = {
    "Diagnostic": ("mebench.diagnostics", "Diagnostic"),
    "MebenchError": ("mebench.diagnostics", "MebenchError"),
    "Place": ("mebench.diagnostics", "Place"),
    "Protocol": ("mebench.records.protocol", "Protocol"),
    "Report": ("mebench.records.report", "Report"),
    "Submission": ("mebench.records.submission", "Submission"),
    "TruthManifest": ("mebench.records.truth", "TruthManifest"),
    "UsageError": ("mebench.diagnostics", "UsageError"),
    "__version__": ("mebench.version", "VERSION"),
    "load_protocol": ("mebench.protocols", "load_protocol"),
    "render": ("mebench.tables.writing", "render_report"),
    "score": ("mebench.scoring.score", "score"),
}

__all__ = [
    "Diagnostic",
    "MebenchError",
    "Place",
    "Protocol",
    "Report",
    "Submission",
    "TruthManifest",
    "UsageError",
    "__version__",
    "load_protocol",
    "render",
    "score",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC_NAMES:
        raise AttributeError(f"module 'mebench' has no attribute {name!r}")
    module, attribute = _PUBLIC_NAMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return __all__
