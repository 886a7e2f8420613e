"""The protocol: the versioned rules under which predictions are compared with the truth."""

import re
from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from mebench.models.base import KINDS, Emotion, Identifier, Kind, StrictModel

Task = Literal["spot", "recognize", "spot-then-recognize"]


def check_regex_group(field: str, pattern: str, around: str) -> None:
    """See that a regular expression has a group; raises ``ValueError``.

    Parameters
    ----------
    field : str
        Where it stands, for the message.
    pattern : str
        The expression.
    around : str
        What its first group holds, for the message.
    """
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"`{field}` holds no regular expression: {error}") from None
    if groups < 1:
        raise ValueError(f"`{field}` needs a group ( ) around {around}")


class AliasRule(StrictModel):
    """Which spellings of an id are one and the same.

    ``prefixes`` are taken off where a number follows, and leading zeros of numbers do not count
    where ``numbers`` is set: with both, ``1``, ``01`` and ``sub01`` are one subject. ``names``
    lists further spellings one by one. Of an id that one of the ``patterns`` matches, the first
    group alone counts; it is done before all else.
    """

    patterns: list[str] = Field(
        default_factory=list,
        description="Regular expressions for a whole id; the first group is what counts of it.",
    )
    prefixes: list[str] = Field(default_factory=list, description="Taken off before a number.")
    numbers: bool = Field(False, description="Whether 01 and 1 are one.")
    names: dict[str, str] = Field(
        default_factory=dict, description="Other spelling to the data set's own."
    )

    @model_validator(mode="after")
    def _has_groups(self) -> Self:
        for pattern in self.patterns:
            check_regex_group("patterns", pattern, "what counts")
        return self


class Exclusion(StrictModel):
    """A video or sample that the protocol leaves out by name, with the reason."""

    subject: Identifier = Field(description="The subject, as the data set spells it.")
    video: Identifier = Field(description="The video or sample, as the data set spells it.")
    reason: str = Field(min_length=1, description="Why it is left out.")


class ExpectedCounts(StrictModel):
    """What a complete copy of the data set holds in scope; null is unknown and not checked."""

    subjects: int | None = Field(None, ge=0, description="Subjects in scope.")
    videos: int | None = Field(None, ge=0, description="Videos in scope.")
    samples: int | None = Field(None, ge=0, description="Expressions in scope, or samples.")
    classes: dict[Emotion, int] = Field(
        default_factory=dict, description="How many of each class, after the label map."
    )
    outside_classes: int | None = Field(
        None, description="Truths whose label is in no class: spotted, not analysed."
    )


class ProtocolDataset(StrictModel):
    """What a protocol says of one of its data sets."""

    id: Identifier = Field(description="The data set.")
    also_named: list[Identifier] = Field(
        default_factory=list, description="Other names of the data set in files."
    )
    label_map: dict[Emotion, Emotion] = Field(
        default_factory=dict, description="Label in a file to class; others keep their name."
    )
    excluded_labels: list[Emotion] = Field(
        default_factory=list, description="Truths with such a label are left out altogether."
    )
    exclusions: list[Exclusion] = Field(default_factory=list, description="Left out by name.")
    subjects: AliasRule = Field(default_factory=AliasRule, description="Spellings of subjects.")
    videos: AliasRule = Field(default_factory=AliasRule, description="Spellings of videos.")
    subject_in_video: str | None = Field(
        None,
        description=(
            "Regular expression whose first group is the subject, for formats that name only the "
            "video."
        ),
    )
    expected: ExpectedCounts | None = Field(None, description="Counts of this data set alone.")

    @model_validator(mode="after")
    def _finds_subjects(self) -> Self:
        if self.subject_in_video is not None:
            check_regex_group("subject_in_video", self.subject_in_video, "the subject")
        return self

    def check_labels(self, classes: Sequence[str]) -> None:
        """See that the labels lead to classes; raises ``ValueError``.

        Parameters
        ----------
        classes : sequence of str
            The protocol's classes, casefolded.
        """
        labels = [label.strip().casefold() for label in self.label_map]
        if len(set(labels)) != len(labels):
            raise ValueError("two labels of `label_map` are the same but for case or spaces")
        for label, target in self.label_map.items():
            if target.strip().casefold() not in classes:
                raise ValueError(f"`label_map` sends {label!r} to {target!r}, which is no class")
        for label in self.excluded_labels:
            if label.strip().casefold() in {*classes, *labels}:
                raise ValueError(f"`excluded_labels` names {label!r}, which is a class or mapped")


