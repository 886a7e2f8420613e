"""The audit: check whether published numbers are consistent with each other and their counts.

:func:`audit` takes files, dicts or a DataFrame. A printed number stands for all values that round
to it or are truncated to it, and the arithmetic is exact in fractions, so neither causes a finding.

A :class:`~mebench.audit.rule.Rule` is an id, a title, the arithmetic in prose, and a function from
a row to its violations.

May import: diagnostics, util, models, protocols, published, metrics.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mebench.audit.audit_result import AuditFinding, AuditResult
    from mebench.audit.run_audit import audit

_MODULES = {
    "AuditFinding": "audit_result",
    "AuditResult": "audit_result",
    "audit": "run_audit",
}

__all__ = ["AuditFinding", "AuditResult", "audit"]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'mebench.audit' has no attribute {name!r}")
    return getattr(import_module(f"mebench.audit.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
