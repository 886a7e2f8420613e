"""Render reports in every format of `mebench score`, and a protocol as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from shlex import quote
from typing import Literal, get_args

from mebench.diagnostics.escaping import escape_unprintable, markdown_code
from mebench.metrics.registry import METRICS, metrics_of
from mebench.models.protocol import ExpectedCounts, Protocol, ProtocolDataset
from mebench.models.report import (
    AnalysisCounts,
    ClassScores,
    LogVerdicts,
    MetricValue,
    Report,
)
from mebench.tables.grid import Grid, shorten
from mebench.tables.report_grids import (
    class_grid,
    format_number,
    metric_rows,
    no_interval_reason,
    part_grid,
    ranked_grid,
    report_columns,
    report_csv_grid,
    report_grid,
    undefined_reason,
)
from mebench.util.arguments import check_argument, check_choice
from mebench.util.atomic_write import to_json_text
from mebench.util.text import pluralize

MAX_NAMED = 5
"""How many videos and subjects without predictions are named; the JSON report names all."""

MAX_PRINTED_CLASSES = 50
"""The confusion matrix of more classes is left out of the text."""


def report_as_text(report: Report, *, bold: bool = False, width: int | None = None) -> str:
    """Return the tables of one report; ``bold`` and ``width`` as in :func:`render_report`."""

    def title(text: str) -> str:
        return f"\033[1m{escape_unprintable(text)}\033[0m" if bold else escape_unprintable(text)

    system = report.system.name if report.system else None
    lines = [title(f"{report.protocol_title}  ({report.protocol})")]
    if system:
        lines.append(
            f"{shorten(escape_unprintable(system), 70)}; model selection: {report.model_selection}"
        )
    lines += [*unit_lines(report), ""]
    for section, grid in report_sections(report):
        lines += [title(section), *grid.as_text(width=width), ""]
    if report.parts is not None and report.by is not None:
        parts = part_grid(report).as_text(width=width, hint="--format csv")
        lines += [title(f"By {report.by}"), *parts, ""]
    last = [
        *_interval_lines(report),
        *_fold_lines(report),
        "",
        report.signature,
        "",
        *_footer_lines(report),
    ]
    lines += map(escape_unprintable, last)
    return "\n".join(lines).rstrip() + "\n"


def _interval_lines(report: Report) -> Iterator[str]:
    """Yield why metrics have no interval, one line per reason."""
    without: dict[str, list[str]] = {}
    for identifier, value in report.metrics.items():
        if reason := no_interval_reason(value):
            without.setdefault(reason, []).append(identifier)
    computed = [value.ci95 for value in report.metrics.values() if value.ci95 is not None]
    if len(without) == 1 and all(interval.low is None for interval in computed):
        yield f"No confidence intervals: {next(iter(without))}."
        return
    for reason, metrics in without.items():
        yield f"No interval for {', '.join(metrics)}: {reason}."


def unit_lines(report: Report) -> list[str]:
    """Return the numbers of subjects, videos, expressions and predictions, and who is missing."""
    units = report.units
    parts = [(units.subjects, "subject"), (units.videos, "video"), (units.truths, "expression")]
    if report.task == "recognize":
        parts[1:] = [(units.truths, "sample")]
    texts = [pluralize(count, name) for count, name in parts]
    if units.effective_subjects is not None:
        texts[0] += f" (effectively {units.effective_subjects:.1f})"
    truth_counts = ", ".join(texts)
    lines = [f"{truth_counts}; {pluralize(units.predictions, 'prediction')}"]
    videos, subjects = units.videos_without_predictions, units.subjects_left_out
    if videos:
        lines.append(f"Without predictions ({len(videos)}): {_first_names(videos)}")
    if subjects:
        lines.append(f"Subjects left out ({len(subjects)}): {_first_names(subjects)}")
    return lines


def _first_names(names: Sequence[str]) -> str:
    more = len(names) - MAX_NAMED
    named = [shorten(escape_unprintable(name), 60) for name in names[:MAX_NAMED]]
    return ", ".join(named) + f" and {more} more" * (more > 0)


def report_sections(report: Report) -> Iterator[tuple[str, Grid]]:
    """Yield the titles and tables of a report; a table may be empty."""
    columns = report_columns(report)
    metrics = metric_rows(columns, report.options.metrics)
    for section, rows in groupby(metrics, key=lambda row: row[0].section):
        grid = Grid(["", *[name for name, _ in columns], ""], "l" + "r" * len(columns) + "l")
        for metric, cells in rows:
            note = "" if len(columns) > 1 else report.details.get(metric.id, "")
            if cells[0] is None:
                note = undefined_reason(report.metrics, metric.id)
            grid.rows.append([metric.title, *cells, note])
        _align_numbers(grid, len(columns))
        yield _section_title(section, report), grid
        if section == "Spotting" and report.log is not None and report.counts.spotting:
            yield "Verdicts of the log, one per line", _log_grid(report, report.log)
        counts = report.counts.analysis
        if section == "Analysis" and counts is not None and counts.total:
            if counts.absent_classes:
                names = ", ".join(map(escape_unprintable, counts.absent_classes))
                title = f"Absent classes, which count as 0 in means over classes: {names}"
                yield title, Grid([], "")
            number = len(counts.confusion.classes)
            if number <= MAX_PRINTED_CLASSES:
                yield "Confusion matrix (row: truth, column: prediction)", _confusion_grid(counts)
            else:
                yield f"Confusion matrix of {number} classes: see --format json", Grid([], "")
            yield from _class_section("Classes", report.classes)
        if section == "Analysis, all videos":
            yield from _class_section("Classes, every video", report.classes_all)


def _class_section(title: str, classes: Sequence[ClassScores]) -> Iterator[tuple[str, Grid]]:
    if 0 < len(classes) <= MAX_PRINTED_CLASSES:
        yield title, class_grid(classes)


def _align_numbers(grid: Grid, columns: int) -> None:
    """Add spaces after numbers without an interval, so that all numbers of a column align."""
    for column in range(1, columns + 1):
        cells = [row[column] or "" for row in grid.rows]
        width = max(len(cell.partition(" ")[2]) for cell in cells)
        for row, cell in zip(grid.rows, cells, strict=True):
            if cell and width:
                number, _, interval = cell.partition(" ")
                row[column] = f"{number} {interval:<{width}}"


def _section_title(section: str, report: Report) -> str:
    analysis = report.counts.analysis
    if section == "Spotting":
        return "Spotting, IoU >= 0.5"
    if section == "Analysis" and analysis is not None:
        what = "sample" if report.task == "recognize" else "spotted expression"
        return f"Emotion recognition on the {pluralize(analysis.total, what)}"
    if section == "Analysis, all videos":
        return "Emotion recognition on every video, whatever the overlap"
    return section


def _log_grid(report: Report, log: LogVerdicts) -> Grid:
    """Return what the log counts beside what the standard counts."""
    spotting = report.counts.spotting
    assert spotting is not None
    f1 = MetricValue.model_construct(value=log.spotting_f1)
    grid = Grid(["", "log", "standard"], "lrr")
    grid.rows = [
        [name.upper(), str(getattr(log, name)), str(getattr(spotting, name))]
        for name in ("tp", "fp", "fn")
    ]
    shown = [format_number("spotting_f1", value) for value in (f1, report.metrics["spotting_f1"])]
    grid.rows.append(["F1", *shown])
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
        lines.append(f"Mean over {over} (for information; not the score): {', '.join(means)}.")
    return lines


def _footer_lines(report: Report) -> list[str]:
    alias_sets = {"predictions": report.options.ids, "truth": report.options.truth_ids}
    read = [
        f"{source.role} {source.file or '(memory)'} as {source.format}"
        + ("" if source.first_frame is None else f", first frame {source.first_frame}")
        + ("" if alias_sets[source.role] is None else f", ids {alias_sets[source.role]}")
        for source in report.inputs
    ]
    counts = Counter(
        f"{finding.severity} [{finding.code}] {finding.message}"
        for finding in report.findings
        if finding.severity != "error"
    )
    lines = [f"Read {'; '.join(read)}."]
    lines += [line if times == 1 else f"{line} ({times} times)" for line, times in counts.items()]
    return lines


ReportFormat = Literal["table", "json", "markdown", "csv", "latex"]


def render_report(
    report: Report,
    layout: ReportFormat = "table",
    *,
    bold: bool = False,
    width: int | None = None,
) -> str:
    """Return one report as text.

    Parameters
    ----------
    report : Report
        The report.
    layout : {"table", "json", "markdown", "csv", "latex"}
        The output format.
    bold : bool
        With "table": whether titles are set in bold, for terminals.
    width : int, optional
        With "table": columns of the terminal; by default tables can have any width.
    """
    check_argument("report", report, isinstance(report, Report), "a Report")
    check_choice("layout", layout, get_args(ReportFormat))
    is_width = width is None or (type(width) is int and width > 0)
    check_argument("width", width, is_width, "a positive number or None")
    if layout == "table":
        return report_as_text(report, bold=bold, width=width)
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


def render_reports(
    reports: Sequence[Report], layout: ReportFormat, by: str, *, width: int | None = None
) -> str:
    """Return several reports, already sorted by the metric ``by``, as text.

    The other parameters are those of :func:`render_report`.
    """
    if layout == "json":
        return to_json_text({"reports": [report.to_json() for report in reports]})
    if layout == "csv":
        return _with_signatures(ranked_grid(reports, by, exact=True), reports).as_csv()
    grid = ranked_grid(reports, by)
    signatures = [f"{report.inputs[0].file}  {report.signature}" for report in reports]
    if layout == "table":
        findings = finding_lines(reports)
        title = f"{reports[0].protocol_title}  ({reports[0].protocol})"
        table = grid.as_text(width=width, hint="--format csv")
        unranked = [
            f"Not ranked: {report.inputs[0].file} leaves out "
            f"{pluralize(len(left_out), 'subject')}: {_first_names(left_out)}."
            for report in reports
            if (left_out := report.units.subjects_left_out)
        ]
        lines = [title, "", *table, "", *unranked, *([""] if unranked else []), *signatures]
        lines += ["", *findings] if findings else []
        return "\n".join(map(escape_unprintable, lines)) + "\n"
    return _grid_and_signatures(grid, layout, signatures)


def finding_lines(reports: Sequence[Report]) -> list[str]:
    """Return one line per finding of several reports, with the name of the prediction file."""
    return [
        f"{finding.severity} [{finding.code}] {report.inputs[0].file}: {finding.message}"
        for report in reports
        for finding in report.findings
    ]


def _with_signatures(grid: Grid, reports: Sequence[Report]) -> Grid:
    """Return a grid with the signature of each row's report in a last column."""
    grid.header.append("signature")
    grid.align += "l"
    for row, report in zip(grid.rows, reports, strict=True):
        row.append(report.signature)
    return grid


