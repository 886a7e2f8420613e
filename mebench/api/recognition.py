"""Recognition scored from arrays: one true and one predicted class per sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mebench.api.results import Report
from mebench.diagnostics import Findings, UsageError
from mebench.evaluation.build_report import build_report
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.models.protocol import Protocol
from mebench.util.arguments import check_argument, check_choice

DATASET = "samples"


def recognition(
    y_true: Sequence[Any],
    y_pred: Sequence[Any],
    *,
    groups: Sequence[Any] | None = None,
    classes: Sequence[Any] | None = None,
    ci: bool = True,
) -> Report:
    """Score the recognition of samples: accuracy, UF1 and UAR with intervals.

    Parameters
    ----------
    y_true : sequence of shape (n_samples,)
        The true class of each sample: texts or integers, in a list, an array or a series.
    y_pred : sequence of shape (n_samples,)
        The predicted class of each sample; None where there is none, which counts as wrong.
    groups : sequence of shape (n_samples,), optional
        The subject of each sample, which is the unit of the intervals. Without it each sample is
        a subject of its own, and intervals are too narrow wherever subjects have several samples.
    classes : sequence, optional
        All classes, in the order of the confusion matrix; default: those of ``y_true``, sorted. A
        class without a sample counts as 0 in UF1 and UAR, so that scores are comparable only with
        the same list.
    ci : bool
        Whether metrics have 95 % confidence intervals.

    Returns
    -------
    Report
        ``report["uf1"]``, ``report.to_frame("confusion")``. Its protocol ``samples@1`` is made
        for these classes, which the signature states as ``rules``.

    Raises
    ------
    UsageError
        If the lengths differ, or a true class is not in ``classes``.

    Examples
    --------
    >>> report = mebench.recognition(["a", "b", "b"], ["a", "b", "a"], groups=[1, 1, 2])
    >>> float(report["accuracy"])
    0.6666666666666666
    """
    check_choice("ci", ci, (False, True))
    truth, predicted = _labels("y_true", y_true), _labels("y_pred", y_pred)
    subjects = [*range(len(truth))] if groups is None else _labels("groups", groups)
    for name, values in (("y_pred", predicted), ("groups", subjects)):
        what = f"as long as `y_true`, which has {len(truth)} samples"
        check_argument(name, values, len(values) == len(truth), what)
    check_argument("y_true", y_true, len(truth) > 0, "at least one sample")
    check_argument("y_true", y_true, None not in truth, "a class for every sample")
    check_argument("groups", groups, None not in subjects, "a subject for every sample")
    names = _class_names(truth, classes)
    for name, values in (("y_true", truth), ("y_pred", predicted)):
        _check_known(name, values, names)
    protocol = Protocol.model_validate(
        {
            "id": "samples@1",
            "title": "Recognition of samples",
            "task": "recognize",
            "classes": names,
            "folds": "leave-one-subject-out",
            "datasets": [{"id": DATASET}],
        }
    )
    rows = [
        {"subject": str(subject), "sample": str(position), "emotion": label}
        for position, (subject, label) in enumerate(zip(subjects, truth, strict=True))
    ]
    answers = [row | {"emotion": label} for row, label in zip(rows, predicted, strict=True)]
    findings = Findings()
    result = evaluate_predictions(
        {
            "format": "mebench-submission/1",
            "protocol": protocol.id,
            "system": {"name": "predictions in memory"},
            "samples": [row for row in answers if row["emotion"] is not None],
        },
        {"format": "mebench-truth/1", "dataset": DATASET, "samples": rows},
        protocol,
        ScoringOptions(allow_missing=None in predicted),
        findings,
    )
    return Report.of(build_report(result, findings, intervals=ci), result)


def _labels(name: str, values: Any) -> list[str | None]:
    """Return an array of classes or subjects as texts; None where one is missing."""
    is_sequence = hasattr(values, "__len__") and hasattr(values, "__iter__")
    is_sequence &= not isinstance(values, str | bytes | dict)
    check_argument(name, values, is_sequence, "a list, array or series with a value per sample")
    plain = values.tolist() if hasattr(values, "tolist") else list(values)
    return [None if value is None or value != value else _label(name, value) for value in plain]


def _label(name: str, value: object) -> str:
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    check_argument(name, value, isinstance(value, str | int), "texts or integers")
    return str(value)


def _class_names(truth: list[str | None], classes: Sequence[Any] | None) -> list[str]:
    if classes is not None:
        return [label for label in _labels("classes", classes) if label is not None]
    labels = {label for label in truth if label is not None}
    if all(label.lstrip("-").isdigit() for label in labels):
        return sorted(labels, key=int)
    return sorted(labels)


def _check_known(name: str, values: list[str | None], classes: list[str]) -> None:
    for position, label in enumerate(values):
        if label is not None and label not in classes:
            raise UsageError.of(
                "wrong-argument",
                f"`{name}[{position}]` is {label!r}, which is none of the classes "
                f"{', '.join(classes)}.",
                "Pass all classes: classes=[...].",
            )
