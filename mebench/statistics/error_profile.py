"""How a system errs, as far as it decides what a data set can show: rates, and their variation.

Errors are clustered: on some subjects, a system finds most expressions, on others few. The
variation between subjects is stated as an intraclass correlation, which is 0 if all subjects have
the same rate, and 1 if each subject has only hits or only misses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mebench.models.annotation_table import FloatColumn, IntegerColumn

LARGEST_CORRELATION = 0.9
"""Estimates are cut here: a few subjects can give any value."""


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """What is known of a data set before anything is predicted.

    Attributes
    ----------
    subject, label : int64, shape (E,)
        The subject of each true expression or sample, and its class; -1: outside the class list.
    videos : float64, shape (S,)
        The videos of each subject in scope.
    classes : int
        The number of classes.
    spots : bool
        False in recognition, where every sample is given.
    one_per_video : bool
        Whether each video has exactly one true expression.
    """

    subject: IntegerColumn
    label: IntegerColumn
    videos: FloatColumn
    classes: int
    spots: bool
    one_per_video: bool

    @property
    def truths(self) -> FloatColumn:
        """The true expressions of each subject, shape (S,)."""
        return np.bincount(self.subject, minlength=len(self.videos)).astype(np.float64)

    def repeated(self, times: int) -> Design:
        """Return the same subjects with several times as many expressions and videos each."""
        return Design(
            np.tile(self.subject, times),
            np.tile(self.label, times),
            self.videos * times,
            self.classes,
            self.spots,
            self.one_per_video,
        )


@dataclass(frozen=True, slots=True, eq=False)
class ErrorProfile:
    """The error rates of a system and their variation between subjects.

    Attributes
    ----------
    hit_rate : float
        The share of the true expressions that are spotted; 1 in recognition.
    hit_correlation : float
        The intraclass correlation of hits within a subject.
    false_positives : float or None
        False positives per video; None if there is one prediction per video, so that each miss is
        a false positive.
    false_positive_variation : float
        The squared coefficient of variation, between subjects, of the expected false positives.
    confusion : float64, shape (C, C)
        The probability of each predicted class, in one row per true class.
    label_correlation : float
        The intraclass correlation of correct classes within a subject.
    shared : float
        The correlation between two systems of what makes a subject difficult: 1 if both find the
        same subjects difficult.
    """

    hit_rate: float
    hit_correlation: float
    false_positives: float | None
    false_positive_variation: float
    confusion: FloatColumn
    label_correlation: float
    shared: float = 1.0

    @classmethod
    def default(cls, design: Design) -> ErrorProfile:
        """Return the profile that is used without a submission.

        Half of the expressions are spotted, with as many false positives as misses; the class of 3
        in 5 is correct. The variations are those of the predictions of MEAN for CASME II.
        """
        classes = design.classes
        confusion = np.full((classes, classes), 0.4 / max(classes - 1, 1))
        np.fill_diagonal(confusion, 0.6 if classes > 1 else 1.0)
        misses_per_video = 0.5 * len(design.subject) / max(design.videos.sum(), 1)
        return cls(
            hit_rate=0.5 if design.spots else 1.0,
            hit_correlation=0.11,
            false_positives=None if design.one_per_video else misses_per_video,
            false_positive_variation=0.5,
            confusion=confusion,
            label_correlation=0.15,
        )

    @classmethod
    def of(
        cls,
        design: Design,
        spotting: FloatColumn,
        correct: FloatColumn,
        analyzed: FloatColumn,
        confusion: FloatColumn,
    ) -> ErrorProfile:
        """Estimate a profile from the counts of a submission.

        Parameters
        ----------
        design : Design
            The data set.
        spotting : float64, shape (S, 3)
            True expressions, predictions and hits of each subject.
        correct, analyzed : float64, shape (S,)
            Analyzed expressions of each subject, and those with the correct class.
        confusion : float64, shape (C, C)
            The confusion matrix over all subjects.
        """
        truths, predictions, hits = spotting.T
        false = predictions - hits
        is_one_per_video = design.one_per_video and bool((predictions == design.videos).all())
        rate = float(false.sum() / max(design.videos.sum(), 1))
        expected = rate * design.videos
        excess = float(((false - expected) ** 2 - expected).sum())
        classes = design.classes
        # One prediction more per class, spread over all: none is never or always recognized.
        smoothed = confusion + 1 / max(classes, 1)
        return cls(
            # Half a hit and half a miss more, for the same reason.
            hit_rate=float((hits.sum() + 0.5) / (truths.sum() + 1)) if design.spots else 1.0,
            hit_correlation=intraclass_correlation(hits, truths),
            false_positives=None if is_one_per_video else rate,
            false_positive_variation=max(0.0, excess / max(float((expected**2).sum()), 1.0)),
            confusion=smoothed / smoothed.sum(axis=1, keepdims=True) if classes else smoothed,
            label_correlation=intraclass_correlation(correct, analyzed),
        )


def intraclass_correlation(successes: FloatColumn, trials: FloatColumn) -> float:
    """Return the analysis-of-variance estimate of a correlation within subjects, at least 0."""
    observed = trials > 0
    successes, trials = successes[observed], trials[observed]
    subjects, total = len(trials), float(trials.sum())
    if subjects < 2 or total <= subjects:
        return 0.0
    rates, rate = successes / trials, successes.sum() / total
    between = float((trials * (rates - rate) ** 2).sum()) / (subjects - 1)
    within = float((trials * rates * (1 - rates)).sum()) / (total - subjects)
    size = (total - float((trials**2).sum()) / total) / (subjects - 1)
    spread = between + (size - 1) * within
    return min(LARGEST_CORRELATION, max(0.0, (between - within) / spread)) if spread else 0.0