def _grid_and_signatures(grid: Grid, layout: ReportFormat, signatures: list[str]) -> str:
    """Return a grid and its signatures: every printed number has one."""
    if layout == "latex":
        comments = (f"% {escape_unprintable(line)}" for line in signatures)
        return "\n".join([*comments, grid.as_latex()]) + "\n"
    return "\n".join([grid.as_markdown(), "", *map(markdown_code, signatures)]) + "\n"


def protocol_as_text(protocol: Protocol) -> str:
    """Return the rules of a protocol as text."""
    return "\n".join(map(escape_unprintable, _lines(protocol)))


def _lines(protocol: Protocol) -> Iterator[str]:
    yield f"{protocol.id}  {protocol.title}"
    if protocol.description:
        yield ""
        yield " ".join(protocol.description.split())
    yield ""
    yield f"task           {protocol.task}"
    if protocol.spots:
        yield f"spotted        {', '.join(protocol.targets)}"
        scope = "all videos" if protocol.video_scope == "all" else "videos with a target"
        restriction = ", each with exactly one expression" if protocol.one_per_video else ""
        yield f"scope          {scope}{restriction}"
    if protocol.first_expression_only:
        yield "left out       further expressions of a recording: only the first is scored"
    if protocol.classes:
        yield f"classes        {', '.join(protocol.classes)}"
    if protocol.labels != "emotion":
        yield f"labels         {protocol.labels}"
    yield f"folds          {protocol.folds}"
    yield f"metrics        {', '.join(metric.id for metric in metrics_of(protocol))}"
    yield from _expected("expected", protocol.expected)
    for dataset in protocol.datasets:
        yield ""
        yield from _dataset(dataset)


