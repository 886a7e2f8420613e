"""Merge the prediction files of single folds, or of parts of a data set, into one submission."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.build_report import natural_sort_key
from mebench.evaluation.convert import convert
from mebench.evaluation.ground_truth import build_truth
from mebench.evaluation.inputs import load_truth
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.system_entry import SystemEntry, predicted_subjects, subjects_in_scope
from mebench.formats.loader import is_native, read_model
from mebench.formats.writers import name_from_file
from mebench.models.protocol import Protocol
from mebench.models.submission import Submission, System
from mebench.protocols.loader import load_protocol

READ_IN_FOLDERS = (".json", ".csv", ".tsv", ".txt", ".xlsx", ".gz", ".zip")
"""The endings of the files that are read when a folder is given."""

Part = tuple[str, Submission]


def merge(
    paths: Sequence[str | Path],
    *,
    protocol: str | Protocol | None = None,
    truth: str | Path | None = None,
    options: ScoringOptions | None = None,
    entry: SystemEntry | None = None,
    findings: Findings | None = None,
) -> Submission:
    """Merge prediction files of the same system that predict different videos, in the given order.

    Parameters
    ----------
    paths : sequence of path
        Files in any known format; of a folder all prediction files, also those in its folders.
    protocol : str or Protocol, optional
        For files that are not native; default: the one that the native files state.
    truth : path, optional
        For the ids in files that are not native, and for the subjects of ``entry.folds``.
    options : ScoringOptions, optional
        How to read files that are not native.
    entry : SystemEntry, optional
        What to state in the result. Without a name, files that are not native belong to the system
        of the native files; without these it has the name of the first path.
    findings : Findings, optional
        Collects warnings of the conversion.

    Raises
    ------
    MebenchError
        With the problems of all files.
    """
    findings, entry = findings or Findings(), entry or SystemEntry()
    files = list(_files(paths))
    native = {path for path in files if is_native(path)}
    read = {path: read_model(path, Submission, findings) for path in files if path in native}
    known = [one for one in read.values() if one is not None]
    system = known[0].system if known else System(name=name_from_file(Path(paths[0]).stem))
    if len(native) < len(files):
        protocol = protocol or next((one.protocol for one in known), None)
        if protocol is None:
            raise UsageError.of(
                "protocol-needed",
                "No file states its protocol.",
                "Pass --protocol ID; `mebench protocols` lists them.",
                Place(file=str(next(path for path in files if path not in native))),
            )
        for path in files:
            if path not in native:
                converted = _converted(path, protocol, truth, options, findings)
                if converted is not None:
                    read[path] = converted.model_copy(update={"system": system})
    findings.raise_errors()
    parts = [(str(path), part) for path in files if (part := read[path]) is not None]
    merged = _merge_parts(parts, findings)
    findings.raise_errors()
    subjects = predicted_subjects(merged)
    if truth is not None and entry.folds is not None:
        subjects = _subjects_of_truth(truth, protocol or merged.protocol, options, findings)
    merged = entry.add_to(merged, subjects, Place(file=parts[0][0]), findings)
    findings.raise_errors()
    return merged


def _files(paths: Sequence[str | Path]) -> Iterator[Path]:
    """Yield the files, and in place of a folder the prediction files in it, in natural order."""
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        found = [
            file
            for file in path.rglob("*")
            if file.suffix.casefold() in READ_IN_FOLDERS
            and file.is_file()
            and not any(part.startswith((".", "__MACOSX")) for part in file.relative_to(path).parts)
        ]
        if not found:
            raise UsageError.of(
                "file-unreadable",
                f"The folder has no prediction files ({', '.join(READ_IN_FOLDERS)}).",
                "Pass files, or a folder that contains them.",
                Place(file=str(path)),
            )
        yield from sorted(found, key=lambda file: natural_sort_key(file.parts))


def _converted(
    path: Path,
    protocol: str | Protocol,
    truth: str | Path | None,
    options: ScoringOptions | None,
    findings: Findings,
) -> Submission | None:
    own = Findings()
    try:
        options = options or ScoringOptions()
        record = convert("predictions", path, protocol, options, own, truth=truth).record
    except UsageError:
        raise
    except MebenchError as error:
        findings.extend_from(error)
        return None
    for diagnostic in own.kept:
        findings.add(diagnostic)
    assert isinstance(record, Submission)
    return record


def _subjects_of_truth(
    path: str | Path,
    protocol: str | Protocol,
    options: ScoringOptions | None,
    findings: Findings,
) -> list[tuple[str | None, str]]:
    """Return the subjects in scope; one without predictions was tested too."""
    rules = protocol if isinstance(protocol, Protocol) else load_protocol(protocol)
    options = options or ScoringOptions()
    truth = build_truth(load_truth(path, rules, options, findings), rules, findings, options.kind)
    return subjects_in_scope(truth)


def _merge_parts(parts: list[Part], findings: Findings) -> Submission:
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
    folds = [fold for _, submission in parts for fold in submission.folds or []]
    videos = [video for _, submission in parts for video in submission.videos]
    samples = [sample for _, submission in parts for sample in submission.samples]
    return first.model_copy(update={"folds": folds or None, "videos": videos, "samples": samples})


def _check_duplicates(parts: list[Part], findings: Findings) -> None:
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


def _check_repeated_folds(parts: list[Part], findings: Findings) -> None:
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
