"""The protocol: the versioned rules for comparing predictions with the ground truth."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from mebench.models.base import KINDS, Emotion, Identifier, Kind, StrictModel, empty_list
from mebench.models.fold_rule import FoldRule, Folds
from mebench.util.regex import PatternError, compile_pattern, first_group
from mebench.util.text import lookalike_key

MAX_PATTERNS = 50
"""Patterns of a rule; each is tried on every id."""

CLASS_LIMIT = 1000
"""The maximum number of emotion classes; a confusion matrix has the square of it."""

Task = Literal["spot", "recognize", "spot-then-recognize"]

Labels = Literal["emotion", "objective-class"]


def check_regex_group(field: str, pattern: str, content: str) -> None:
    """Raise ``ValueError`` if a regular expression is not valid or has no group.

    ``field`` and ``content`` (what the first group matches) are for the message.
    """
    try:
        groups = compile_pattern(pattern).groups
    except PatternError as error:
        raise ValueError(
            f"`{field}` has an invalid regular expression: {error} (the syntax is that of RE2, "
            "which has no lookaround and no backreferences)"
        ) from None
    if groups < 1:
        raise ValueError(f"`{field}` needs a group ( ) around {content}")


class IdRule(StrictModel):
    """What can be declared about the spelling of ids."""

    patterns: list[str] = Field(
        default_factory=empty_list,
        max_length=MAX_PATTERNS,
        description="Regular expressions (RE2) for the complete id; the first group replaces it.",
    )
    prefixes: list[str] = Field(
        default_factory=empty_list, description="Prefixes to remove where only digits follow."
    )
    numbers: bool = Field(False, description="Whether 01 and 1 are the same id.")
    names: dict[str, str] = Field(
        default_factory=dict, description="From another spelling to the data set's own."
    )

    @model_validator(mode="after")
    def _has_groups(self) -> Self:
        for pattern in self.patterns:
            check_regex_group("patterns", pattern, "the part to keep")
        return self

    def apply_patterns(self, text: str) -> str:
        """Return the first group of the first pattern that matches the complete id, or the id."""
        groups = (first_group(pattern, text, complete=True) for pattern in self.patterns)
        return next(filter(None, groups), text)

    def simplify(self, text: str) -> str:
        """Return an id without prefix and leading zeros, as far as the rules remove them."""
        for prefix in self.prefixes:
            without_prefix = text.removeprefix(prefix)
            if without_prefix != text and _is_number(without_prefix):
                text = without_prefix
                break
        if self.numbers and _is_number(text):
            text = text.lstrip("0") or "0"
        return text


class AliasRule(IdRule):
    """The different spellings of ids that mean the same subject or video.

    The rules are applied in this order: if one of the ``patterns`` matches the complete id, its
    first group replaces the id; an id in ``names`` is replaced by the data set's spelling; a prefix
    in ``prefixes`` is removed if only digits follow; with ``numbers``, leading zeros of a number
    are removed. With the prefix ``sub`` and ``numbers``, ``1``, ``01`` and ``sub01`` are the same.
    """

    @model_validator(mode="after")
    def _has_no_chains(self) -> Self:
        """Refuse a spelling that another rule changes: the order of the rules would decide."""
        for name, target in self.names.items():
            if name == target:
                raise ValueError(f"`names` maps {name!r} to itself")
            for text in (target, self.simplify(target)):
                if text in self.names:
                    raise ValueError(
                        f"`names` maps {name!r} to {target!r}, and {text!r} to {self.names[text]!r}"
                    )
            longer = [f"{prefix}{name}" for prefix in self.prefixes]
            for spelling in [*longer, f"0{name}"] if _is_number(name) else []:
                if spelling not in self.names and self.simplify(spelling) == name:
                    raise ValueError(
                        f"`names` maps {name!r} to {target!r}, but not {spelling!r}, which is the "
                        "same id under `prefixes` and `numbers`"
                    )
        return self


class TranslationRule(IdRule):
    """What the ids of another source mean, such as those of a spreadsheet.

    The same text can be an id of both, with different meanings, so each id is translated once: by
    ``patterns``, ``prefixes`` and ``numbers``, and then by ``names``, which lists all ids unless it
    is empty.
    """

    @model_validator(mode="after")
    def _reaches_all_names(self) -> Self:
        for name in self.names:
            changed = self.simplify(self.apply_patterns(name))
            if changed != name:
                raise ValueError(f"`names` has {name!r}, which other rules change to {changed!r}")
        return self

    def translate(self, text: str) -> str | None:
        """Return the data set's spelling of an id; None if it is not listed."""
        text = self.simplify(self.apply_patterns(text))
        return self.names.get(text) if self.names else text


