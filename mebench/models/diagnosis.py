"""The diagnosis: one cause per error, what each cause costs, and every error with its place."""

from typing import Any, Literal

from pydantic import Field

from mebench.models.base import Kind
from mebench.models.protocol import Task
from mebench.models.report import Finding, MetricMap, OutputModel
from mebench.models.submission import System

CauseName = Literal[
    "localization",
    "duplicate",
    "wrong kind",
    "blink",
    "background",
    "below threshold",
    "missed",
    "wrong emotion",
    "no prediction",
]

LocalizationDirection = Literal["early", "late", "too short", "too long"]

METRICS = "What the metrics would be if this cause alone were corrected."


class Cause(OutputModel):
    """The errors of one cause, and what they cost."""

    cause: CauseName = Field(description="The cause, as docs/diagnosis.md defines it.")
    direction: LocalizationDirection | None = Field(
        None, description="How predictions are displaced: a part of the localization errors."
    )
    false_positives: int = Field(description="False positives with this cause.")
    misses: int = Field(description="Missed true expressions with this cause.")
    wrong_emotions: int = Field(description="Wrong emotions of analyzed expressions or samples.")
    corrected: MetricMap = Field(description=METRICS)


class ConfusedClasses(OutputModel):
    """How often one class was predicted instead of another."""

    truth: str = Field(description="The true class.")
    predicted: str | None = Field(description="The predicted class; null if there is none.")
    count: int = Field(description="The number of expressions or samples.")
    corrected: MetricMap = Field(
        description="What the metrics would be if only these were recognized."
    )


class LostScore(OutputModel):
    """What STRS loses to a perfect score, split into two parts that sum up to 1 - STRS."""

    spotting: float = Field(description="The loss by spotting: (1 - F1) (1 + analysis F1) / 2.")
    recognition: float = Field(
        description="The loss by recognition: (1 - analysis F1) (1 + F1) / 2."
    )


class DiagnosedPart(OutputModel):
    """The errors of one subject, kind, class or range of durations."""

    name: str = Field(description="The subject, kind, class, or range of durations.")
    truths: int = Field(description="True expressions or samples.")
    hits: int = Field(description="True expressions that were spotted, or samples.")
    misses: dict[CauseName, int] = Field(description="Missed true expressions by cause.")
    predictions: int = Field(description="Predictions at the operating point, or samples.")
    false_positives: dict[CauseName, int] = Field(description="False positives by cause.")
    analyzed: int = Field(description="True expressions whose emotion was analyzed, or samples.")
    wrong_emotions: int = Field(description="Those with a wrong emotion, or without one.")


class OtherInterval(OutputModel):
    """The interval that explains an error."""

    what: Literal["truth", "prediction", "micro", "macro", "blink"] = Field(
        description="A truth or a prediction in the score; or what is annotated beside it."
    )
    onset: int = Field(description="First frame, counted from 0.")
    offset: int = Field(description="Last frame.")


class Error(OutputModel):
    """One error, with its place and its cause."""

    error: Literal["false positive", "miss", "wrong emotion"] = Field(description="The error.")
    cause: CauseName = Field(description="Its cause.")
    direction: LocalizationDirection | None = Field(
        None, description="How the prediction of a localization error is displaced."
    )
    dataset: str = Field(description="The data set.")
    subject: str = Field(description="The subject.")
    video: str = Field(description="The video, or the sample.")
    kind: Kind | None = Field(None, description="The kind of the interval; null for a sample.")
    onset: int | None = Field(
        None,
        description="First frame of the prediction; of the truth for a miss and a wrong emotion.",
    )
    offset: int | None = Field(None, description="Last frame.")
    score: float | None = Field(None, description="The score of the prediction, where it has one.")
    peak: float | None = Field(
        None,
        description="The highest score per frame within the interval, where a file of curves has "
        "them: a miss with a high peak was rather lost by the threshold than by the method.",
    )
    emotion: str | None = Field(None, description="The true emotion.")
    predicted: str | None = Field(None, description="The predicted emotion.")
    iou: float | None = Field(None, description="The IoU with the other interval.")
    other: OtherInterval | None = Field(None, description="The interval that explains the error.")


class Diagnosis(OutputModel):
    """The result of ``mebench diagnose``."""

    format: Literal["mebench-diagnosis/1"] = Field(
        "mebench-diagnosis/1", description="The format and its version."
    )
    signature: str = Field(description="The signature of the score that is explained.")
    protocol: str = Field(description="The protocol's id and version.")
    protocol_title: str = Field(description="The protocol's title.")
    task: Task = Field(description="The protocol's task.")
    system: System | None = Field(None, description="The system, as the submission describes it.")
    truths: int = Field(description="True expressions, or samples.")
    predictions: int = Field(description="Predictions at the operating point.")
    hits: int = Field(description="Predictions that match a true expression.")
    candidates: int = Field(description="Predictions below the score threshold.")
    analyzed: int = Field(description="True expressions whose emotion was analyzed, or samples.")
    context: dict[Literal["micro", "macro", "blink"], int] = Field(
        description="The expressions of a kind that is no target, and the eye blinks, that the "
        "truth file has for the scored videos. Without them no false positive has such a cause."
    )
    metrics: MetricMap = Field(
        description="The metrics as scored: spotting F1 and AP of all target kinds, analysis F1 "
        "and STRS of micro-expressions; in recognition accuracy, UF1 and UAR."
    )
    causes: list[Cause] = Field(
        description="All causes. Those without a direction add up to all errors."
    )
    all_corrected: MetricMap = Field(
        description="What the metrics would be if all errors were corrected."
    )
    perfect_spotting: MetricMap | None = Field(
        None,
        description="What the metrics would be if exactly the true expressions were predicted, and "
        "their emotions recognized as well as now; null in recognition.",
    )
    perfect_recognition: MetricMap | None = Field(
        None,
        description="What the metrics would be if every analyzed emotion were right; null if "
        "emotions are not analyzed.",
    )
    lost_strs: LostScore | None = Field(
        None, description="What STRS loses by spotting and by recognition; null without STRS."
    )
    confusions: list[ConfusedClasses] = Field(
        description="The confused classes, the most frequent first."
    )
    parts: dict[Literal["subject", "kind", "class", "duration"], list[DiagnosedPart]] = Field(
        description="The errors by subject, kind, class and duration. A miss belongs to the class "
        "and the duration of the true expression, a false positive to those of the prediction."
    )
    errors: list[Error] = Field(description="Every error, in the order of subjects and videos.")
    findings: list[Finding] = Field(description="Warnings and notes about the score.")

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data; undefined values are ``null`` with their reason."""
        return self.model_dump(mode="json")

    def __str__(self) -> str:
        """Return the errors by cause, and the signature."""
        lines = [
            f"{cause.cause}{f', {cause.direction}' if cause.direction else ''}: "
            f"{cause.false_positives} false positives, {cause.misses} misses, "
            f"{cause.wrong_emotions} wrong emotions"
            for cause in self.causes
        ]
        return "\n".join([*lines, self.signature])
