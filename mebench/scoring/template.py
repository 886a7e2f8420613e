"""An empty submission to fill in, with remarks that say what goes where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings
from mebench.formats.reading import read_truth
from mebench.records.protocol import Protocol
from mebench.records.submission import SUBMISSION_FORMAT
from mebench.resources import shipped_truth_path
from mebench.scoring.manifest import build_spotting_truth
from mebench.scoring.recognition import build_recognition_truth


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