class AliasSet(StrictModel):
    """The ids of another source, to read files with ``--ids``."""

    title: str = Field(min_length=1, description="What the ids are, such as the sheet's numbers.")
    subjects: TranslationRule = Field(
        default_factory=TranslationRule, description="The ids of subjects."
    )
    videos: TranslationRule = Field(
        default_factory=TranslationRule,
        description="The ids of videos or samples; the data set's alias rules apply after them.",
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


class Exclusion(StrictModel):
    """A single video or sample that the protocol excludes, with the reason."""

    subject: Identifier = Field(description="The subject, as the data set spells it.")
    video: Identifier = Field(description="The video or sample, as the data set spells it.")
    reason: str = Field(min_length=1, description="Why it is excluded.")


class ExpectedCounts(StrictModel):
    """The counts of a complete copy of the data set; null: unknown, not checked."""

    subjects: int | None = Field(None, ge=0, description="Subjects in scope.")
    videos: int | None = Field(None, ge=0, description="Videos in scope.")
    samples: int | None = Field(None, ge=0, description="Expressions in scope, or samples.")
    classes: dict[Emotion, int] = Field(
        default_factory=dict, description="Expressions per class, after the label map."
    )
    outside_classes: int | None = Field(
        None, description="Expressions whose label is in no class: spotted, not analyzed."
    )


class BlindVideo(StrictModel):
    """A video of a test set whose truth is not public."""

    subject: Identifier = Field(description="The subject.")
    video: Identifier = Field(description="The video.")
    n_frames: int | None = Field(
        None, ge=1, le=2**25, description="The number of frames; null: unknown, not checked."
    )


class ProtocolDataset(StrictModel):
    """The settings of a protocol for one data set."""

    id: Identifier = Field(description="The id of the data set.")
    also_named: list[Identifier] = Field(
        default_factory=empty_list, description="Other names of the data set in files."
    )
    label_map: dict[Emotion, Emotion] = Field(
        default_factory=dict,
        description="From a label in a file to a class; other labels keep their name.",
    )
    excluded_labels: list[Emotion] = Field(
        default_factory=empty_list, description="Expressions with one of these labels are excluded."
    )
    exclusions: list[Exclusion] = Field(
        default_factory=empty_list, description="Single videos or samples that are excluded."
    )
    subjects: AliasRule = Field(default_factory=AliasRule, description="Spellings of subject ids.")
    videos: AliasRule = Field(default_factory=AliasRule, description="Spellings of video ids.")
    alias_sets: dict[Identifier, AliasSet] = Field(
        default_factory=dict,
        description="The ids of other sources, by the name that selects them with --ids.",
    )
    subject_in_video: str | None = Field(
        None,
        description="A regular expression (RE2) that finds the subject in a video's name (first "
        "group), for formats that name only the video.",
    )
    fps: float | None = Field(
        None, gt=0, description="Frames per second of all videos, for files with times in seconds."
    )
    expected: ExpectedCounts | None = Field(None, description="The counts of this data set.")
    blind_videos: list[BlindVideo] = Field(
        default_factory=empty_list,
        description="The videos of a test set whose truth is not public: predictions are checked "
        "against this list.",
    )
    unlisted_videos: int = Field(
        0, ge=0, description="How many further blind videos there are, whose names are not known."
    )
    file: str | None = Field(
        None,
        min_length=1,
        description="The file of a submission with this data set, if each has one.",
    )

    @model_validator(mode="after")
    def _finds_subjects(self) -> Self:
        if self.subject_in_video is not None:
            check_regex_group("subject_in_video", self.subject_in_video, "the subject")
        names = [(video.subject, video.video) for video in self.blind_videos]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"`blind_videos` lists {'/'.join(name)!r} twice")
        if self.unlisted_videos and not names:
            raise ValueError("`unlisted_videos` needs `blind_videos`")
        return self

    def check_labels(self, classes: Sequence[str]) -> None:
        """Raise ``ValueError`` if a label is ambiguous, or mapped to no class or from a class.

        ``classes`` are the protocol's classes, casefolded.
        """
        labels = [label.strip().casefold() for label in self.label_map]
        if len(set(labels)) != len(labels):
            raise ValueError("two labels of `label_map` differ only in case or spaces")
        for label, target in self.label_map.items():
            source, mapped = label.strip().casefold(), target.strip().casefold()
            if mapped not in classes:
                raise ValueError(f"`label_map` maps {label!r} to {target!r}, which is not a class")
            if source in classes and source != mapped:
                raise ValueError(f"`label_map` maps the class {label!r} to the class {target!r}")
        for label in self.excluded_labels:
            if label.strip().casefold() in {*classes, *labels}:
                raise ValueError(f"`excluded_labels` has {label!r}, which is a class or mapped")


