"""The result of a stress run: the scores of a method at the levels of some factors."""

from typing import Any, Literal

from pydantic import Field

from mebench.models.report import MetricMap, OutputModel


class LevelDifference(OutputModel):
    """A metric at a level minus its value at the standard level, with the same people."""

    difference: float | None = Field(description="The difference; null if a value is undefined.")
    low: float | None = Field(description="The lower bound of its 95 % confidence interval.")
    high: float | None = Field(description="The upper bound.")
    adjusted_p: float | None = Field(
        description="The p value of the paired test after Holm's correction for the levels of the "
        "factor."
    )
    detectable: float | None = Field(
        description="The smallest difference that one such test would find in four of five cases."
    )
    verdict: Literal["lower", "higher", "not-distinguishable"] | None = Field(
        description="Whether the adjusted p value is below .05; null without a test."
    )
    reason: str | None = Field(description="Why there is no test.")


class StressLevel(OutputModel):
    """A level of a factor; its scores are null if it was not measured."""

    name: str = Field(description="The name of the level, and of its folder.")
    value: float = Field(description="The value of the factor.")
    label: str = Field(description="The value as text, without its unit.")
    is_standard: bool = Field(description="Whether it is the data set as it is.")
    signature: str | None = Field(description="The signature of its score.")
    truths: int | None = Field(description="True expressions, or samples.")
    metrics: MetricMap | None = Field(description="Values and intervals by metric id.")
    differences: dict[str, LevelDifference] | None = Field(
        description="The differences from the standard level; null at the standard level."
    )


class StressFactor(OutputModel):
    """A factor and its levels, from easy to hard."""

    name: str = Field(description="The name of the factor.")
    title: str = Field(description="What is varied.")
    unit: str = Field(description="The unit of the values.")
    standard: str = Field(description="The value of the data set as it is, as text.")
    levels: list[StressLevel] = Field(description="The levels.")


class StressResult(OutputModel):
    """The result of `mebench stress`."""

    format: Literal["mebench-stress/1"] = Field(
        "mebench-stress/1", description="The format and its version."
    )
    baseline: str = Field(description="The method, with its version.")
    protocol: str = Field(description="The protocol's id and version.")
    protocol_title: str = Field(description="The protocol's title.")
    trained_on: Literal["standard", "level"] = Field(
        description="Whether the method was trained on the standard level, or on each level."
    )
    seed: int = Field(description="The seed of the run.")
    subjects: int = Field(description="People, the unit of intervals and tests.")
    effective_subjects: float = Field(description="The effective number of subjects K.")
    videos: int = Field(description="Tested videos per level.")
    metrics: list[str] = Field(description="The ids of the metrics that are shown.")
    standard: StressLevel = Field(description="The standard level.")
    factors: list[StressFactor] = Field(description="The factors.")
    missing: list[str] = Field(description="Levels for which the time was not sufficient.")

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return self.model_dump(mode="json")
