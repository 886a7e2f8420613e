"""The data of the reference: intervals, the rules of a protocol, and one trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

Threshold = Fraction | Mapping[str, Fraction] | None
"""A score threshold: one for all kinds, one for each kind, or none."""


@dataclass(frozen=True)
class Interval:
    """A true or predicted expression; the frames are 0-based and both ends belong to it.

    Parameters
    ----------
    video : str
        The full name of the video, ``subject/video``.
    onset, offset : int
        The first and the last frame.
    kind : str
        ``micro`` or ``macro``.
    emotion : str or None
        The emotion after the label map, casefolded and stripped.
    apex : int or None
        The apex frame, where it is known.
    score : Fraction or None
        The confidence of a prediction.
    order : int
        The number of a true expression in its recording.
    """

    video: str
    onset: int
    offset: int
    kind: str = "micro"
    emotion: str | None = None
    apex: int | None = None
    score: Fraction | None = None
    order: int = 1


@dataclass(frozen=True)
class Rules:
    """The fields of a protocol that affect a score.

    Parameters
    ----------
    task : str
        ``spot``, ``spot-then-recognize`` or ``recognize``.
    targets : tuple of str
        The kinds that are spotted.
    video_scope : str
        ``all``, or ``with-target``.
    one_per_video : bool
        Whether a video holds one expression at most.
    first_expression_only : bool
        Whether only the true expressions with order 1 exist for the protocol.
    classes : tuple of str
        The emotion classes, in the protocol's order.
    """

    task: str = "spot-then-recognize"
    targets: tuple[str, ...] = ("micro",)
    video_scope: str = "all"
    one_per_video: bool = False
    first_expression_only: bool = False
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """A truth, and one system's predictions for it.

    Parameters
    ----------
    videos : sequence of str
        Every video of the truth, ``subject/video``, with or without expressions.
    truths, predictions : sequence of Interval
        The true and the predicted expressions.
    score_threshold : Fraction, mapping of kind to Fraction, or None
        The operating point of the submission.
    video_thresholds : mapping of video to Threshold
        The videos that have a threshold of their own.
    """

    videos: Sequence[str]
    truths: Sequence[Interval]
    predictions: Sequence[Interval]
    score_threshold: Threshold = None
    video_thresholds: Mapping[str, Threshold] = field(default_factory=dict)


def emotion_index(emotion: str | None, classes: Sequence[str]) -> int:
    """Return the index of an emotion in the class list; one outside the list comes last."""
    return classes.index(emotion) if emotion is not None and emotion in classes else len(classes)


def true_expressions(trial: Trial, rules: Rules) -> list[Interval]:
    """Return the truths that exist for the protocol."""
    return [one for one in trial.truths if one.order == 1 or not rules.first_expression_only]


def in_scope(trial: Trial, rules: Rules) -> list[str]:
    """Return the videos that the protocol scores, in the order of the truth.

    ``with-target`` keeps the videos with at least one truth of a target kind, whatever its
    emotion.
    """
    if rules.video_scope == "all":
        return list(trial.videos)
    with_target = {
        truth.video for truth in true_expressions(trial, rules) if truth.kind in rules.targets
    }
    return [video for video in trial.videos if video in with_target]


def above_threshold(prediction: Interval, trial: Trial) -> bool:
    """Return whether a prediction belongs to the operating point: ``score >= score_threshold``.

    A threshold of the video overrides that of the submission, kind by kind.
    """
    threshold = None
    for given in (trial.score_threshold, trial.video_thresholds.get(prediction.video)):
        if not isinstance(given, Mapping):
            threshold = threshold if given is None else given
        elif prediction.kind in given:
            threshold = given[prediction.kind]
    if threshold is None:
        return True
    if prediction.score is None:
        raise ValueError("a score threshold needs scores")
    return prediction.score >= threshold
