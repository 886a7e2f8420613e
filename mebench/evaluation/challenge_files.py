"""Files of a challenge: a truth without labels, and an empty submission."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings
from mebench.evaluation.frame_rates import set_truth_frames
from mebench.evaluation.ground_truth import build_truth
from mebench.formats.loader import read_truth
from mebench.formats.writers import to_truth_manifest
from mebench.models.base import SubjectKey
from mebench.models.protocol import Protocol
from mebench.models.submission import SUBMISSION_FORMAT
from mebench.models.truth import TruthManifest
from mebench.protocols.blind_videos import blind_truth
from mebench.protocols.fold_plan import plan_folds
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
    without_emotion = {"emotion": None, "objective_class": None, "comment": None}
    videos = [video.model_copy(update=without_labels) for video in truth.videos]
    samples = [sample.model_copy(update=without_emotion) for sample in truth.samples]
    changes = {"blind": True, "comment": None, "videos": videos, "samples": samples}
    return truth.model_copy(update=changes)


def template(protocol: Protocol, truth: str | Path | None = None) -> dict[str, Any]:
    """Return an empty submission, with instructions in remarks.

    It lists the videos in scope of the truth, which can be blind; by default of the truth that is
    part of mebench, or the videos that the protocol lists, if any. Under k-fold, holdout and
    leave-one-dataset-out it has the folds, too.
    """
    truth = truth if truth is not None else shipped_truth_path(protocol.only_dataset)
    rows, folds, findings = [], [], Findings()
    if truth is not None or protocol.is_blind:
        table = read_truth(truth, findings) if truth else blind_truth(protocol, findings)
        scope = build_truth(table, protocol, findings)
        findings.raise_errors()
        rows = [_empty_row(name, protocol) for name in scope.names]
        folds = _prescribed_folds(protocol, scope.subjects)
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
    if folds:
        document["folds"] = folds
    document["videos" if protocol.spots else "samples"] = rows
    return document


def _prescribed_folds(protocol: Protocol, subjects: Sequence[SubjectKey]) -> list[dict[str, Any]]:
    """Return the folds of a protocol that prescribes which subjects are tested together."""
    if protocol.folds in ("any", "leave-one-subject-out"):
        return []
    return [
        {"test": [one._asdict() if protocol.is_composite else one.subject for one in fold.test]}
        for fold in plan_folds(protocol, subjects)
    ]


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
