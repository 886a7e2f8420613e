"""Reports in the layouts that ``mebench score --format`` offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mebench.diagnostics.showing import escape_unprintable
from mebench.files import to_json_text
from mebench.records.report import Report
from mebench.tables.grid import Grid
from mebench.tables.report import part_grid, ranked_grid, report_csv_grid, report_grid
from mebench.tables.text import report_as_text

ReportFormat = Literal["table", "json", "markdown", "csv", "latex"]


def render_report(report: Report, layout: ReportFormat = "table", *, bold: bool = False) -> str:
    """Write one report.

    Parameters
    ----------
    report : Report
        What to show.
    layout : {"table", "json", "markdown", "csv", "latex"}
        How.
    bold : bool
        Whether a table's titles are set in bold, for terminals.
    """
    if layout == "table":
        return report_as_text(report, bold=bold)
    if layout == "json":
        return to_json_text(report.to_json())
    if layout == "csv":
        if not report.by:
            return report_csv_grid(report).as_csv()
        return _with_signatures(
            part_grid(report, exact=True), [report] * len(report.parts or [])
        ).as_csv()
    grid = part_grid(report) if report.by else report_grid(report)
    return _grid_and_signatures(grid, layout, [report.signature])


def render_reports(reports: Sequence[Report], layout: ReportFormat, by: str) -> str:
    """Write several reports, already sorted by a metric, in any layout."""
    if layout == "json":
        return to_json_text({"reports": [report.to_json() for report in reports]})
    if layout == "csv":
        return _with_signatures(ranked_grid(reports, by, exact=True), reports).as_csv()
    grid = ranked_grid(reports, by)
    signatures = [f"{report.inputs[0].file}  {report.signature}" for report in reports]
    if layout == "table":
        findings = [
            escape_unprintable(
                f"{one.severity} [{one.code}] {report.inputs[0].file}: {one.message}"
            )
            for report in reports
            for one in report.findings
        ]
        title = escape_unprintable(f"{reports[0].protocol_title}  ({reports[0].protocol})")
        lines = [title, "", *grid.as_text(), "", *signatures]
        return "\n".join([*lines, *(["", *findings] if findings else [])]) + "\n"
    return _grid_and_signatures(grid, layout, signatures)


def _with_signatures(grid: Grid, reports: Sequence[Report]) -> Grid:
    """Return a grid with the signature of each row's report in a last column."""
    grid.header.append("signature")
    grid.align += "l"
    for row, report in zip(grid.rows, reports, strict=True):
        row.append(report.signature)
    return grid


def _grid_and_signatures(grid: Grid, layout: ReportFormat, signatures: list[str]) -> str:
    """Return a grid with its signatures, which no printed number goes without."""
    if layout == "latex":
        return "\n".join([*(f"% {one}" for one in signatures), grid.as_latex()]) + "\n"
    return "\n".join([grid.as_markdown(), "", *(f"`{one}`" for one in signatures)]) + "\n"
