"""Run the audit: the list of all rules, and every rule applied to every row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from mebench.audit.audit_result import AuditFinding, AuditResult
from mebench.audit.percentages import as_percentages, hold_unclear, percent_unclear
from mebench.audit.rule import Rule
from mebench.audit.rules import counts, emotions, rates, spotting
from mebench.audit.rules.matrix import matrix_unreachable
from mebench.audit.rules.repeat_differs import repeat_differs
from mebench.diagnostics import Findings, MebenchError
from mebench.models.protocol import Protocol
from mebench.protocols.loader import load_protocol
from mebench.published.flat_rows import LabeledRecord, frame_records, read_records
from mebench.published.loader import read_located
from mebench.published.row_claims import LocatedRow, check_rows
from mebench.util.arguments import check_argument

if TYPE_CHECKING:
    import pandas as pd

    Row: TypeAlias = str | Path | Mapping[str, Any]
    Rows: TypeAlias = Row | pd.DataFrame | Iterable[Row]

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
    rows: Rows, *, protocol: str | Path | Protocol | None = None, percent: bool = False
) -> AuditResult:
    """Check whether published numbers are consistent with each other and with their counts.

    All problems of reading the rows are raised together; then nothing is audited.

    Parameters
    ----------
    rows : str, Path, dict, DataFrame, or iterable of these
        Files of published rows (``.toml`` or CSV); or rows in memory, with the columns of a CSV:
        ``method``, ``protocol``, metrics and counts. Numbers are printed text, such as ``".6516"``:
        a float has lost its trailing zeros, so fewer contradictions can be found. Read a file with
        ``dtype=str`` to keep them.
    protocol : str, Path or Protocol, optional
        The protocol of rows that name none, and of those that name its id.
    percent : bool
        Rates without a percent sign are percentages.

    Returns
    -------
    AuditResult
        The findings; ``print`` shows them, and ``to_frame()`` returns them as a DataFrame. Rows in
        memory are named by their label in the data frame, or by their position from 0.

    Raises
    ------
    MebenchError
        With all problems of the rows, such as an unknown metric.
    UsageError
        If a file cannot be read, or there is no such protocol.

    Examples
    --------
    >>> row = {"method": "Ours", "spotting_f1": ".2869", "analysis_f1": ".3874", "strs": ".1211"}
    >>> mebench.audit.audit(row, protocol="casme2-str").has_contradictions
    True
    """
    if protocol is not None and not isinstance(protocol, Protocol):
        protocol = load_protocol(protocol)
    findings = Findings()
    located: list[LocatedRow] = []
    first_error: MebenchError | None = None
    for part in _parts(rows, findings):
        try:
            if isinstance(part, list):
                located += check_rows(read_records(part, findings, protocol), findings)
            else:
                located += read_located(part, findings, protocol)
        except MebenchError as error:
            findings.extend_from(error)
            first_error = first_error or error
    if first_error is not None:
        raise type(first_error)(findings.kept, findings.omitted)
    findings.raise_errors()
    found = audit_rows(located, percent=percent)
    return AuditResult(tuple(located), tuple(found), tuple(findings.kept), len(RULES))


def _parts(rows: Any, findings: Findings) -> Iterator[str | Path | list[LabeledRecord]]:
    """Yield the files one by one, and all rows in memory together."""
    expected = "a path, a dict, a data frame, or a list of these"
    if isinstance(rows, str | Path):
        yield rows
        return
    if hasattr(rows, "to_dicts") or hasattr(rows, "iloc"):
        yield frame_records(rows, findings)
        return
    is_iterable = isinstance(rows, Iterable) and not isinstance(rows, bytes)
    check_argument("rows", rows, is_iterable, expected)
    records: list[LabeledRecord] = []
    for position, item in enumerate([rows] if isinstance(rows, Mapping) else rows):
        is_path = isinstance(item, str | Path)
        check_argument("rows", item, is_path or isinstance(item, Mapping), expected)
        if is_path:
            yield item
        else:
            records.append((f"row {position}", item))
    if records:
        yield records
