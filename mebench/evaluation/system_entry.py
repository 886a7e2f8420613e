"""What a submission states beside its predictions: the system, and the folds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from mebench.diagnostics import Findings, Place
from mebench.evaluation.ground_truth import GroundTruth
from mebench.models.base import SubjectReference
from mebench.models.submission import NAME_LENGTH, Fold, ModelSelection, Submission
from mebench.util.arguments import check_argument, check_choice


@dataclass(frozen=True, slots=True)
class SystemEntry:
    """What to state in a submission; None: what the file states, if anything.

    ``folds`` can be ``loso``: every subject is the test set of one fold.
    """

    name: str | None = None
    model_selection: ModelSelection | None = None
    folds: Literal["loso"] | None = None

    def __post_init__(self) -> None:
        """Check the values; raise the error ``wrong-argument``."""
        is_name = self.name is None or 0 < len(self.name) <= NAME_LENGTH
        check_argument("name", self.name, is_name, f"1 to {NAME_LENGTH} characters")
        choices = (None, *get_args(ModelSelection))
        check_choice("model_selection", self.model_selection, choices)
        check_choice("folds", self.folds, (None, "loso"))

    @property
    def names_system(self) -> bool:
        """Whether anything is stated about the system."""
        return self.name is not None or self.model_selection is not None

    def add_to(
        self,
        submission: Submission,
        subjects: Iterable[tuple[str | None, str]],
        place: Place,
        findings: Findings,
    ) -> Submission:
        """Return a submission with these statements; stated folds are not replaced.

        ``subjects`` are the data set, or None, and the id of each subject to test, in any number.
        """
        stated = {"name": self.name, "model_selection": self.model_selection}
        changes = {name: value for name, value in stated.items() if value is not None}
        updated: dict[str, object] = {"system": submission.system.model_copy(update=changes)}
        if self.folds is not None and submission.folds is not None:
            findings.error(
                "folds-stated",
                "The file states its folds already.",
                "Leave out --folds, or remove `folds` from the file.",
                place,
            )
        elif self.folds is not None:
            updated["folds"] = [
                Fold(test=[subject if dataset is None else _reference(dataset, subject)])
                for dataset, subject in dict.fromkeys(subjects)
            ]
        return submission.model_copy(update=updated)


def _reference(dataset: str, subject: str) -> SubjectReference:
    return SubjectReference(dataset=dataset, subject=subject)


def predicted_subjects(submission: Submission) -> list[tuple[str | None, str]]:
    """Return data set and id of each subject with a row in a submission."""
    names = [(video.dataset, video.subject) for video in submission.videos]
    names += [(sample.dataset, sample.subject) for sample in submission.samples]
    return list(dict.fromkeys(names))


def subjects_in_scope(truth: GroundTruth) -> list[tuple[str | None, str]]:
    """Return the subjects of a truth; with their data set if the protocol has several."""
    composite = truth.protocol.is_composite
    return [(key.dataset if composite else None, key.subject) for key in truth.subjects]