class Protocol(StrictModel):
    """A protocol: which expressions are spotted and recognized, and what is scored."""

    id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_.-]*@[1-9][0-9]*$",
        description="The name and version, such as casme2-str@1.",
    )
    title: str = Field(min_length=1, description="The title, one line.")
    description: str = Field("", description="The purpose of the protocol, and its source.")
    task: Task = Field(description="The task of a submission.")
    targets: list[Kind] = Field(
        default_factory=empty_list, description="The kinds of expressions to spot."
    )
    video_scope: Literal["all", "with-target"] = Field(
        "all",
        description="The scored videos: all, or those with a true expression of a target kind.",
    )
    one_per_video: bool = Field(
        False, description="Whether every scored video has exactly one expression."
    )
    first_expression_only: bool = Field(
        False,
        description="Only the expressions with order 1 are scored; further ones of a recording are "
        "left out of the truth.",
    )
    classes: list[Emotion] = Field(
        default_factory=empty_list, description="The emotion classes, in the order of tables."
    )
    labels: Labels = Field(
        "emotion",
        description="The labels of the truth that are scored: the emotions, or the objective "
        "classes of samples.",
    )
    folds: Folds = Field("leave-one-subject-out", description="The required cross-validation.")
    datasets: list[ProtocolDataset] = Field(min_length=1, description="The data sets.")
    expected: ExpectedCounts = Field(
        default_factory=ExpectedCounts, description="The counts of all scored data sets together."
    )

    @property
    def spots(self) -> bool:
        """Whether the task includes spotting."""
        return self.task != "recognize"

    @property
    def analyses(self) -> bool:
        """Whether the task includes emotion recognition."""
        return self.task != "spot"

    @property
    def is_composite(self) -> bool:
        """Whether the protocol has several data sets."""
        return len(self.datasets) > 1

    @property
    def only_dataset(self) -> str | None:
        """The data set of rows that name none; None in composite protocols."""
        return self.datasets[0].id if len(self.datasets) == 1 else None

    @property
    def holdout(self) -> FoldRule | None:
        """The holdout of the protocol; None under another cross-validation."""
        rule = self.folds
        return rule if isinstance(rule, FoldRule) and rule.type == "holdout" else None

    @property
    def is_blind(self) -> bool:
        """Whether the protocol lists the videos of a test set whose truth is not public."""
        return any(dataset.blind_videos for dataset in self.datasets)

    def dataset(self, name: str) -> ProtocolDataset | None:
        """Return the data set that has this id or other name, or None."""
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
            raise ValueError("a protocol that recognizes emotions needs `classes`")
        if self.task == "spot-then-recognize" and "micro" not in self.targets:
            raise ValueError("emotions are analyzed on micro-expressions: add micro to `targets`")
        if self.one_per_video and self.targets != ["micro"]:
            raise ValueError("`one_per_video` requires that micro is the only target")
        if self.first_expression_only and not self.spots:
            raise ValueError("`first_expression_only` requires a protocol that spots")
        if self.labels != "emotion" and self.task != "recognize":
            raise ValueError("`labels` other than emotions require a recognition protocol")
        if self.folds == "leave-one-dataset-out" and len(self.datasets) < 2:
            raise ValueError("leave-one-dataset-out requires at least two `datasets`")
        if self.holdout is not None:
            self._check_holdout(self.holdout)
        if self.is_blind and not self.spots:
            raise ValueError("`blind_videos` require a protocol that spots")
        if len(self.classes) > CLASS_LIMIT:
            raise ValueError(
                f"there are {len(self.classes)} `classes`; at most {CLASS_LIMIT} are allowed"
            )
        classes = [label.strip().casefold() for label in self.classes]
        if len(set(map(lookalike_key, classes))) != len(classes):
            raise ValueError("two `classes` differ only in case, padding, width or Unicode form")
        names = [name for dataset in self.datasets for name in (dataset.id, *dataset.also_named)]
        if set(names) & {*KINDS, "overall"}:
            raise ValueError("a data set cannot have the name micro, macro or overall")
        keys = [
            set(map(lookalike_key, (dataset.id, *dataset.also_named))) for dataset in self.datasets
        ]
        if len(set(names)) != len(names) or len(set().union(*keys)) != sum(map(len, keys)):
            raise ValueError("two `datasets` share a name")
        if len(set(self.targets)) != len(self.targets):
            raise ValueError("`targets` has a kind twice")
        for dataset in self.datasets:
            dataset.check_labels(classes)
        for expected in (self.expected, *(dataset.expected for dataset in self.datasets)):
            for label in expected.classes if expected else ():
                if label.strip().casefold() not in classes:
                    raise ValueError(f"`expected` has a count of {label!r}, which is not a class")
        return self

    def _check_holdout(self, rule: FoldRule) -> None:
        """Raise ``ValueError`` if a part names a subject without, or of an unknown, data set."""
        for part in (rule.training, rule.test):
            for dataset, subject in part.names_of_subjects(self.only_dataset) if part else ():
                if dataset is None:
                    raise ValueError(f"the holdout names {subject!r} without its data set")
                if self.dataset(dataset) is None:
                    raise ValueError(f"the holdout names the unknown data set {dataset!r}")
