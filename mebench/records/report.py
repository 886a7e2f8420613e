"""The score report: every number, what it was counted from, and the line that fixes it."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from mebench.records.base import Record
from mebench.records.submission import ModelSelection, System

REPORT_FORMAT = "mebench-report/1"


class MetricValue(Record):
    """A metric's value, or the reason why it has none."""

    value: float | None = Field(description="The number; null where undefined.")
    reason: str | None = Field(None, description="Why it is undefined.")


MetricMap = dict[str, MetricValue]


class SpottingCounts(Record):
    """Intervals matched at IoU >= 1/2, at the operating point."""

    tp: int
    fp: int
    fn: int


class Confusion(Record):
    """Who was taken for what: rows are true classes, columns predicted ones."""

    classes: list[str] = Field(description="The classes, in the protocol's order.")
    matrix: list[list[int]] = Field(
        description=(
            "One row a true class. Where a truth can lack a prediction, a last column beyond the "
            "classes counts those."
        )
    )


class AnalysisCounts(Record):
    """Named emotions: how many right, of how many."""

    tp: int = Field(description="Right ones.")
    total: int = Field(description="All that were analysed.")
    confusion: Confusion
    absent_classes: list[str] = Field(
        description="Classes with neither a truth nor a prediction here; they score 0."
    )


class Counts(Record):
    """The integers that every metric is made of."""

    spotting: SpottingCounts | None = None
    analysis: AnalysisCounts | None = Field(
        None, description="Over spotted true positives; in recognition protocols over all samples."
    )
    analysis_all: AnalysisCounts | None = Field(
        None, description="One-per-video protocols: every truth, whatever the overlap."
    )


class Units(Record):
    """What was scored."""

    subjects: int
    videos: int
    truths: int
    predictions: int = Field(description="All of them, below a score threshold too.")
    videos_without_predictions: list[str] = Field(description="Their names; scored as misses.")


class InputFile(Record):
    """A file that was read, and what it was taken for."""

    role: Literal["predictions", "truth"]
    file: str | None = Field(description="The file's name without its folder; null from memory.")
    format: str
    first_frame: int | None = Field(
        description="The number that the file gives to a video's first frame; null for samples."
    )


class Options(Record):
    """Everything that was asked for beside the files; `verify` scores again with the same."""

    clip: bool = False
    outside_as: str | None = None
    kind: Literal["micro", "macro"] | None = None
    score_threshold: float | dict[Literal["micro", "macro"], float] | None = None
    first_frame: Literal[0, 1] | None = None
    truth_first_frame: Literal[0, 1] | None = None
    log_order: Literal["predicted-truth", "truth-predicted"] | None = None


class FoldReport(Record):
    """What is known of the cross-validation."""

    stated: bool
    verified: bool = Field(
        description="Whether the folds were stated and nothing contradicts them."
    )
    count: int | None = None
    text: str = Field(description="For a table: LOSO verified, LOSO unverified.")


class Finding(Record):
    """A warning or note that belongs to the score."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    code: str
    severity: Literal["error", "warning", "note"]
    message: str


class Part(Record):
    """The same numbers over a part of the units: a subject, a video, a data set."""

    dataset: str | None = None
    subject: str | None = None
    video: str | None = None
    counts: Counts
    metrics: MetricMap


class Report(Record):
    """The result of one score."""

    format: Literal["mebench-report/1"] = "mebench-report/1"
    signature: str = Field(description="One line that fixes the number; it parses back.")
    protocol: str
    protocol_title: str
    task: Literal["spot", "recognize", "spot-then-recognize"]
    system: System | None = None
    inputs: list[InputFile]
    options: Options
    units: Units
    counts: Counts
    metrics: MetricMap = Field(description="The headline: one map from metric id to value.")
    details: dict[str, str] = Field(
        description="The integers behind headline metrics, for people: 159/244."
    )
    groups: dict[str, MetricMap] = Field(
        description="The same map for micro, macro, overall and, in composites, each data set."
    )
    group_counts: dict[str, Counts]
    mean_over_folds: MetricMap = Field(
        description="A diagnostic, never the score: the mean of the folds that have a value."
    )
    folds: FoldReport
    by: Literal["subject", "video", "dataset"] | None = None
    parts: list[Part] | None = Field(None, description="The rows asked for with `by`.")
    findings: list[Finding]

    @property
    def model_selection(self) -> ModelSelection:
        """How the system says it chose its model."""
        return self.system.model_selection if self.system else "unknown"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; undefined values stay, as ``null`` with their reason."""
        data = self.model_dump(mode="json")
        for counts in (data["counts"], *data["group_counts"].values()):
            for name in [name for name, value in counts.items() if value is None]:
                del counts[name]
        return data

    def __str__(self) -> str:
        """Return the headline's values and the signature; `mebench.render` makes tables."""
        lines = [
            f"{name} = {one.reason if one.value is None else one.value}"
            for name, one in self.metrics.items()
        ]
        return "\n".join([*lines, self.signature])
