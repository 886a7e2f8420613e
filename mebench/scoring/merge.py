"""Putting the submissions of single folds together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mebench.diagnostics import Findings, Place
from mebench.formats import strict_json
from mebench.formats.structure import check
from mebench.formats.text import read_text
from mebench.records.submission import Submission


def read_whole_submission(path: str | Path, findings: Findings) -> Submission | None:
    """Read a native submission as a record; None where something is wrong with it."""
    source = read_text(path)
    document = strict_json.parse(source, findings)
    locator = strict_json.Locator(source.text)
    return check(
        Submission,
        document,
        findings,
        lambda keys: source.place(locator.offset(keys), strict_json.pointer_of(keys)),
    )


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
    parts = [(str(path), read_whole_submission(path, findings)) for path in paths]
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
    _refuse_twins(records, findings)
    findings.raise_errors()
    folds = [fold for _, one in records for fold in one.folds or []]
    return first.model_copy(
        update={
            "folds": folds or None,
            "videos": [video for _, one in records for video in one.videos],
            "samples": [sample for _, one in records for sample in one.samples],
        }
    )


def _refuse_twins(records: list[tuple[str, Submission]], findings: Findings) -> None:
    seen: dict[tuple[str | None, ...], str] = {}
    for name, one in records:
        keys = [("video", video.dataset, video.subject, video.video) for video in one.videos]
        keys += [("sample", each.dataset, each.subject, each.sample) for each in one.samples]
        for what, dataset, subject, identifier in keys:
            earlier = seen.setdefault((what, dataset, subject, identifier), name)
            if earlier != name:
                findings.error(
                    f"duplicate-{what}",
                    f"The {what} {identifier!r} of subject {subject!r} is predicted in {earlier} "
                    "too.",
                    f"Each {what} is predicted in one fold.",
                    Place(file=name, dataset=dataset, subject=subject, video=identifier),
                )
