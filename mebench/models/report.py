"""The score report: every number, the counts behind it, and the signature."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from mebench.models.base import StrictModel
from mebench.models.submission import ModelSelection, System


class OutputModel(StrictModel):
    """A record that mebench writes itself, by ``model_construct``.

    Its validator, which takes longer to build than a score takes to count, is built when a report
    is read or written as JSON. What is put in is mebench's own and of the right type; a test sees
    to it that every report passes its validator.
    """

    model_config = ConfigDict(defer_build=True)


class MetricValue(OutputModel):
    """A metric's value, or the reason why it has none."""

    value: float | None = Field(description="The number; null where undefined.")
    reason: str | None = Field(None, description="Why it is undefined.")


MetricMap = dict[str, MetricValue]


class SpottingCounts(OutputModel):
    """Intervals matched at IoU >= 1/2, at the operating point."""

    tp: int = Field(description="Matched pairs.")
    fp: int = Field(description="Predictions that match no truth.")
    fn: int = Field(description="Truths that no prediction matches.")


class Confusion(OutputModel):
    """Who was taken for what: rows are true classes, columns predicted ones."""

    classes: list[str] = Field(description="The classes, in the protocol's order.")
    matrix: list[list[int]] = Field(
        description=(
            "One row a true class. Where a truth can lack a prediction, a last column beyond the "
            "classes counts those."
        )
    )


class AnalysisCounts(OutputModel):
    """Named emotions: how many right, of how many."""

    tp: int = Field(description="Right ones.")
    total: int = Field(description="All that were analysed.")
    confusion: Confusion = Field(description="Who was taken for what.")
    absent_classes: list[str] = Field(
        description="Classes with neither a truth nor a prediction here; they score 0."
    )


class Counts(OutputModel):
    """The integers that every metric is made of."""

    spotting: SpottingCounts | None = Field(
        None, description="Intervals matched; none in recognition protocols."
    )
    analysis: AnalysisCounts | None = Field(
        None, description="Over spotted true positives; in recognition protocols over all samples."
    )
    analysis_all: AnalysisCounts | None = Field(
        None, description="One-per-video protocols: every truth, whatever the overlap."
    )


class Units(OutputModel):
    """What was scored."""

    subjects: int = Field(description="Subjects in scope.")
    videos: int = Field(description="Videos in scope; in recognition protocols the samples.")
    truths: int = Field(description="Annotated expressions, or samples, in scope.")
    predictions: int = Field(description="All of them, below a score threshold too.")
    videos_without_predictions: list[str] = Field(description="Their names; scored as misses.")


class InputFile(OutputModel):
    """A file that was read, and what it was taken for."""

    role: Literal["predictions", "truth"] = Field(description="What the file was read as.")
    file: str | None = Field(description="The file's name without its folder; null from memory.")
    format: str = Field(description="The format it was taken for.")
    first_frame: int | None = Field(
        description="The number that the file gives to a video's first frame; null for samples."
    )


class Options(OutputModel):
    """Everything that was asked for beside the files; `verify` scores again with the same."""

    clip: bool = Field(False, description="Whether intervals were clipped to their video.")
    outside_as: str | None = Field(
        None, description="The class that stood for predicted emotions outside the class list."
    )
    kind: Literal["micro", "macro"] | None = Field(
        None, description="The kind of expressions for which a file named none."
    )
    score_threshold: float | dict[Literal["micro", "macro"], float] | None = Field(
        None, description="The operating point that replaced the file's own."
    )
    first_frame: Literal[0, 1] | None = Field(
        None, description="The first frame's number in the prediction file, where it was said."
    )
    truth_first_frame: Literal[0, 1] | None = Field(None, description="The same for the truth.")
    log_order: Literal["predicted-truth", "truth-predicted"] | None = Field(
        None, description="Which label comes first in a recognition log, where it was said."
    )


class FoldReport(OutputModel):
    """What is known of the cross-validation."""

    stated: bool = Field(description="Whether the submission states its folds.")
    verified: bool = Field(
        description="Whether the folds were stated and nothing contradicts them."
    )
    count: int | None = Field(None, description="How many folds it states.")
    text: str = Field(description="For a table: LOSO verified, LOSO unverified.")


class Finding(OutputModel):
    """A warning or note that belongs to the score."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    code: str = Field(description="As `mebench explain` lists it.")
    severity: Literal["error", "warning", "note"] = Field(
        description="How grave it is; a score has no errors."
    )
    message: str = Field(description="What was noticed.")


class Part(OutputModel):
    """The same numbers over a part of the units: a subject, a video, a data set."""

    dataset: str | None = Field(None, description="The data set.")
    subject: str | None = Field(None, description="The subject; null for a data set.")
    video: str | None = Field(None, description="The video or sample; null for a subject.")
    counts: Counts = Field(description="The integers of this part.")
    metrics: MetricMap = Field(description="The metrics of this part.")


class Report(OutputModel):
    """The result of one score."""

    format: Literal["mebench-report/1"] = Field(
        "mebench-report/1", description="The format and its version."
    )
    signature: str = Field(description="One line that fixes the number; it parses back.")
    protocol: str = Field(description="The protocol's id and version.")
    protocol_title: str = Field(description="The protocol in one line.")
    task: Literal["spot", "recognize", "spot-then-recognize"] = Field(
        description="What the submission answers."
    )
    system: System | None = Field(None, description="What the submission says of its system.")
    inputs: list[InputFile] = Field(description="The files that were read.")
    options: Options = Field(description="What was asked for.")
    units: Units = Field(description="How much was scored.")
    counts: Counts = Field(description="The integers behind the headline.")
    metrics: MetricMap = Field(description="The headline: one map from metric id to value.")
    details: dict[str, str] = Field(
        description="The integers behind headline metrics, for people: 159/244."
    )
    groups: dict[str, MetricMap] = Field(
        description="The same map for micro, macro, overall and, in composites, each data set."
    )
    group_counts: dict[str, Counts] = Field(description="The integers behind each group.")
    mean_over_folds: MetricMap = Field(
        description="A diagnostic, never the score: the mean of the folds that have a value."
    )
    folds: FoldReport = Field(
        description="Whether the cross-validation is stated and free of contradictions."
    )
    by: Literal["subject", "video", "dataset"] | None = Field(
        None, description="What the parts are."
    )
    parts: list[Part] | None = Field(None, description="The rows asked for with `by`.")
    findings: list[Finding] = Field(description="Warnings and notes that belong to the score.")

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
