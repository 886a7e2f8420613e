"""Results as pandas data frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from mebench.diagnostics import UsageError
from mebench.metrics.registry import definition_of
from mebench.models.comparison import Comparison
from mebench.models.diagnosis import Diagnosis
from mebench.models.power_analysis import PowerAnalysis
from mebench.models.report import Counts, MetricDefinition, MetricMap, MetricValue, Part, Report
from mebench.util.arguments import check_choice

if TYPE_CHECKING:
    import pandas as pd

ReportTable = Literal["metrics", "groups", "parts", "classes", "confusion"]
ComparisonTable = Literal["pairs", "systems"]
DiagnosisTable = Literal["causes", "errors", "confusions", "subject", "kind", "class", "duration"]
PowerTable = Literal["metrics", "curve", "sizes", "requirements"]


def _frame(rows: Sequence[Mapping[str, Any]], index: str | None = None) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows))
    return frame.set_index(index) if index is not None and len(frame) else frame


def _value(metric: MetricValue) -> dict[str, Any]:
    interval = metric.ci95
    return {
        "value": float(metric),
        "low": _number(interval.low if interval else None),
        "high": _number(interval.high if interval else None),
        "reason": metric.reason or (interval.reason if interval else None),
    }


def _number(value: float | None) -> float:
    """Return a value as a number of a numeric column."""
    return float("nan") if value is None else value


def _values(metrics: MetricMap, own: Sequence[MetricDefinition] | None) -> Iterator[dict[str, Any]]:
    for name, metric in metrics.items():
        yield {"metric": name, "title": definition_of(name, own).title, **_value(metric)}


def report_frame(report: Report, table: ReportTable) -> pd.DataFrame:
    """Return a table of a report; see :meth:`mebench.Report.to_frame`."""
    check_choice("table", table, ("metrics", "groups", "parts", "classes", "confusion"))
    if table == "metrics":
        return _frame([*_values(report.metrics, report.options.metrics)], "metric")
    if table == "groups":
        return _frame(
            [
                {"group": group, **row}
                for group, metrics in report.groups.items()
                for row in _values(metrics, report.options.metrics)
            ]
        )
    if table == "parts":
        return _frame([_part(part) for part in report.parts or []])
    analysis = report.counts.analysis
    if analysis is None:
        raise UsageError.of(
            "nothing-to-show",
            f"{report.protocol} analyzes no emotions: there is no table of {table}.",
            'Use "metrics", "groups" or "parts".',
        )
    if table == "classes":
        return _frame(
            [{"class": row.name, **row.model_dump(exclude={"name"})} for row in report.classes],
            "class",
        )
    import pandas as pd

    names, matrix = analysis.confusion.classes, analysis.confusion.matrix
    columns = [*names, "(none)"][: len(matrix[0])] if matrix else names
    return pd.DataFrame(
        matrix,
        index=pd.Index(names, name="truth"),
        columns=pd.Index(columns, name="prediction"),
    )


def _part(part: Part) -> dict[str, Any]:
    ids = {"dataset": part.dataset, "subject": part.subject, "video": part.video}
    known = {name: text for name, text in ids.items() if text is not None}
    values = {name: float(metric) for name, metric in part.metrics.items()}
    return {**known, **_counts(part.counts), **values}


def _counts(counts: Counts) -> dict[str, int]:
    found = {}
    if counts.spotting is not None:
        found = {name: getattr(counts.spotting, name) for name in ("tp", "fp", "fn")}
    if counts.analysis is not None:
        found |= {"analyzed": counts.analysis.total, "correct": counts.analysis.tp}
    return found


def comparison_frame(comparison: Comparison, table: ComparisonTable) -> pd.DataFrame:
    """Return the differences of all pairs and metrics, or the values of all systems."""
    check_choice("table", table, ("pairs", "systems"))
    names = [system.name for system in comparison.systems]
    if table == "systems":
        return _frame(
            [
                {"system": system.name, **row}
                for system in comparison.systems
                for row in _values(system.metrics, comparison.own_metrics)
            ]
        )
    return _frame(
        [
            {
                "first": names[pair.first],
                "second": names[pair.second],
                "metric": name,
                **difference.model_dump(),
            }
            for pair in comparison.pairs
            for name, difference in pair.metrics.items()
        ]
    )


def diagnosis_frame(diagnosis: Diagnosis, table: DiagnosisTable) -> pd.DataFrame:
    """Return causes, errors, confused classes, or the errors by subject, kind, class, duration."""
    parts = ("subject", "kind", "class", "duration")
    check_choice("table", table, ("causes", "errors", "confusions", *parts))
    if table == "errors":
        return _frame([_flat_error(row.model_dump()) for row in diagnosis.errors])
    if table == "causes" or table == "confusions":
        rows = diagnosis.causes if table == "causes" else diagnosis.confusions
        return _frame([_corrected(row.model_dump()) for row in rows])
    return _frame([_flat_part(row.model_dump()) for row in diagnosis.parts.get(table, [])], "name")


def _corrected(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: _number(value["value"]) for name, value in row.pop("corrected").items()}


def _flat_error(row: dict[str, Any]) -> dict[str, Any]:
    other = row.pop("other") or {}
    return row | {f"other_{name}": value for name, value in other.items()}


def _flat_part(row: dict[str, Any]) -> dict[str, Any]:
    counts = row.pop("misses"), row.pop("false_positives")
    named = zip(("miss", "false_positive"), counts, strict=True)
    return row | {f"{name}_{cause}": n for name, of in named for cause, n in of.items()}


def power_frame(analysis: PowerAnalysis, table: PowerTable) -> pd.DataFrame:
    """Return what can be detected per metric, or the simulated curve, sizes or requirements."""
    check_choice("table", table, ("metrics", "curve", "sizes", "requirements"))
    if table == "metrics":
        return _frame(
            [
                {"metric": name, "value": power.value, "detectable": power.detectable}
                for name, power in analysis.metrics.items()
            ],
            "metric",
        )
    return _frame(
        [
            {"metric": name, **row.model_dump()}
            for name, power in analysis.metrics.items()
            for row in getattr(power, table)
        ]
    )