class Protocol(StrictModel):
    """The rules: what is spotted, what is named, what is counted."""

    id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_.-]*@[1-9][0-9]*$", description="Name and version: casme2-str@1."
    )
    title: str = Field(min_length=1, description="One line for people.")
    description: str = Field("", description="What the protocol is for, and its source.")
    task: Task = Field(description="What a submission answers.")
    targets: list[Kind] = Field(default_factory=list, description="The kinds that are spotted.")
    video_scope: Literal["all", "with-target"] = Field(
        "all", description="All videos, or those with at least one truth of a target kind."
    )
    one_per_video: bool = Field(
        False, description="Whether every video in scope holds exactly one expression."
    )
    classes: list[Emotion] = Field(default_factory=list, description="The emotions, in order.")
    folds: Literal["leave-one-subject-out", "any"] = Field(
        "leave-one-subject-out", description="The cross-validation asked for."
    )
    datasets: list[ProtocolDataset] = Field(min_length=1, description="The data sets.")
    expected: ExpectedCounts = Field(
        default_factory=ExpectedCounts, description="Counts of the whole truth in scope."
    )

    @property
    def spots(self) -> bool:
        """Whether intervals are spotted."""
        return self.task != "recognize"

    @property
    def analyses(self) -> bool:
        """Whether emotions are named."""
        return self.task != "spot"

    @property
    def is_composite(self) -> bool:
        """Whether several data sets stand side by side."""
        return len(self.datasets) > 1

    @property
    def only_dataset(self) -> str | None:
        """The data set of rows that name none; composites have no such default."""
        return self.datasets[0].id if len(self.datasets) == 1 else None

    def dataset(self, name: str) -> ProtocolDataset | None:
        """Return one of the data sets by any of its names."""
        for dataset in self.datasets:
            if name == dataset.id or name in dataset.also_named:
                return dataset
        return None

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.spots and not self.targets:
            raise ValueError("a protocol that spots needs `targets`")
        if not self.spots and self.targets:
            raise ValueError("a recognition protocol has no `targets`")
        if self.analyses and not self.classes:
            raise ValueError("a protocol that names emotions needs `classes`")
        if self.task == "spot-then-recognize" and "micro" not in self.targets:
            raise ValueError("emotions are analysed on micro-expressions: `targets` lacks micro")
        if self.one_per_video and self.targets != ["micro"]:
            raise ValueError("`one_per_video` is for protocols whose only target is micro")
        folded = [label.strip().casefold() for label in self.classes]
        if len(set(folded)) != len(folded):
            raise ValueError("two `classes` are the same but for case or spaces")
        names = [name for one in self.datasets for name in (one.id, *one.also_named)]
        if set(names) & {*KINDS, "overall"}:
            raise ValueError("no data set can be named micro, macro or overall")
        if len(set(names)) != len(names):
            raise ValueError("two `datasets` share a name")
        if len(set(self.targets)) != len(self.targets):
            raise ValueError("`targets` names a kind twice")
        for dataset in self.datasets:
            dataset.check_labels(folded)
        for expected in (self.expected, *(one.expected for one in self.datasets)):
            for label in expected.classes if expected else ():
                if label.strip().casefold() not in folded:
                    raise ValueError(f"`expected` counts {label!r}, which is no class")
        return self
