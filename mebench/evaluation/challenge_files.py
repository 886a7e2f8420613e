"""Files of a challenge: a truth without labels, an empty submission, and merged folds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings, Place
from mebench.evaluation.frame_rates import set_truth_frames
from mebench.evaluation.ground_truth import build_truth
from mebench.formats.loader import read_model, read_truth
from mebench.formats.writers import to_truth_manifest
from mebench.models.protocol import Protocol
from mebench.models.submission import SUBMISSION_FORMAT, Submission
from mebench.models.truth import TruthManifest
from mebench.util.resources import shipped_truth_path


def blind(path: str | Path) -> TruthManifest:
    """Remove the labels from a truth in any known format.

    The result has all subjects and videos with their lengths and frame rates, but no expressions
    and no events; all recognition samples with their frames, but no emotions.
    """
    findings = Findings()
    table = read_truth(path, findings)
    set_truth_frames(table, None, None, findings)
    for row, video in enumerate(table.videos):
        if video.subject is None:
            findings.error(
                "subject-needed",
                "The file does not state the subject of the video.",
                "Convert the file first: `mebench convert truth FILE --protocol ID -o truth.json`.",
                table.places.video(row, "video"),
            )
    findings.raise_errors()
    truth = to_truth_manifest(table, path)
    without_labels: dict[str, Any] = {"intervals": None, "events": [], "comment": None}
    without_emotion = {"emotion": None, "comment": None}
    videos = [video.model_copy(update=without_labels) for video in truth.videos]
    samples = [sample.model_copy(update=without_emotion) for sample in truth.samples]
    changes = {"blind": True, "comment": None, "videos": videos, "samples": samples}
    return truth.model_copy(update=changes)


def template(protocol: Protocol, truth: str | Path | None = None) -> dict[str, Any]:
    """Return an empty submission, with instructions in remarks.

    It lists the videos in scope of the truth, which can be blind; by default of the truth that is
    part of mebench, if any.
    """
    truth = truth if truth is not None else shipped_truth_path(protocol.only_dataset)
    rows = []
    if truth is not None:
        findings = Findings()
        names = build_truth(read_truth(truth, findings), protocol, findings).names
        findings.raise_errors()
        rows = [_empty_row(name, protocol) for name in names]
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


def _empty_row(name: tuple[str, str, str], protocol: Protocol) -> dict[str, Any]:
    dataset, subject, identifier = name
    row: dict[str, Any] = {"dataset": dataset} if protocol.is_composite else {}
    if protocol.spots:
        return row | {"subject": subject, "video": identifier, "intervals": []}
    return row | {"subject": subject, "sample": identifier, "emotion": "?"}


def _instructions(protocol: Protocol, rows: list[dict[str, Any]]) -> list[str]:
    remarks = [f"{protocol.title}.", "Remarks like this one are for readers; mebench ignores them."]
    first = rows[0] if rows else _empty_row((protocol.datasets[0].id, "s1", "v1"), protocol)
    if protocol.spots:
        interval: dict[str, Any] = {"onset": 45, "apex": 60, "offset": 85}
        if len(protocol.targets) > 1:
            interval["kind"] = "micro"
        if protocol.analyses:
            interval["emotion"] = protocol.classes[0]
        interval["score"] = 0.8
        remarks += [
            f"A video: {json.dumps(first | {'intervals': [interval]})}",
            "Frames count from 0 within the video; onset and offset both belong to the interval.",
            "apex and score are optional; all intervals have a score, or none. AP needs scores.",
            "To list candidates below the operating point too, set score_threshold.",
            "A video without predictions has an empty list, or is left out.",
        ]
    else:
        remarks.append(f"A sample: {json.dumps(first | {'emotion': protocol.classes[0]})}")
    if protocol.analyses:
        remarks.append(f"Emotions: {', '.join(protocol.classes)}.")
    subject = first["subject"]
    if protocol.is_composite:
        subject = {"dataset": first["dataset"], "subject": subject}
    remarks.append(
        f'Folds, optional: "folds": [{{"test": [{json.dumps(subject)}], "seed": 0}}, ...]; '
        "without them the report says that the cross-validation is not stated."
    )
    return remarks


def merge(paths: Sequence[str | Path]) -> Submission:
    """Merge submissions of the same system that predict different videos, in the given order."""
    findings = Findings()
    read = [(str(path), read_model(path, Submission, findings)) for path in paths]
    findings.raise_errors()
    parts = [(name, submission) for name, submission in read if submission is not None]
    first_name, first = parts[0]
    for name, submission in parts[1:]:
        for field in ("protocol", "system", "score_threshold"):
            if getattr(submission, field) != getattr(first, field):
                findings.error(
                    "merge-conflict",
                    f"`{field}` differs from {first_name}.",
                    "Merge only folds of one system under one protocol.",
                    Place(file=name, pointer=f"/{field}"),
                )
        if (submission.folds is None) != (first.folds is None):
            findings.error(
                "merge-conflict",
                f"Only one of this file and {first_name} states its folds.",
                "State the folds in all files, or in none.",
                Place(file=name, pointer="/folds"),
            )
    _check_duplicates(parts, findings)
    _check_repeated_folds(parts, findings)
    findings.raise_errors()
    folds = [fold for _, submission in parts for fold in submission.folds or []]
    videos = [video for _, submission in parts for video in submission.videos]
    samples = [sample for _, submission in parts for sample in submission.samples]
    return first.model_copy(update={"folds": folds or None, "videos": videos, "samples": samples})


def _check_duplicates(parts: list[tuple[str, Submission]], findings: Findings) -> None:
    seen: dict[tuple[str | None, ...], str] = {}
    for name, submission in parts:
        keys = [("video", row.dataset, row.subject, row.video) for row in submission.videos]
        keys += [("sample", row.dataset, row.subject, row.sample) for row in submission.samples]
        for key in keys:
            unit, dataset, subject, identifier = key
            if key in seen:
                findings.error(
                    f"duplicate-{unit}",
                    f"The {unit} {identifier!r} of subject {subject!r} is also predicted in "
                    f"{seen[key]}.",
                    f"Predict each {unit} in only one file.",
                    Place(file=name, dataset=dataset, subject=subject, video=identifier),
                )
            seen[key] = name


def _check_repeated_folds(parts: list[tuple[str, Submission]], findings: Findings) -> None:
    tested: dict[str, str] = {}
    for name, submission in parts:
        for fold in submission.folds or []:
            for subject in fold.test:
                key = subject if isinstance(subject, str) else "/".join(dict(subject).values())
                if key in tested:
                    findings.error(
                        "fold-tested-twice",
                        f"The subject {key!r} is also tested in a fold of {tested[key]}.",
                        "Test each subject in exactly one fold.",
                        Place(file=name, pointer="/folds", subject=key),
                    )
                tested[key] = name
