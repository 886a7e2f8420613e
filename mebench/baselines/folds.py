"""The cross-validation: one subject out at a time, each fold with a seed of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mebench.baselines.material import RunData
from mebench.diagnostics import MebenchError, UsageError
from mebench.draws import RandomStream
from mebench.metrics.trial import SubjectKey

SEED_LIMIT = 2**31
"""Seeds lie below it: every numerical library takes them."""


@dataclass(frozen=True, slots=True)
class PlannedFold:
    """A fold before it is carried out.

    Attributes
    ----------
    number : int
        Its place, counted from 0.
    subject : SubjectKey
        Who is tested.
    seed : int
        Depends on the run's seed and the subject alone.
    """

    number: int
    subject: SubjectKey
    seed: int

    def name(self, composite: bool) -> str:
        """Return the fold's name for messages."""
        if not self.subject.subject:
            return "all subjects"
        return "/".join(self.subject) if composite else self.subject.subject


def leave_one_subject_out(material: RunData, seed: int) -> list[PlannedFold]:
    """Plan the folds of a run.

    Raises
    ------
    MebenchError
        ``too-few-subjects``.
    """
    if len(material.subjects) < 2:
        raise MebenchError.of(
            "too-few-subjects",
            f"Leaving one subject out takes two subjects or more; in scope of "
            f"{material.protocol.id} there are {len(material.subjects)}.",
            "`mebench datasets check ID` says what is missing.",
        )
    return [
        PlannedFold(
            number, subject, RandomStream(seed, "fold", *subject).integer(0, SEED_LIMIT - 1)
        )
        for number, subject in enumerate(material.subjects)
    ]


def all_subjects(seed: int) -> PlannedFold:
    """Plan the one fold that trains on all subjects and tests none."""
    return PlannedFold(
        0, SubjectKey("", ""), RandomStream(seed, "everybody").integer(0, SEED_LIMIT - 1)
    )


def parse_fold_selection(text: str, count: int) -> list[int]:
    """Read ``0,3-5`` as fold numbers, in ascending order.

    Raises
    ------
    UsageError
        ``bad-folds``.
    """
    chosen: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?", part)
        low, high = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if low > high or high >= count:
            raise UsageError.of(
                "bad-folds",
                f"--folds {text!r}: {part.strip()!r} is no fold and no range of folds.",
                f"This run has the folds 0 to {count - 1}: --folds 0,3-5",
            )
        chosen.update(range(low, high + 1))
    return sorted(chosen)
