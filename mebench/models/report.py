"""The score report: all metrics, the counts they are computed from, and the signature."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from mebench.models.base import Kind, StrictModel
from mebench.models.protocol import Task
from mebench.models.submission import ModelSelection, System
from mebench.models.table_mapping import TableMapping


class OutputModel(StrictModel):
    """Base class of the models that mebench itself creates, with ``model_construct``.

    A test checks that every report passes its validator.
    """


class ConfidenceInterval(OutputModel):
    """The 95 % confidence interval of a metric over subjects, or the reason why there is none."""

    low: float | None = Field(None, description="The lower bound; null if there is no interval.")
    high: float | None = Field(None, description="The upper bound; null if there is no interval.")
    method: (
        Literal["jackknife-logit", "jackknife-logit-bias", "jackknife-log", "exact-by-subjects"]
        | None
    ) = Field(None, description="The method, as docs/standard.md defines it.")
    reason: str | None = Field(None, description="Why there is no interval.")
    few: dict[str, Annotated[list[int], Field(min_length=2, max_length=2)]] | None = Field(
        None,
        description="With the reason few-in-class: the classes with fewer than 3 analyzed "
        "expressions, or expressions of fewer than 3 subjects, and these two numbers.",
    )


class MetricValue(OutputModel):
    """The value of a metric, or the reason why it is undefined."""

    value: float | None = Field(description="The value; null if undefined.")
    reason: str | None = Field(None, description="Why the value is undefined.")
    ci95: ConfidenceInterval | None = Field(
        None, description="The confidence interval; null where none was computed."
    )


MetricMap = dict[str, MetricValue]


class SpottingCounts(OutputModel):
    """The spotting counts: intervals matched at IoU >= 1/2, at the operating point."""

    tp: int = Field(description="True positives: matched pairs.")
    fp: int = Field(description="False positives: predictions that match no true expression.")
    fn: int = Field(description="False negatives: true expressions that no prediction matches.")


class Confusion(OutputModel):
    """A confusion matrix: one row per true class, one column per predicted class."""

    classes: list[str] = Field(description="The classes, in the protocol's order.")
    matrix: list[list[int]] = Field(
        description="One row per true class, one column per predicted class. Where a prediction "
        "can be missing, an additional last column counts the missing ones."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Check the size of the matrix, on which tables and pictures rely."""
        size = len(self.classes)
        widths = {len(row) for row in self.matrix}
        if len(self.matrix) != size or not (widths <= {size} or widths <= {size + 1}):
            raise ValueError("the confusion matrix has not one row and one column per class")
        return self


class ClassScores(OutputModel):
    """The recognition of one class, as in the means over classes: 0/0 is 0."""

    name: str = Field(description="The class.")
    truths: int = Field(description="Analyzed expressions or samples of this class.")
    predictions: int = Field(description="Predictions of this class among them.")
    hits: int = Field(description="Correct predictions of this class.")
    precision: float = Field(description="hits / predictions.")
    recall: float = Field(description="hits / truths.")
    f1: float = Field(description="2 hits / (truths + predictions).")


class AnalysisCounts(OutputModel):
    """The counts of emotion recognition."""

    tp: int = Field(description="Analyzed expressions with the correct emotion.")
    total: int = Field(description="All analyzed expressions.")
    confusion: Confusion = Field(description="The confusion matrix.")
    absent_classes: list[str] = Field(
        description="Classes without a true and without a predicted expression; they score 0."
    )


class Counts(OutputModel):
    """The integers that the metrics are computed from."""

    spotting: SpottingCounts | None = Field(
        None, description="Spotting; null in recognition protocols."
    )
    analysis: AnalysisCounts | None = Field(
        None,
        description="Emotion recognition on the spotted true positives; in recognition protocols "
        "on all samples.",
    )
    analysis_all: AnalysisCounts | None = Field(
        None,
        description="Emotion recognition on all true expressions, with any overlap (one-per-video "
        "protocols).",
    )


class Units(OutputModel):
    """The numbers of subjects, videos and expressions that were scored."""

    subjects: int = Field(description="Subjects in scope.")
    effective_subjects: float | None = Field(
        None,
        description="The effective number of subjects K = (sum m)^2 / sum m^2, where m is the "
        "number of a subject's true expressions or samples; it is smaller than `subjects` if a few "
        "subjects have most of them.",
    )
    videos: int = Field(description="Videos in scope; in recognition protocols the samples.")
    truths: int = Field(description="True expressions, or samples, in scope.")
    predictions: int = Field(
        description="All predictions in scope, including those below the score threshold."
    )
    videos_without_predictions: list[str] = Field(
        description="The videos without predictions; their expressions count as missed."
    )
    subjects_left_out: list[str] = Field(
        default_factory=list,
        description="The subjects of whom the prediction file has no video and no sample, not even "
        "with an empty list; such a score has no rank.",
    )


class LogVerdicts(OutputModel):
    """What a spotting log itself counts: lines with each verdict, by its own rules."""

    tp: int = Field(description="Lines with the verdict TP.")
    fp: int = Field(description="Lines with the verdict FP.")
    fn: int = Field(description="Lines with the verdict FN.")
    spotting_f1: float | None = Field(description="F1 of these numbers; null without lines.")


class InputFile(OutputModel):
    """An input file, and how it was read."""

    role: Literal["predictions", "truth"] = Field(description="The role of the file.")
    file: str | None = Field(
        description="The file's name; with folders only where several files have the same name. "
        "Null for data in memory."
    )
    format: str = Field(description="The detected format.")
    first_frame: int | None = Field(
        description="The number of a video's first frame in the file; null for samples."
    )


