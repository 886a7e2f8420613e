"""A power analysis: which differences between two systems a data set can show."""

from typing import Any, Literal

from pydantic import Field

from mebench.models.protocol import Task
from mebench.models.report import Finding, OutputModel


class PowerProfile(OutputModel):
    """The errors of the first simulated system."""

    source: str | None = Field(
        description="The submission whose errors were estimated; null for the default profile."
    )
    hit_rate: float = Field(description="The share of true expressions that are spotted.")
    hit_correlation: float = Field(
        description="The intraclass correlation of hits: 0 if subjects do not differ."
    )
    false_positives: float | None = Field(
        description="False positives per video; null if each miss is one, as with exactly one "
        "prediction per video."
    )
    false_positive_variation: float = Field(
        description="The squared coefficient of variation of false positives between subjects."
    )
    confusion: list[list[float]] = Field(
        description="The probability of each predicted class, in one row per true class."
    )
    label_correlation: float = Field(
        description="The intraclass correlation of correct classes within a subject."
    )
    shared_difficulty: float = Field(
        description="The correlation between both systems of what makes a subject difficult."
    )


class PowerPoint(OutputModel):
    """A simulated difference, and how often the test finds it."""

    difference: float = Field(description="The mean difference between the two systems.")
    power: float = Field(description="The share of trials in which it is significant.")


class SizePoint(OutputModel):
    """What another number of subjects can show."""

    subjects: int = Field(description="The number of subjects, similar to those of the data set.")
    detectable: float | None = Field(
        description="The difference that is found with a power of 80 %; null if there is none."
    )


class Requirement(OutputModel):
    """What would show a given difference with a power of 80 %."""

    difference: float = Field(description="The difference.")
    subjects: int | None = Field(
        description="The number of subjects, similar to those of the data set; null above a "
        "million."
    )
    truths: int | None = Field(
        description="The number of expressions or samples of the same subjects; null if no number "
        "up to 100 million is enough."
    )


class MetricPower(OutputModel):
    """What comparisons in one metric can show."""

    value: float = Field(description="The mean value of the first simulated system.")
    detectable: float | None = Field(
        description="The smallest difference that is found with a power of 80 %; null if even a "
        "perfect second system is found less often."
    )
    curve: list[PowerPoint] = Field(description="The simulated differences, ascending.")
    sizes: list[SizePoint] = Field(description="What more and fewer subjects can show.")
    requirements: list[Requirement] = Field(description="What given differences need.")


class PowerAnalysis(OutputModel):
    """The result of `mebench power`."""

    format: Literal["mebench-power/1"] = Field(
        "mebench-power/1", description="The format and its version."
    )
    protocol: str = Field(description="The protocol's id and version.")
    protocol_title: str = Field(description="The protocol's title.")
    task: Task = Field(description="The protocol's task.")
    truth: str = Field(description="The hash of the truth, as in the signature of a score.")
    subjects: int = Field(description="Subjects in scope.")
    effective_subjects: float = Field(description="The effective number of subjects K.")
    videos: int = Field(description="Videos in scope; in recognition protocols the samples.")
    truths: int = Field(description="True expressions, or samples, in scope.")
    seed: int = Field(description="The seed of the simulation.")
    trials: int = Field(description="Simulated comparisons per difference.")
    profile: PowerProfile = Field(description="How the simulated systems err.")
    metrics: dict[str, MetricPower] = Field(description="The results by metric id.")
    findings: list[Finding] = Field(description="Warnings and notes about the files.")
    version: str = Field(description="The version of mebench.")

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return self.model_dump(mode="json")
