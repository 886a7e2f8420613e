"""Putting the submissions of single folds together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mebench.diagnostics import Findings, Place
from mebench.formats.reading import read_model
from mebench.records.submission import Submission


def merge(paths: Sequence[str | Path]) -> Submission:
    """Merge submissions of the same system that predict different videos.

    Parameters
    ----------
    paths : sequence of path
        Native JSON submissions, a fold or several each.

    Returns
    -------
    Submission
        With all folds, videos and samples, in the order given.

    Raises
    ------
    MebenchError
        ``merge-conflict`` where they disagree on protocol, system or threshold;
        ``duplicate-video`` or ``duplicate-sample`` where two predict the same.
    """
    findings = Findings()
    parts = [(str(path), read_model(path, Submission, findings)) for path in paths]
    findings.raise_errors()
    records = [(name, one) for name, one in parts if one is not None]
    first_name, first = records[0]
    for name, one in records[1:]:
        for field in ("protocol", "system", "score_threshold"):
            if getattr(one, field) != getattr(first, field):
                findings.error(
                    "merge-conflict",
                    f"`{field}` is not the one of {first_name}.",
                    "Only the folds of one system under one protocol can be merged.",
                    Place(file=name, pointer=f"/{field}"),
                )
        if (one.folds is None) != (first.folds is None):
            findings.error(
                "merge-conflict",
                f"Of this file and {first_name}, only one states its folds.",
                "State the folds in all of them, or in none.",
                Place(file=name, pointer="/folds"),
            )
    _refuse_duplicates(records, findings)
    _refuse_repeated_folds(records, findings)
    findings.raise_errors()
    folds = [fold for _, one in records for fold in one.folds or []]
    return first.model_copy(
        update={
            "folds": folds or None,
            "videos": [video for _, one in records for video in one.videos],
            "samples": [sample for _, one in records for sample in one.samples],
        }
    )


def _refuse_duplicates(records: list[tuple[str, Submission]], findings: Findings) -> None:
    seen: dict[tuple[str | None, ...], str] = {}
    for name, one in records:
        keys = [("video", video.dataset, video.subject, video.video) for video in one.videos]
        keys += [("sample", each.dataset, each.subject, each.sample) for each in one.samples]
        for what, dataset, subject, identifier in keys:
            key = (what, dataset, subject, identifier)
            if key in seen:
                findings.error(
                    f"duplicate-{what}",
                    f"The {what} {identifier!r} of subject {subject!r} is predicted in {seen[key]} "
                    "already.",
                    f"Each {what} is predicted in one fold.",
                    Place(file=name, dataset=dataset, subject=subject, video=identifier),
                )
            seen[key] = name


def _refuse_repeated_folds(records: list[tuple[str, Submission]], findings: Findings) -> None:
    tested: dict[str, str] = {}
    for name, one in records:
        for fold in one.folds or []:
            for subject in fold.test:
                key = subject if isinstance(subject, str) else "/".join(dict(subject).values())
                if key in tested:
                    findings.error(
                        "fold-tested-twice",
                        f"The subject {key!r} is tested in a fold of {tested[key]} already.",
                        "Each subject is tested in exactly one fold.",
                        Place(file=name, pointer="/folds", subject=key),
                    )
                tested[key] = name