class Options(OutputModel):
    """The options of the score; `mebench verify` scores again with the same options."""

    clip: bool = Field(False, description="Whether intervals were clipped to their video.")
    outside_as: str | None = Field(
        None, description="The class that replaced predicted emotions outside the class list."
    )
    allow_missing: bool = Field(
        False,
        description="Whether samples of a recognition protocol may be without a prediction; they "
        "count as wrong.",
    )
    kind: Kind | None = Field(
        None, description="The kind of expressions without a kind in the file."
    )
    score_threshold: float | dict[Kind, float] | None = Field(
        None, description="The score threshold that replaced the threshold of the file."
    )
    first_frame: Literal[0, 1] | None = Field(
        None, description="The number of the first frame in the prediction file, if given."
    )
    truth_first_frame: Literal[0, 1] | None = Field(
        None, description="The number of the first frame in the truth file, if given."
    )
    ids: str | None = Field(
        None, description="The alias set of the ids in the prediction file, if given."
    )
    truth_ids: str | None = Field(
        None, description="The alias set of the ids in the truth file, if given."
    )
    dataset: str | None = Field(
        None, description="The data set of rows of the prediction file that name none, if given."
    )
    log_order: Literal["predicted-truth", "truth-predicted"] | None = Field(
        None, description="Which label comes first in a recognition log, if given."
    )
    mapping: TableMapping | None = Field(
        None, description="How the table of predictions was read, and its labels, if given."
    )
    truth_mapping: TableMapping | None = Field(
        None, description="How the table of the truth was read, and its labels, if given."
    )


class FoldReport(OutputModel):
    """The cross-validation of the submission."""

    stated: bool = Field(description="Whether the submission states its folds.")
    verified: bool = Field(description="Whether the folds are stated and passed all checks.")
    count: int | None = Field(None, description="The number of stated folds.")
    text: str = Field(description="The result of the check, one line for tables.")


class Finding(OutputModel):
    """A warning or note about the score."""

    code: str = Field(description="The code; `mebench explain CODE` describes it.")
    severity: Literal["error", "warning", "note"] = Field(
        description="The severity; a score has no errors."
    )
    message: str = Field(description="The message.")


class Part(OutputModel):
    """The counts and metrics of one subject, video or data set."""

    dataset: str | None = Field(None, description="The data set.")
    subject: str | None = Field(None, description="The subject; null for a data set.")
    video: str | None = Field(None, description="The video or sample; null for a subject.")
    counts: Counts = Field(description="The counts of this part.")
    metrics: MetricMap = Field(description="The metrics of this part.")


class Report(OutputModel):
    """The result of one score."""

    format: Literal["mebench-report/1"] = Field(
        "mebench-report/1", description="The format and its version."
    )
    signature: str = Field(
        description="One line that states exactly how the numbers were computed; it can be parsed."
    )
    protocol: str = Field(description="The protocol's id and version.")
    protocol_title: str = Field(description="The protocol's title.")
    task: Task = Field(description="The protocol's task.")
    system: System | None = Field(None, description="The system, as the submission describes it.")
    inputs: list[InputFile] = Field(description="The input files.")
    options: Options = Field(description="The options of the score.")
    units: Units = Field(description="The numbers of scored subjects, videos and expressions.")
    counts: Counts = Field(description="The counts of the headline metrics.")
    metrics: MetricMap = Field(description="The headline metrics: from metric id to value.")
    classes: list[ClassScores] = Field(
        default_factory=list,
        description="Precision, recall and F1 of each class, in the protocol's order.",
    )
    classes_all: list[ClassScores] = Field(
        default_factory=list,
        description="The same for all true expressions, with any overlap (one-per-video "
        "protocols).",
    )
    details: dict[str, str] = Field(
        description="The integers of headline metrics as text, such as 159/244."
    )
    groups: dict[str, MetricMap] = Field(
        description="The metrics of each group: micro, macro and overall; in composite protocols "
        "each data set."
    )
    group_counts: dict[str, Counts] = Field(description="The counts of each group.")
    log: LogVerdicts | None = Field(
        None,
        description="The verdicts in a spotting log, for comparison; null for other files.",
    )
    mean_over_folds: MetricMap = Field(
        description="The mean over the folds that have a value, for information only; it is not "
        "the score."
    )
    folds: FoldReport = Field(
        description="Whether the cross-validation is stated and passed the checks."
    )
    by: Literal["subject", "video", "dataset"] | None = Field(
        None, description="What the parts are: one per subject, video or data set."
    )
    parts: list[Part] | None = Field(None, description="The parts; null without `by`.")
    findings: list[Finding] = Field(description="Warnings and notes about the score.")

    @property
    def model_selection(self) -> ModelSelection:
        """How the model was selected, as the system states it."""
        return self.system.model_selection if self.system else "unknown"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; undefined values are ``null`` with their reason."""
        data = self.model_dump(mode="json")
        for counts in (data["counts"], *data["group_counts"].values()):
            for name in [name for name, value in counts.items() if value is None]:
                del counts[name]
        return data

    def __str__(self) -> str:
        """Return the headline metrics and the signature; `mebench.render` makes tables."""
        lines = [
            f"{name} = {metric.reason if metric.value is None else metric.value}"
            for name, metric in self.metrics.items()
        ]
        return "\n".join([*lines, self.signature])
