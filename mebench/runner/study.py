"""Studies: a further table and picture about a method, made from runs of it.

``mebench run-baseline NAME --study STUDY`` runs one in a folder of its own. A package adds studies
of its baseline by listing them in :attr:`Baseline.studies`.
"""

from __future__ import annotations

import json
from pathlib import Path

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.runner.contract import RunConfig, Study
from mebench.runner.study_result import Announce, StudyResult
from mebench.util.atomic_write import make_folder, to_json_text, write_text
from mebench.util.regular_file import read_regular


def run_study(name: str, study: Study, config: RunConfig, announce: Announce) -> StudyResult:
    """Run a study in its folder, which must be new or hold the same study."""
    _claim_folder(config, name)
    title = f"{config.baseline.name} under {config.protocol.id}: {study.title}"
    try:
        return study.make(config, title, announce)
    except MebenchError:
        _remove_empty_study(config.folder)
        raise


def require_all_folds(config: RunConfig) -> None:
    """Refuse a selection of folds, before anything is computed."""
    if config.selection is not None:
        raise UsageError.of(
            "study-folds",
            "This study reports scores of complete runs, so --folds cannot select some folds.",
            "Leave out --folds.",
        )


def _claim_folder(config: RunConfig, name: str) -> None:
    """Write ``study.json``, or check that the folder holds the same study."""
    file = config.folder / "study.json"
    record = {"study": name, "baseline": config.baseline.name, "protocol": config.protocol.id}
    try:
        stored = json.loads(read_regular(file))
    except FileNotFoundError:
        if config.folder.is_dir() and any(config.folder.iterdir()):
            raise UsageError.of(
                "not-a-run",
                "The folder holds files, but no study.",
                "Name a new folder with -o.",
                Place(file=str(config.folder)),
            ) from None
        make_folder(config.folder)
        write_text(file, to_json_text(record))
        return
    except (OSError, ValueError):
        raise unreadable_record(file, "a study") from None
    if stored != record:
        raise UsageError.of(
            "run-differs",
            f"The folder holds a different study: {stored}.",
            "Name a new folder with -o.",
            Place(file=str(file)),
        )


def unreadable_record(file: Path, what: str) -> UsageError:
    """Return the error for a damaged record of what a folder holds, or a file in its place."""
    return UsageError.of(
        "not-a-run",
        f"It cannot be read as the record of {what}: the file is damaged, or a file has the name "
        "of the folder.",
        "Name a new folder with -o.",
        Place(file=str(file)),
    )


def _remove_empty_study(folder: Path) -> None:
    """Remove the folder of a study that failed before its first run."""
    if [path.name for path in folder.iterdir()] == ["study.json"]:
        (folder / "study.json").unlink()
        folder.rmdir()
