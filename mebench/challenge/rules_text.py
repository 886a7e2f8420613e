"""The rules of a challenge as Markdown, computed from its settings and its protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from shlex import quote

from mebench.challenge.scoring import BLIND, PROTOCOL, leaderboard_columns
from mebench.challenge.settings import phase_dates
from mebench.diagnostics.escaping import escape_markdown, markdown_code
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import signature_of
from mebench.models.challenge import Challenge
from mebench.models.protocol import Protocol
from mebench.models.submission import SUBMISSION_FORMAT
from mebench.tables.grid import Grid
from mebench.tables.rendering import protocol_as_text

DEFINITIONS = {
    "asr": "share of videos whose predicted apex is strictly inside the true expression",
    "spotting_f1": "2A/(M+N): A correct intervals, M true expressions, N predictions, IoU >= 0.5",
    "ap": "mean area below precision over recall, at IoU 0.50, 0.55, ... 0.95; needs scores",
    "analysis_f1": "harmonic mean of the classes' average precision and recall, on spotted ones",
    "analysis_all_f1": "the same on all expressions, also those that were not spotted",
    "uf1": "mean over the classes of 2TP/(2TP+FP+FN)",
    "uar": "mean over the classes of TP/n",
    "strs": "F1 of spotting times F1 of analysis",
}
"""The metrics of boards."""

FOLDS = {
    "any": "Any cross-validation is allowed. If the file states its folds, they must test each "
    "subject once.",
    "leave-one-subject-out": "Leave-one-subject-out: each fold tests one subject, and trains on "
    "others. State the folds in the file; without them the board says that they are not stated.",
}


def rules_text(challenge: Challenge, protocol: Protocol) -> str:
    """Return the rules for participants: task, metrics, files, folds, dates, signature."""
    parts = [
        f"# {escape_markdown(challenge.title)}: rules",
        f"Organized by {escape_markdown(challenge.organizer)}."
        + (f" Questions: {escape_markdown(challenge.contact)}." if challenge.contact else ""),
        "## Task",
        *_task(protocol),
        "## Metrics and ranking",
        *_metrics(protocol),
        "## Files",
        *_files(protocol),
        "## Folds",
        FOLDS.get(str(protocol.folds), f"{escape_markdown(str(protocol.folds))}."),
        "## Dates and limits",
        *_dates(challenge),
        "## Signature",
        *_signature(protocol),
        "## The protocol",
        f"The exact rules, which {PROTOCOL} states:",
        _fence("text", protocol_as_text(protocol)),
    ]
    return "\n\n".join(parts) + "\n"


def _task(protocol: Protocol) -> Iterator[str]:
    kinds = " and ".join(f"{kind}-expressions" for kind in protocol.targets)
    if protocol.task == "recognize":
        yield "Recognize the emotion of each listed sample."
    else:
        then = ", and recognize its emotion" if protocol.analyses else ""
        yield (
            f"Spot all {kinds}: state the first frame (onset) and the last frame (offset) of each"
            f"{then}."
        )
        if len(protocol.targets) > 1:
            yield "State the kind of each interval; an interval matches only its own kind."
        if protocol.analyses and len(protocol.targets) > 1:
            yield "Emotions are scored on micro-expressions."
        if protocol.video_scope == "with-target":
            yield "Only videos with at least one such expression are scored."
        if protocol.one_per_video:
            yield "Each scored video has exactly one expression."
        if protocol.first_expression_only:
            yield "Only the first expression of a recording is scored."
    if protocol.analyses:
        yield f"Classes: {', '.join(map(escape_markdown, protocol.classes))}."
    datasets = ", ".join(escape_markdown(dataset.id) for dataset in protocol.datasets)
    yield f"Data set{'s' * protocol.is_composite}: {datasets}."


def _metrics(protocol: Protocol) -> Iterator[str]:
    columns = leaderboard_columns(protocol)
    by = columns[0]
    order = "highest" if by.is_higher_better else "lowest"
    yield (
        f"Submissions are ranked by **{escape_markdown(by.title)}**, the {order} first. All counts "
        "are pooled over subjects and videos."
    )
    if protocol.spots:
        yield (
            "An interval is correct if its IoU with a true expression of the same kind is at least "
            "0.5. Each prediction and each expression counts once."
        )
    grid = Grid(["column", "metric", "definition"], "lll")
    grid.rows = [[column.id, column.title, DEFINITIONS[column.metric]] for column in columns]
    yield grid.as_markdown()


def _files(protocol: Protocol) -> Iterator[str]:
    yield (
        "Submit one file, in a zip archive of its own: JSON or CSV. The starting kit has "
        f"`template.json`, a submission to fill in; `{BLIND}`, which lists all "
        f"{'videos' if protocol.spots else 'samples'} without labels; and `{PROTOCOL}`."
    )
    row: dict[str, object] = {"dataset": protocol.datasets[0].id} if protocol.is_composite else {}
    values = ["s1", "v1"] if protocol.spots else ["s1", "v1", "..."]
    header = ["subject", "video"] if protocol.spots else ["subject", "sample", "emotion"]
    if protocol.spots:
        interval: dict[str, object] = {"onset": 45, "offset": 85}
        interval |= {"kind": protocol.targets[0]} if len(protocol.targets) > 1 else {}
        interval |= {"emotion": protocol.classes[0]} if protocol.analyses else {}
        interval["score"] = 0.8
        header += list(interval)
        values += map(str, interval.values())
        row |= {"subject": "s1", "video": "v1", "intervals": [interval]}
    else:
        values[2] = protocol.classes[0]
        row |= {"subject": "s1", "sample": "v1", "emotion": protocol.classes[0]}
    if protocol.is_composite:
        header, values = ["dataset", *header], [protocol.datasets[0].id, *values]
    unit = "videos" if protocol.spots else "samples"
    document = (
        "{\n"
        f'  "format": {json.dumps(SUBMISSION_FORMAT)},\n'
        f'  "protocol": {json.dumps(protocol.id)},\n'
        '  "system": {"name": "my method", "model_selection": "validation"},\n'
        f'  "{unit}": [\n    {json.dumps(row)}\n  ]\n'
        "}"
    )
    yield _fence("json", document)
    yield _fence("text", f"{','.join(header)}\n{','.join(values)}")
    if protocol.spots:
        yield (
            "Frames count from 0 within the video, and onset and offset both belong to the "
            "interval. Either all intervals have a score or none. List every video: one without "
            "predictions has an empty list in JSON, or a row with empty onset and offset in CSV. A "
            "submission that leaves out a subject has no rank."
        )
    else:
        yield "Every sample needs a label."
    yield (
        "`model_selection` states on which data the epoch, the threshold and other settings were "
        "chosen: `none`, `validation`, `test` or `unknown`."
    )
    yield "Check the file before you submit it. This reports all problems for which it is refused:"
    check = f"mebench validate FILE --protocol {quote(PROTOCOL)} --truth {quote(BLIND)}"
    yield _fence("text", check)


def _dates(challenge: Challenge) -> Iterator[str]:
    grid = Grid(["phase", "begins (UTC)", "ends (UTC)", "submissions", "per day"], "lllrr")
    for phase in challenge.phases:
        limits = [str(phase.max_submissions), str(phase.max_submissions_per_day)]
        grid.rows.append([phase.name, *map(moment_text, phase_dates(phase)), *limits])
    yield grid.as_markdown()
    for phase in challenge.phases:
        if phase.description:
            yield f"**{escape_markdown(phase.name)}**: {escape_markdown(phase.description)}"
    last = moment_text(phase_dates(challenge.phases[-1]).end)
    yield f"A submission that is received after {last} (UTC) has no rank."


def moment_text(moment: datetime) -> str:
    """Return a moment as Codabench reads it; it takes moments as UTC."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _signature(protocol: Protocol) -> Iterator[str]:
    yield (
        "Every score has a signature, which states how it was computed. It is the same for all "
        "submissions of this challenge, except in `preds` (the predictions), `thr` (the score "
        "threshold) and `v` (the version of mebench):"
    )
    signature = signature_of(
        protocol,
        ScoringOptions(),
        threshold="...",
        truth="...",
        predictions="...",
        counts_differ=False,
    )
    yield markdown_code(signature)
    yield "Print the signature of your score in your paper."


def _fence(language: str, text: str) -> str:
    """Return a code block, which ends where the text ends, whatever backticks it contains."""
    marks = "```"
    while marks in text:
        marks += "`"
    return f"{marks}{language}\n{text}\n{marks}"
