"""From a score report to the confusion matrices that it holds."""

from __future__ import annotations

from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.formats.reading import read_model
from mebench.plots.confusion import ConfusionMatrix
from mebench.records.report import AnalysisCounts, Report

COUNT_LIMIT = 2**53
"""No count reaches it."""


def confusions_from_report(report: Report, file: str | None = None) -> list[ConfusionMatrix]:
    """Return the confusion matrices of a report.

    Parameters
    ----------
    report : Report
        Any report.
    file : str, optional
        Its file, for messages.

    Raises
    ------
    MebenchError
        ``nothing-to-draw`` where nothing was named; ``report-damaged``.
    """
    of_what = "Samples" if report.task == "recognize" else "Spotted expressions"
    found = [
        _checked_matrix(f"{title} ({counts.total})", counts, file)
        for title, counts in (
            (of_what, report.counts.analysis),
            ("All expressions", report.counts.analysis_all),
        )
        if counts is not None
    ]
    if not found:
        raise MebenchError.of(
            "nothing-to-draw",
            f"{report.protocol} names no emotions, so there is no confusion matrix.",
            "",
            Place(file=file),
        )
    return found


def read_confusions(path: Path) -> list[ConfusionMatrix]:
    """Return the confusion matrices of a report's file, or of the report in a run's folder.

    Raises
    ------
    MebenchError
        If it is no report, or as :func:`confusions_from_report`.
    """
    if path.is_dir():
        path = path / "report.json"
    findings = Findings()
    report = read_model(path, Report, findings)
    findings.raise_errors()
    assert report is not None
    return confusions_from_report(report, str(path))


def _checked_matrix(title: str, counts: AnalysisCounts, file: str | None) -> ConfusionMatrix:
    classes, rows = counts.confusion.classes, counts.confusion.matrix
    widths = {len(row) for row in rows}
    if (
        not classes
        or len(rows) != len(classes)
        or len(widths) != 1
        or not widths <= {len(classes), len(classes) + 1}
        or not all(0 <= one < COUNT_LIMIT for row in rows for one in row)
    ):
        raise MebenchError.of(
            "report-damaged",
            "The report's confusion matrix is not one row of counts a class.",
            "Score the predictions again.",
            Place(file=file, pointer="/counts"),
        )
    return ConfusionMatrix(title, classes, rows)
