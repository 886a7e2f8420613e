"""The comparison of systems on the same truth, and what it can and cannot show."""

from typing import Any, Literal

from pydantic import Field

from mebench.models.protocol import Task
from mebench.models.report import Finding, MetricDefinition, MetricMap, OutputModel

Family = Literal["all-pairs", "baseline"]
Verdict = Literal["second-better", "first-better", "not-distinguishable"]

NO_TEST = {
    "no-value": "one of the two has no value",
    "no-truth": "there are no true expressions",
    "one-subject": "all expressions are of one subject, and the subject is the unit",
    "undefined-without-a-subject": "without one of the subjects, a value is undefined",
    "too-many-subjects": "there are more subjects than in any data set",
    "no-variation": "no subject changes the difference",
    "identical": "the two are equal, also without any one of the subjects",
}
"""Why there is no test, as a clause."""


class ComparedSystem(OutputModel):
    """One of the compared systems, and its scores."""

    name: str = Field(description="The name in tables; no two systems have the same.")
    file: str | None = Field(description="The file's name; null for data in memory.")
    signature: str = Field(description="The signature of its score.")
    metrics: MetricMap = Field(description="Its values and their intervals, by metric id.")


class MetricDifference(OutputModel):
    """The difference of one metric between two systems: the second minus the first."""

    difference: float | None = Field(description="The difference; null if a value is undefined.")
    low: float | None = Field(description="The lower bound of its 95 % confidence interval.")
    high: float | None = Field(description="The upper bound.")
    p: float | None = Field(description="The two-sided p value of the paired test.")
    adjusted_p: float | None = Field(
        description="The p value after Holm's correction for all comparisons of the metric."
    )
    detectable: float | None = Field(
        description="The smallest difference that one such comparison would find in four of five "
        "experiments."
    )
    swap_p: float | None = Field(
        description="For information: how often a difference at least as large appears if the "
        "predictions of the two systems are swapped at random within subjects. Null for AP."
    )
    wins: int = Field(description="Subjects on which the second system is better.")
    ties: int = Field(description="Subjects on which both are equal.")
    losses: int = Field(description="Subjects on which the second system is worse.")
    verdict: Verdict | None = Field(
        description="Whether the adjusted p value is below .05, and which system is then better; "
        "null without a test."
    )
    reason: str | None = Field(description="Why there is no interval and no p value.")


class ComparedPair(OutputModel):
    """The differences between two of the systems."""

    first: int = Field(description="The position of the first system in `systems`.")
    second: int = Field(description="The position of the second system.")
    metrics: dict[str, MetricDifference] = Field(description="The differences by metric id.")


class Comparison(OutputModel):
    """The result of `mebench compare`."""

    format: Literal["mebench-comparison/1"] = Field(
        "mebench-comparison/1", description="The format and its version."
    )
    protocol: str = Field(description="The protocol's id and version.")
    protocol_title: str = Field(description="The protocol's title.")
    task: Task = Field(description="The protocol's task.")
    group: str | None = Field(
        description="The kind, `overall` or the data set that was compared; null: the headline."
    )
    subjects: int = Field(description="Subjects in scope, the unit of the comparison.")
    effective_subjects: float = Field(description="The effective number of subjects K.")
    truths: int = Field(description="True expressions, or samples, in scope.")
    seed: int = Field(description="The seed of the random swaps.")
    swaps: Literal["enumerated", "random"] = Field(
        description="Whether all swaps were tried, or 10,000 at random."
    )
    family: Family = Field(
        description="The comparisons that Holm's correction counts, per metric: all pairs, or all "
        "others with the baseline."
    )
    baseline: int | None = Field(description="The position of the baseline in `systems`, if any.")
    systems: list[ComparedSystem] = Field(description="The systems, in the given order.")
    pairs: list[ComparedPair] = Field(description="The comparisons.")
    own_metrics: list[MetricDefinition] | None = Field(
        None, description="The metrics that are not of the standard, if any."
    )
    headline: str = Field(description="The metric that the conclusion is about.")
    conclusion: str = Field(description="What the data show in this metric, as a text.")
    findings: list[Finding] = Field(description="Warnings and notes about the scores.")

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return self.model_dump(mode="json")

    def __str__(self) -> str:
        """Return the conclusion; `mebench compare` makes tables."""
        return self.conclusion
