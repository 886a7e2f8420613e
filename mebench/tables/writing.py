"""Reports in the layouts that ``mebench score --format`` offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mebench.diagnostics.showing import printable
from mebench.files import as_json
from mebench.records.report import Report
from mebench.tables.grid import Grid
from mebench.tables.report import part_grid, ranked_grid, report_csv_grid, report_grid
from mebench.tables.text import report_as_text

Layout = Literal["table", "json", "markdown", "csv", "latex"]


def write_one(report: Report, layout: Layout = "table", *, bold: bool = False) -> str:
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
        return as_json(report.to_json())
    if layout == "csv":
        if not report.by:
            return report_csv_grid(report).as_csv()
        return _signed(part_grid(report, exact=True), [report] * len(report.parts or [])).as_csv()
    grid = part_grid(report) if report.by else report_grid(report)
    return _titled(grid, layout, [report.signature])


def write_several(reports: Sequence[Report], layout: Layout, by: str) -> str:
    """Write several reports, already sorted by a metric, in any layout."""
    if layout == "json":
        return as_json({"reports": [report.to_json() for report in reports]})
    if layout == "csv":
        return _signed(ranked_grid(reports, by, exact=True), reports).as_csv()
    grid = ranked_grid(reports, by)
    signatures = [f"{report.inputs[0].file}  {report.signature}" for report in reports]
    if layout == "table":
        findings = [
            printable(f"{one.severity} [{one.code}] {report.inputs[0].file}: {one.message}")
            for report in reports
            for one in report.findings
        ]
        title = printable(f"{reports[0].protocol_title}  ({reports[0].protocol})")
        lines = [title, "", *grid.as_text(), "", *signatures]
        return "\n".join([*lines, *(["", *findings] if findings else [])]) + "\n"
    return _titled(grid, layout, signatures)


def _signed(grid: Grid, reports: Sequence[Report]) -> Grid:
    """Return a grid with the signature of each row's report in a last column."""
    grid.header.append("signature")
    grid.align += "l"
    for row, report in zip(grid.rows, reports, strict=True):
        row.append(report.signature)
    return grid


def _titled(grid: Grid, layout: Layout, signatures: list[str]) -> str:
    """Return a grid with its signatures, which no printed number goes without."""
    if layout == "latex":
        return "\n".join([*(f"% {one}" for one in signatures), grid.as_latex()]) + "\n"
    return "\n".join([grid.as_markdown(), "", *(f"`{one}`" for one in signatures)]) + "\n"
