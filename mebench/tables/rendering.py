"""Render reports in the formats that ``mebench score --format`` offers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from mebench.diagnostics.formatting import escape_unprintable
from mebench.metrics.metric import Metric
from mebench.metrics.registry import METRICS
from mebench.models.report import AnalysisCounts, Report
from mebench.tables.grid import Grid, shorten
from mebench.tables.report_grids import (
    format_number,
    part_grid,
    ranked_grid,
    report_columns,
    report_csv_grid,
    report_grid,
    undefined_reason,
)
from mebench.util.atomic_write import to_json_text
from mebench.util.text import pluralize

MAX_NAMED_VIDEOS = 5
"""So many videos without predictions are named; the JSON report names all."""


def report_as_text(report: Report, *, bold: bool = False) -> str:
    """Return the table of one report.

    Parameters
    ----------
    report : Report
        What to show.
    bold : bool
        Whether to set titles in bold, for terminals.
    """

    def title(text: str) -> str:
        return f"\033[1m{escape_unprintable(text)}\033[0m" if bold else escape_unprintable(text)

    system = report.system.name if report.system else None
    lines = [title(f"{report.protocol_title}  ({report.protocol})")]
    if system:
        lines.append(
            f"{shorten(escape_unprintable(system), 70)}; model selection: {report.model_selection}"
        )
    lines += [*_unit_lines(report), ""]
    for section, grid in _sections(report):
        lines += [title(section), *grid.as_text(), ""]
    if report.parts is not None and report.by is not None:
        lines += [title(f"By {report.by}"), *part_grid(report).as_text(), ""]
    lines += [*_fold_lines(report), "", report.signature, "", *_footer_lines(report)]
    return "\n".join(lines).rstrip() + "\n"


def _unit_lines(report: Report) -> list[str]:
    units = report.units
    parts: tuple[tuple[int, str], ...]
    if report.task == "recognize":
        parts = ((units.subjects, "subject"), (units.truths, "sample"))
    else:
        parts = (
            (units.subjects, "subject"),
            (units.videos, "video"),
            (units.truths, "expression"),
        )
    of_truth = ", ".join(pluralize(count, name) for count, name in parts)
    lines = [f"{of_truth}; {pluralize(units.predictions, 'prediction')}"]
    silent = units.videos_without_predictions
    if silent:
        more = (
            f" and {len(silent) - MAX_NAMED_VIDEOS} more" if len(silent) > MAX_NAMED_VIDEOS else ""
        )
        named = ", ".join(
            shorten(escape_unprintable(name), 60) for name in silent[:MAX_NAMED_VIDEOS]
        )
        lines.append(f"Without predictions ({len(silent)}): {named}{more}")
    return lines


def _sections(report: Report) -> Iterator[tuple[str, Grid]]:
    columns = report_columns(report)
    for section in dict.fromkeys(metric.section for metric in METRICS):
        metrics = [
            metric
            for metric in METRICS
            if metric.section == section and any(metric.id in values for _, values in columns)
        ]
        if not metrics:
            continue
        yield _section_title(section, report), _section_grid(report, metrics)
        counts = report.counts.analysis
        if section == "Analysis" and counts is not None and counts.total:
            if counts.absent_classes:
                names = ", ".join(map(escape_unprintable, counts.absent_classes))
                yield f"Absent here, so 0 in every mean over classes: {names}", Grid([], "")
            yield "Confusion (row: truth, column: prediction)", _confusion_grid(counts)


def _section_title(section: str, report: Report) -> str:
    analysis = report.counts.analysis
    if section == "Spotting":
        return "Spotting, IoU >= 0.5"
    if section == "Analysis" and analysis is not None:
        what = "sample" if report.task == "recognize" else "spotted expression"
        return f"Analysis of {pluralize(analysis.total, what)}"
    if section == "Analysis, all videos":
        return "Analysis of every video, whatever the overlap"
    return section


def _section_grid(report: Report, metrics: list[Metric]) -> Grid:
    columns = report_columns(report)
    several = len(columns) > 1
    grid = Grid(["", *[name for name, _ in columns], ""], "l" + "r" * len(columns) + "l")
    for metric in metrics:
        cells = [format_number(metric.id, values.get(metric.id)) for _, values in columns]
        note = "" if several else report.details.get(metric.id, "")
        if cells[0] is None:
            note = undefined_reason(report.metrics, metric.id)
        grid.rows.append([metric.title, *cells, note])
    return grid


def _confusion_grid(counts: AnalysisCounts) -> Grid:
    classes, matrix = counts.confusion.classes, counts.confusion.matrix
    names = [shorten(name, 16) for name in classes]
    extra = ["(none)"] if matrix and len(matrix[0]) > len(classes) else []
    grid = Grid(["", *names, *extra], "l" + "r" * len([*names, *extra]))
    grid.rows = [[name, *map(str, row)] for name, row in zip(names, matrix, strict=True)]
    return grid


def _fold_lines(report: Report) -> list[str]:
    means = [
        f"{metric.title if metric.section != 'Analysis' else 'analysis ' + metric.title} {shown}"
        for metric in METRICS
        if metric.id in report.mean_over_folds
        and (shown := format_number(metric.id, report.mean_over_folds[metric.id])) is not None
    ]
    lines = [f"{report.folds.text}."]
    if means:
        over = "folds" if report.folds.stated else "subjects"
        lines.append(f"Mean over {over}, a diagnostic and never the score: {', '.join(means)}.")
    return lines


def _footer_lines(report: Report) -> list[str]:
    read = [
        f"{one.role} {one.file or '(memory)'} as {one.format}"
        + ("" if one.first_frame is None else f", first frame {one.first_frame}")
        for one in report.inputs
    ]
    noticed = Counter(
        f"{one.severity} [{one.code}] {one.message}"
        for one in report.findings
        if one.severity != "error"
    )
    lines = [f"Read {'; '.join(read)}."]
    lines += [line if times == 1 else f"{line} ({times} times)" for line, times in noticed.items()]
    return list(map(escape_unprintable, lines))


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
