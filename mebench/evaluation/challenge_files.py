"""Files of a challenge: a truth without labels, an empty submission, and merged folds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings, Place
from mebench.evaluation.ground_truth import build_recognition_truth, build_spotting_truth
from mebench.formats.loader import read_model, read_truth
from mebench.formats.writers import to_truth_manifest
from mebench.models.protocol import Protocol
from mebench.models.submission import SUBMISSION_FORMAT, Submission
from mebench.models.truth import TruthManifest
from mebench.util.resources import shipped_truth_path


def blind(path: str | Path) -> TruthManifest:
    """Take the answers out of a truth.

    Parameters
    ----------
    path : str or Path
        A truth in any known format.

    Returns
    -------
    TruthManifest
        Every subject and video with its length and frame rate; no expressions. Of recognition
        samples the given frames stay and the emotion goes.
    """
    findings = Findings()
    sheet = read_truth(path, findings)
    for row, video in enumerate(sheet.videos):
        if video.subject is None:
            findings.error(
                "subject-needed",
                "The file does not say whose the video is.",
                "Convert it first: `mebench convert truth FILE --protocol ID -o truth.json`.",
                sheet.places.video(row, "video"),
            )
    findings.raise_errors()
    record = to_truth_manifest(sheet, path)
    return record.model_copy(
        update={
            "blind": True,
            "comment": None,
            "videos": [
                video.model_copy(update={"intervals": None, "comment": None})
                for video in record.videos
            ],
            "samples": [
                sample.model_copy(update={"emotion": None, "comment": None})
                for sample in record.samples
            ],
        }
    )


def template(protocol: Protocol, truth: str | Path | None = None) -> dict[str, Any]:
    """Return a submission without predictions.

    Parameters
    ----------
    protocol : Protocol
        The protocol.
    truth : path, optional
        A truth, blind or not; every video in scope is then listed with an empty list. Left out, it
        is the one that comes with mebench, if there is one.
    """
    rows = _empty_rows(
        protocol, truth if truth is not None else shipped_truth_path(protocol.only_dataset)
    )
    document: dict[str, Any] = {
        "$comment": _instructions(protocol, rows),
        "format": SUBMISSION_FORMAT,
        "protocol": protocol.id,
        "system": {
            "$comment": [
                "Only the name is required.",
                "model_selection: on which data the epoch, threshold and settings were chosen: "
                "none (fixed beforehand), validation, test or unknown.",
            ],
            "name": "my method",
            "version": "1.0",
            "authors": [],
            "model_selection": "unknown",
        },
    }
    document["videos" if protocol.spots else "samples"] = rows
    return document


def _empty_rows(protocol: Protocol, truth: str | Path | None) -> list[dict[str, Any]]:
    if truth is None:
        return []
    findings = Findings()
    sheet = read_truth(truth, findings)
    names = (
        build_spotting_truth(sheet, protocol, findings).videos
        if protocol.spots
        else build_recognition_truth(sheet, protocol, findings).samples
    )
    findings.raise_errors()
    return [_empty_row(tuple(name), protocol) for name in names]


def _empty_row(name: tuple[str, ...], protocol: Protocol) -> dict[str, Any]:
    dataset, subject, identifier = name
    row: dict[str, Any] = {"dataset": dataset} if protocol.is_composite else {}
    if protocol.spots:
        return row | {"subject": subject, "video": identifier, "intervals": []}
    return row | {"subject": subject, "sample": identifier, "emotion": "?"}


def _instructions(protocol: Protocol, rows: list[dict[str, Any]]) -> list[str]:
    remarks = [f"{protocol.title}.", "Remarks like this one are for readers; mebench ignores them."]
    first = rows[0] if rows else _empty_row((protocol.datasets[0].id, "s1", "v1"), protocol)
    if protocol.spots:
        remarks += [
            f"A video: {json.dumps(first | {'intervals': [_example_interval(protocol)]})}",
            "Frames count from 0 within the video; onset and offset both belong to the interval.",
            "apex and score are optional; a score on every interval, or on none. AP needs scores.",
            "Candidates below the operating point may be listed too: give score_threshold.",
            "A video in which nothing was found has an empty list; one left out counts the same.",
        ]
    else:
        remarks.append(f"A sample: {json.dumps(first | {'emotion': protocol.classes[0]})}")
    if protocol.analyses:
        remarks.append(f"Emotions: {', '.join(protocol.classes)}.")
    subject = first["subject"]
    if protocol.is_composite:
        subject = {"dataset": first["dataset"], "subject": subject}
    remarks.append(
        f'Folds, if you state them: "folds": [{{"test": [{json.dumps(subject)}], "seed": 0}}, '
        "...]; without them the cross-validation shows as unverified."
    )
    return remarks


def _example_interval(protocol: Protocol) -> dict[str, Any]:
    """Return an example of what is spotted."""
    interval: dict[str, Any] = {"onset": 45, "apex": 60, "offset": 85}
    if len(protocol.targets) > 1:
        interval["kind"] = "micro"
    if protocol.analyses:
        interval["emotion"] = protocol.classes[0]
    return {**interval, "score": 0.8}


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
