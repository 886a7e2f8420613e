"""An empty submission to fill in, with remarks that say what goes where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mebench.diagnostics import Findings
from mebench.formats.reading import read_truth
from mebench.protocols import Rules
from mebench.records.submission import SUBMISSION_FORMAT
from mebench.scoring import manifest, recognition


def template(rules: Rules, truth: str | Path | None = None) -> dict[str, Any]:
    """Return a submission without predictions.

    Parameters
    ----------
    rules : Rules
        The protocol.
    truth : path, optional
        A truth, blind or not; every video in scope is then listed with an empty list.
    """
    protocol = rules.protocol
    document: dict[str, Any] = {
        "$comment": _remarks(rules),
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
    rows: list[dict[str, Any]] = []
    if truth is not None:
        findings = Findings()
        sheet = read_truth(truth, findings)
        names = (
            manifest.build(sheet, rules, findings).videos
            if protocol.spots
            else recognition.build(sheet, rules, findings).samples
        )
        findings.raise_errors()
        rows = [_row(tuple(name), rules) for name in names]
    if protocol.spots:
        document["videos"] = rows
    else:
        document["samples"] = rows
    return document


def _row(name: tuple[str, ...], rules: Rules) -> dict[str, Any]:
    dataset, subject, identifier = name
    row: dict[str, Any] = {"dataset": dataset} if rules.protocol.is_composite else {}
    if rules.protocol.spots:
        return row | {"subject": subject, "video": identifier, "intervals": []}
    return row | {"subject": subject, "sample": identifier, "emotion": "?"}


def _remarks(rules: Rules) -> list[str]:
    protocol = rules.protocol
    dataset = '"dataset": "' + protocol.datasets[0].id + '", ' if protocol.is_composite else ""
    emotion = f', "emotion": "{protocol.classes[0]}"' if protocol.analyses else ""
    remarks = [f"{protocol.title}.", "Remarks like this one are for readers; mebench ignores them."]
    if protocol.spots:
        kind = ', "kind": "micro"' if len(protocol.targets) > 1 else ""
        remarks += [
            f'A video: {{{dataset}"subject": "s1", "video": "v1", "intervals": [{{"onset": 45, '
            f'"apex": 60, "offset": 85{kind}{emotion}, "score": 0.8}}]}}',
            "Frames count from 0 within the video; onset and offset both belong to the interval.",
            "apex and score are optional; a score on every interval, or on none. AP needs scores.",
            "Candidates below the operating point may be listed too: give score_threshold.",
            "A video in which nothing was found has an empty list; one left out counts the same.",
        ]
    else:
        remarks.append(f'A sample: {{{dataset}"subject": "s1", "sample": "c1"{emotion}}}')
    if protocol.analyses:
        remarks.append(f"Emotions: {', '.join(protocol.classes)}.")
    subject = f'{{{dataset}"subject": "s1"}}' if protocol.is_composite else '"s1"'
    remarks.append(
        f'Folds, if you state them: "folds": [{{"test": [{subject}], "seed": 0}}, ...]; without '
        "them the cross-validation shows as unverified."
    )
    return remarks
