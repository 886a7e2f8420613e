"""Run the audit: the list of all rules, and every rule applied to every row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mebench.audit.percentages import as_percentages, hold_unclear, percent_unclear
from mebench.audit.rule import Rule, Violation
from mebench.audit.rules import counts, emotions, rates, spotting
from mebench.audit.rules.matrix import matrix_unreachable
from mebench.audit.rules.repeat_differs import repeat_differs
from mebench.diagnostics import Diagnostic, Findings, MebenchError, Place
from mebench.models.protocol import Protocol
from mebench.published.loader import read_located
from mebench.published.row_claims import LocatedRow

RULES: tuple[Rule, ...] = (
    percent_unclear,
    rates.rate_out_of_range,
    emotions.uf1_above_f1,
    emotions.uf1_above_uar,
    emotions.uf1_below_uar,
    rates.pooled_outside_kinds,
    counts.counted_analysis,
    counts.counted_samples,
    spotting.spotting_counts,
    rates.spotting_f1,
    spotting.spotting_unreachable,
    rates.analysis_f1,
    emotions.uar_not_recall,
    emotions.uar_unreachable,
    matrix_unreachable,
    emotions.accuracy_counts,
    rates.share_unreachable,
    rates.strs_product,
    rates.acc_mesr_product,
    counts.subjects_videos,
    repeat_differs,
    emotions.majority_accuracy,
    spotting.ap_above_recall,
    emotions.f1_like_accuracy,
)

BY_CODE = {rule.id: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """A violation of a rule in a row."""

    rule: Rule
    row: LocatedRow
    violation: Violation

    @property
    def place(self) -> Place:
        """The place of the number to check."""
        return self.row.place_of(self.violation.group, self.violation.metrics[0])

    @property
    def correction(self) -> str:
        """The correct value according to the row itself, if it states one."""
        correction = self.row.row.corrections.get(self.violation.metrics[0])
        if correction is None or self.violation.group != "headline":
            return ""
        return f"{self.violation.metrics[0]} {correction.value}: {correction.reason}"

    def as_dict(self) -> dict[str, object]:
        """Return plain data for ``--format json``."""
        place, row = self.place, self.row.row
        return {
            "rule": self.rule.id,
            "sureness": self.rule.certainty,
            "file": place.file,
            "line": place.line,
            "row": row.id,
            "method": row.method,
            "protocol": self.row.protocol.id,
            "source": row.source,
            "group": self.violation.group,
            "metrics": list(self.violation.metrics),
            "message": self.violation.message,
            "consistent": self.violation.consistent,
            "correction": self.correction,
        }


@dataclass(frozen=True, slots=True)
class AuditResult:
    """The outcome of an audit; remarks are warnings and notes of reading the files."""

    rows: tuple[LocatedRow, ...]
    findings: tuple[AuditFinding, ...]
    remarks: tuple[Diagnostic, ...] = ()

    @property
    def has_contradictions(self) -> bool:
        """Whether there is a finding that is more than unusual."""
        return any(finding.rule.certainty != "unusual" for finding in self.findings)


def audit_rows(rows: Sequence[LocatedRow], *, percent: bool = False) -> list[AuditFinding]:
    """Apply all rules to rows; return the findings in the order of the rows.

    ``percent``: rates without a percent sign are percentages.
    """
    rows = as_percentages(rows) if percent else hold_unclear(rows)
    findings = [
        AuditFinding(rule, row, violation) for rule in RULES for row, violation in rule.check(rows)
    ]
    order = {id(row): index for index, row in enumerate(rows)}
    kept = _without_explained(findings)
    return sorted(kept, key=lambda finding: order[id(finding.row)])


def _without_explained(findings: Sequence[AuditFinding]) -> list[AuditFinding]:
    """Leave out matrices that do not exist because fewer numbers already contradict each other."""
    smaller: dict[tuple[int, str], list[set[str]]] = {}
    for finding in findings:
        if finding.rule is not matrix_unreachable and finding.rule.certainty != "unusual":
            key = id(finding.row), finding.violation.group
            smaller.setdefault(key, []).append(set(finding.violation.metrics))
    return [
        finding
        for finding in findings
        if finding.rule is not matrix_unreachable
        or not any(
            metrics <= set(finding.violation.metrics)
            for metrics in smaller.get((id(finding.row), finding.violation.group), [])
        )
    ]


def audit(
    paths: Iterable[str | Path], *, protocol: Protocol | None = None, percent: bool = False
) -> AuditResult:
    """Read files of published rows and audit them together.

    All problems of the files are raised together; then nothing is audited.

    Parameters
    ----------
    paths : iterable of str or Path
        Files of published rows, ``.toml`` or CSV.
    protocol : Protocol, optional
        The protocol of rows that name none, and of those that name its id.
    percent : bool
        Rates without a percent sign are percentages.
    """
    findings = Findings()
    rows: list[LocatedRow] = []
    first_error: MebenchError | None = None
    for path in paths:
        try:
            rows += read_located(path, findings, protocol)
        except MebenchError as error:
            findings.extend_from(error)
            first_error = first_error or error
    if first_error is not None:
        raise type(first_error)(findings.kept, findings.omitted)
    findings.raise_errors()
    return AuditResult(tuple(rows), tuple(audit_rows(rows, percent=percent)), tuple(findings.kept))
