"""What the functions return: the models of results, with frames, pictures and HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, PrivateAttr

from mebench.api import frames
from mebench.api.pictures import PathLike, Picture, ReportPictures, draw
from mebench.models import comparison, diagnosis, power_analysis, report
from mebench.models.report import MetricMap, MetricValue

if TYPE_CHECKING:
    import pandas as pd

    from mebench.evaluation.build_report import EvaluationResult
    from mebench.evaluation.score_curves import VideoCurves


def _find(metrics: MetricMap, name: str, of: str) -> MetricValue:
    if name not in metrics:
        from mebench.metrics.registry import suggest_metrics

        guess, known = suggest_metrics(name, metrics), ", ".join(metrics)
        raise KeyError(f"{of} has no metric {name!r}.{guess} It has {known}.")
    return metrics[name]


class _Record:
    """A record with the same fields is equal, whatever it was built from."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        record = type(self).__mro__[2]
        assert isinstance(self, BaseModel)
        return isinstance(other, record) and dict(self) == dict(cast(BaseModel, other))


class Report(_Record, report.Report):
    """The result of a score: metrics with intervals, counts, findings and the signature.

    ``report["strs"]`` is a metric, and ``float(report["strs"])`` its value; ``report["micro",
    "ap"]`` is that of a group. ``print(report)`` shows the tables; a notebook shows them as HTML.
    """

    _result: Any = PrivateAttr(None)
    _curves: Any = PrivateAttr(None)

    @classmethod
    def of(
        cls,
        record: report.Report,
        result: EvaluationResult | None = None,
        curves: VideoCurves | None = None,
    ) -> Report:
        """Return the report of a record; pictures need the result that it was built from."""
        built = cls.model_construct(**dict(record))
        built._result, built._curves = result, curves
        return built

    def __getitem__(self, name: str | tuple[str, str]) -> MetricValue:
        """Return a metric of the headline, or of a group: ``report["micro", "ap"]``.

        Raises
        ------
        KeyError
            With the names that there are.
        """
        if isinstance(name, str):
            return _find(self.metrics, name, self.protocol)
        group, metric = name
        if group not in self.groups:
            raise KeyError(f"{self.protocol} has no group {group!r}; it has {[*self.groups]}.")
        return _find(self.groups[group], metric, f"The group {group!r}")

    @property
    def plot(self) -> ReportPictures:
        """The pictures of the score: ``report.plot.timeline("timeline.pdf")``."""
        return ReportPictures(self, self._result, self._curves)

    def to_frame(self, table: frames.ReportTable = "metrics") -> pd.DataFrame:
        """Return one of the report's tables as a pandas data frame.

        Parameters
        ----------
        table : {"metrics", "groups", "parts", "classes", "confusion"}
            The headline metrics; those of micro, macro, overall, or each data set; those of the
            parts of a score with ``by``; the scores of each class; the confusion matrix.
        """
        return frames.report_frame(self, table)

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave out the predictions and the truth when the report is pickled."""
        return _restored, (dict(self),)

    def __str__(self) -> str:
        """Return the tables of `mebench score`."""
        from mebench.tables.rendering import report_as_text

        return report_as_text(self)

    def __repr__(self) -> str:
        """Return the headline in one line."""
        from mebench.metrics.registry import RANKED_METRICS

        shown = [name for name in RANKED_METRICS[self.task] if name in self.metrics]
        values = ", ".join(f"{name} {self.metrics[name]}" for name in shown)
        return f"<Report {self.protocol}: {values}>"

    def _repr_html_(self) -> str:
        from mebench.tables.notebook import report_as_html

        return report_as_html(self)


def _restored(fields: dict[str, Any]) -> Report:
    return Report.model_construct(**fields)


class Comparison(_Record, comparison.Comparison):
    """The comparison of systems; ``print(comparison)`` shows the conclusion."""

    def to_frame(self, table: frames.ComparisonTable = "pairs") -> pd.DataFrame:
        """Return the differences of all pairs, or the values of all systems ("systems")."""
        return frames.comparison_frame(self, table)

    def plot(self, path: PathLike | None = None) -> Picture | None:
        """Draw the systems by the metric of the conclusion, and which are distinguishable."""
        from mebench.plots.critical_difference import draw_comparison

        return draw(lambda file: draw_comparison(file, self), path)

    def __repr__(self) -> str:
        """Return the systems in one line."""
        names = ", ".join(system.name for system in self.systems)
        return f"<Comparison under {self.protocol}: {names}>"

    def _repr_html_(self) -> str:
        from mebench.tables.notebook import comparison_as_html

        return comparison_as_html(self)


class Diagnosis(_Record, diagnosis.Diagnosis):
    """The errors with their causes; ``print(diagnosis)`` shows the causes."""

    def to_frame(self, table: frames.DiagnosisTable = "causes") -> pd.DataFrame:
        """Return causes, "errors", "confusions", or errors by "subject", "kind", "class", ..."""
        return frames.diagnosis_frame(self, table)

    def plot(self, path: PathLike | None = None) -> Picture | None:
        """Draw the errors by cause, and what correcting each cause alone would gain."""
        from mebench.plots.diagnosis_bars import draw_diagnosis
        from mebench.plots.scored import Caption

        caption = Caption(self.protocol, self.signature)
        return draw(lambda file: draw_diagnosis(file, self, caption), path)

    def __repr__(self) -> str:
        """Return the number of errors in one line."""
        return f"<Diagnosis under {self.protocol}: {len(self.errors)} errors>"

    def _repr_html_(self) -> str:
        from mebench.tables.notebook import diagnosis_as_html

        return diagnosis_as_html(self)


class PowerAnalysis(_Record, power_analysis.PowerAnalysis):
    """Which differences a data set can show; ``print(analysis)`` shows the tables."""

    def to_frame(self, table: frames.PowerTable = "metrics") -> pd.DataFrame:
        """Return what can be detected per metric, or the "curve", "sizes" or "requirements"."""
        return frames.power_frame(self, table)

    def plot(self, path: PathLike | None = None) -> Picture | None:
        """Draw how often differences are found, and what more subjects could show."""
        from mebench.plots.power_curves import draw_power

        return draw(lambda file: draw_power(file, self), path)

    def __str__(self) -> str:
        """Return the tables of `mebench power`."""
        from mebench.tables.power_tables import render_power

        return render_power(self, "table")

    def __repr__(self) -> str:
        """Return the detectable differences in one line."""
        found = (f"{name} {power.detectable}" for name, power in self.metrics.items())
        return f"<PowerAnalysis of {self.protocol}, detectable: {', '.join(found)}>"

    def _repr_html_(self) -> str:
        from mebench.tables.notebook import power_as_html

        return power_as_html(self)
