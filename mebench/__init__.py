"""mebench: an evaluation standard and benchmark harness for micro-expression research.

Public names are imported on first use, so that ``import mebench`` is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mebench import audit, datasets, metrics, protocols
    from mebench.api.functions import compare, diagnose, power, score, validate
    from mebench.api.keywords import ScoringKeywords
    from mebench.api.pictures import Picture
    from mebench.api.recognition import recognition
    from mebench.api.results import Comparison, Diagnosis, PowerAnalysis, Report
    from mebench.api.scorer import Scorer
    from mebench.api.validation import Validation
    from mebench.diagnostics import Diagnostic, MebenchError, Place, UsageError
    from mebench.formats.score_curves_file import write_curves
    from mebench.models.protocol import Protocol
    from mebench.models.submission import Submission
    from mebench.models.truth import TruthManifest
    from mebench.protocols.loader import load_protocol
    from mebench.tables.rendering import render_report as render
    from mebench.util.extras import require_package
    from mebench.util.hashing import digest
    from mebench.util.random_streams import RandomStream

__version__: str

_PUBLIC_NAMES = {
    "Comparison": ("mebench.api.results", "Comparison"),
    "Diagnosis": ("mebench.api.results", "Diagnosis"),
    "Diagnostic": ("mebench.diagnostics", "Diagnostic"),
    "MebenchError": ("mebench.diagnostics", "MebenchError"),
    "Picture": ("mebench.api.pictures", "Picture"),
    "Place": ("mebench.diagnostics", "Place"),
    "PowerAnalysis": ("mebench.api.results", "PowerAnalysis"),
    "Protocol": ("mebench.models.protocol", "Protocol"),
    "RandomStream": ("mebench.util.random_streams", "RandomStream"),
    "Report": ("mebench.api.results", "Report"),
    "Scorer": ("mebench.api.scorer", "Scorer"),
    "ScoringKeywords": ("mebench.api.keywords", "ScoringKeywords"),
    "Submission": ("mebench.models.submission", "Submission"),
    "TruthManifest": ("mebench.models.truth", "TruthManifest"),
    "UsageError": ("mebench.diagnostics", "UsageError"),
    "Validation": ("mebench.api.validation", "Validation"),
    "__version__": ("mebench.version", "VERSION"),
    "compare": ("mebench.api.functions", "compare"),
    "diagnose": ("mebench.api.functions", "diagnose"),
    "digest": ("mebench.util.hashing", "digest"),
    "load_protocol": ("mebench.protocols.loader", "load_protocol"),
    "power": ("mebench.api.functions", "power"),
    "recognition": ("mebench.api.recognition", "recognition"),
    "render": ("mebench.tables.rendering", "render_report"),
    "require_package": ("mebench.util.extras", "require_package"),
    "score": ("mebench.api.functions", "score"),
    "validate": ("mebench.api.functions", "validate"),
    "write_curves": ("mebench.formats.score_curves_file", "write_curves"),
}

_PUBLIC_MODULES = ("audit", "datasets", "metrics", "protocols")

__all__ = [
    "Comparison",
    "Diagnosis",
    "Diagnostic",
    "MebenchError",
    "Picture",
    "Place",
    "PowerAnalysis",
    "Protocol",
    "RandomStream",
    "Report",
    "Scorer",
    "ScoringKeywords",
    "Submission",
    "TruthManifest",
    "UsageError",
    "Validation",
    "__version__",
    "audit",
    "compare",
    "datasets",
    "diagnose",
    "digest",
    "load_protocol",
    "metrics",
    "power",
    "protocols",
    "recognition",
    "render",
    "require_package",
    "score",
    "validate",
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
