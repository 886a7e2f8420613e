"""mebench: an evaluation standard and benchmark harness for micro-expression research.

Public names are imported on first use, so that ``import mebench`` is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mebench import audit, datasets, protocols
    from mebench.diagnosis.diagnose import diagnose
    from mebench.diagnostics import Diagnostic, MebenchError, Place, UsageError
    from mebench.evaluation.compare_systems import compare
    from mebench.evaluation.score import score
    from mebench.formats.score_curves_file import write_curves
    from mebench.models.comparison import Comparison
    from mebench.models.protocol import Protocol
    from mebench.models.report import Report
    from mebench.models.submission import Submission
    from mebench.models.truth import TruthManifest
    from mebench.protocols.loader import load_protocol
    from mebench.tables.rendering import render_report as render
    from mebench.util.extras import require_package
    from mebench.util.hashing import digest
    from mebench.util.random_streams import RandomStream

__version__: str

_PUBLIC_NAMES = {
    "Comparison": ("mebench.models.comparison", "Comparison"),
    "Diagnostic": ("mebench.diagnostics", "Diagnostic"),
    "MebenchError": ("mebench.diagnostics", "MebenchError"),
    "Place": ("mebench.diagnostics", "Place"),
    "Protocol": ("mebench.models.protocol", "Protocol"),
    "RandomStream": ("mebench.util.random_streams", "RandomStream"),
    "Report": ("mebench.models.report", "Report"),
    "Submission": ("mebench.models.submission", "Submission"),
    "TruthManifest": ("mebench.models.truth", "TruthManifest"),
    "UsageError": ("mebench.diagnostics", "UsageError"),
    "__version__": ("mebench.version", "VERSION"),
    "diagnose": ("mebench.diagnosis.diagnose", "diagnose"),
    "compare": ("mebench.evaluation.compare_systems", "compare"),
    "digest": ("mebench.util.hashing", "digest"),
    "load_protocol": ("mebench.protocols.loader", "load_protocol"),
    "render": ("mebench.tables.rendering", "render_report"),
    "require_package": ("mebench.util.extras", "require_package"),
    "score": ("mebench.evaluation.score", "score"),
    "write_curves": ("mebench.formats.score_curves_file", "write_curves"),
}

_PUBLIC_MODULES = ("audit", "datasets", "protocols")

__all__ = [
    "Comparison",
    "Diagnostic",
    "MebenchError",
    "Place",
    "Protocol",
    "RandomStream",
    "Report",
    "Submission",
    "TruthManifest",
    "UsageError",
    "__version__",
    "audit",
    "compare",
    "datasets",
    "diagnose",
    "digest",
    "load_protocol",
    "protocols",
    "render",
    "require_package",
    "score",
    "write_curves",
]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC_MODULES:
        return import_module(f"mebench.{name}")
    if name not in _PUBLIC_NAMES:
        raise AttributeError(f"module 'mebench' has no attribute {name!r}")
    module, attribute = _PUBLIC_NAMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return __all__
