"""Small published rows in memory, and what the audit says of them."""

from __future__ import annotations

from typing import Any

from mebench.audit import AuditFinding
from mebench.audit.run_audit import audit_rows
from mebench.diagnostics import Place
from mebench.models.protocol import Protocol
from mebench.models.published_rows import PublishedCounts, PublishedRow
from mebench.protocols.loader import load_shipped_protocol
from mebench.published.row_claims import LocatedRow


def row(
    protocol: str | Protocol,
    counts: dict[str, Any] | None = None,
    group: str = "headline",
    more: dict[str, Any] | None = None,
    **values: str,
) -> LocatedRow:
    """Return a row with the numbers of one group."""
    record = PublishedRow.model_validate(
        {
            "id": "row",
            "method": "a method",
            "source": "a paper",
            "link_text": "a paper",
            "values": {group: values},
            "counts": {group: PublishedCounts(**counts)} if counts else {},
            **(more or {}),
        }
    )
    rules = load_shipped_protocol(protocol) if isinstance(protocol, str) else protocol
    return LocatedRow(record, rules, Place(), lambda *_: Place())


def codes(*rows: LocatedRow) -> list[str]:
    """Return the codes of what the audit finds."""
    return [one.rule.id for one in audit_rows(rows)]


def only(*rows: LocatedRow) -> AuditFinding:
    """Return the one thing that the audit finds."""
    [found] = audit_rows(rows)
    return found
