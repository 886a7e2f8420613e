"""Results as HTML for notebooks: a title, tables, and the signature below."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from mebench.diagnostics.escaping import escape_unprintable
from mebench.models.comparison import Comparison
from mebench.models.diagnosis import Diagnosis
from mebench.models.power_analysis import PowerAnalysis
from mebench.models.protocol import Protocol
from mebench.models.report import Finding, Report
from mebench.tables.comparison_tables import difference_grid, value_grid
from mebench.tables.diagnosis_tables import cause_grid
from mebench.tables.grid import Grid
from mebench.tables.power_tables import requirement_grid, size_grid
from mebench.tables.rendering import protocol_as_text, report_sections, unit_lines

Tables = Iterable[tuple[str, Grid]]


def _page(title: str, lines: Iterable[str], tables: Tables, last: Iterable[str]) -> str:
    parts = [f"<h4>{_text(title)}</h4>", *(f"<p>{_text(line)}</p>" for line in lines)]
    for heading, grid in tables:
        parts.append(f"<p><strong>{_text(heading)}</strong></p>")
        if grid.rows:
            parts.append(grid.as_html())
    parts += [f"<p><code>{_text(line)}</code></p>" for line in last]
    return f"<div>{''.join(parts)}</div>"


def _text(text: str) -> str:
    return escape(escape_unprintable(text))


def _findings(findings: Iterable[Finding]) -> Iterable[str]:
    return [f"{finding.severity} [{finding.code}] {finding.message}" for finding in findings]


def report_as_html(report: Report) -> str:
    """Return the tables of a report."""
    title = f"{report.protocol_title} ({report.protocol})"
    last = [report.signature, *_findings(report.findings)]
    return _page(title, unit_lines(report), report_sections(report), last)


def comparison_as_html(comparison: Comparison) -> str:
    """Return values, differences and conclusion of a comparison."""
    tables = [
        ("Values with 95 % intervals", value_grid(comparison)),
        ("Differences", difference_grid(comparison)),
    ]
    signatures = [system.signature for system in comparison.systems]
    last = [*signatures, *_findings(comparison.findings)]
    title = f"{comparison.protocol_title} ({comparison.protocol})"
    return _page(title, [comparison.conclusion], tables, last)


def diagnosis_as_html(diagnosis: Diagnosis) -> str:
    """Return the causes of a diagnosis."""
    tables = [("The scores if one cause alone were corrected", cause_grid(diagnosis))]
    title = f"{diagnosis.protocol_title} ({diagnosis.protocol})"
    return _page(title, [], tables, [diagnosis.signature, *_findings(diagnosis.findings)])


def power_as_html(analysis: PowerAnalysis) -> str:
    """Return what a data set can show."""
    tables = [
        ("What more and fewer subjects can show", size_grid(analysis)),
        ("What differences need", requirement_grid(analysis)),
    ]
    title = f"{analysis.protocol_title} ({analysis.protocol})"
    return _page(title, [], tables, _findings(analysis.findings))


def protocol_as_html(protocol: Protocol) -> str:
    """Return the rules of a protocol."""
    return f"<pre>{escape(protocol_as_text(protocol))}</pre>"