def _dataset(dataset: ProtocolDataset) -> Iterator[str]:
    yield f"data set       {dataset.id}"
    if dataset.also_named:
        yield f"  also named   {', '.join(dataset.also_named)}"
    if dataset.label_map:
        pairs = ", ".join(f"{label} -> {name}" for label, name in dataset.label_map.items())
        yield f"  label map    {pairs}"
    if dataset.excluded_labels:
        yield f"  left out     labels {', '.join(dataset.excluded_labels)}"
    for exclusion in dataset.exclusions:
        yield f"  left out     {exclusion.subject}/{exclusion.video}: {exclusion.reason}"
    for name, rule in (("subjects", dataset.subjects), ("videos", dataset.videos)):
        if rule.prefixes or rule.numbers:
            numbers = "001, 01 and 1 are the same" if rule.numbers else ""
            prefixes = ", ".join(f"{prefix}1 and 1 are the same" for prefix in rule.prefixes)
            yield f"  {name:<12} {'; '.join(filter(None, (prefixes, numbers)))}"
        if rule.names:
            others = ", ".join(f"{other} = {own}" for other, own in rule.names.items())
            yield f"  {name:<12} {others}"
    for name, aliases in dataset.alias_sets.items():
        for what, ids in (("subjects", aliases.subjects), ("videos", aliases.videos)):
            pairs = ", ".join(f"{other} = {own}" for other, own in ids.names.items())
            if pairs:
                yield f"  --ids {quote(name)}  {aliases.title}, {what}: {pairs}"
    if dataset.subject_in_video is not None:
        yield f"  subject in video  {dataset.subject_in_video}"
    if dataset.file is not None:
        yield f"  file         {dataset.file}"
    for video in dataset.blind_videos:
        length = f"{video.n_frames} frames" if video.n_frames else "length unknown"
        yield f"  blind video  {video.subject}/{video.video}: {length}"
    if dataset.unlisted_videos:
        yield f"  blind video  {dataset.unlisted_videos} more, whose names are not known"
    if dataset.expected is not None:
        yield from _expected("  expected", dataset.expected)


def _expected(title: str, expected: ExpectedCounts) -> Iterator[str]:
    names = ("subjects", "videos", "samples")
    numbers = [getattr(expected, name) for name in names]
    texts = [
        f"{'any number of' if number is None else number} {name}"
        for name, number in zip(names, numbers, strict=True)
    ]
    yield f"{title:<15}{', '.join(texts)}"
    if expected.classes:
        classes = ", ".join(f"{name} {number}" for name, number in expected.classes.items())
        if expected.outside_classes:
            classes += f"; outside the classes {expected.outside_classes}"
        yield f"{'':<15}{classes}"
