"""Run a study by its name, in its own folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.runner.registry import studies_of
from mebench.runner.run_config import RunConfig
from mebench.runner.studies.cost import study_cost
from mebench.runner.studies.explanations import study_explanations
from mebench.runner.studies.learning_curves import study_learning
from mebench.runner.studies.score_studies import (
    compare_runs,
    seed_runs,
    study_confusion,
    variant_runs,
)
from mebench.runner.studies.study_result import Announce, StudyResult
from mebench.util.atomic_write import make_folder, to_json_text, write_text
from mebench.util.text import did_you_mean


def study(name: str, config: RunConfig, announce: Announce) -> StudyResult:
    """Run a study.

    Parameters
    ----------
    name : str
        One of :func:`studies_of`.
    config : RunConfig
        What to run; its folder is the folder of the study.
    announce : callable
        Called with a line for each step.

    Raises
    ------
    UsageError
        ``unknown-study``, ``run-differs`` or ``not-a-run``.
    MebenchError
        If a run of the study fails.
    """
    baseline = config.baseline
    titles = studies_of(baseline)
    if name not in titles:
        raise UsageError.of(
            "unknown-study",
            f"The baseline {baseline.name} has no study {name[:80]!r}.{did_you_mean(name, titles)}",
            f"Choose one of {', '.join(titles)}.",
        )
    _claim_folder(config, name)
    title = f"{baseline.name} under {config.protocol.id}: {titles[name]}"
    try:
        if name in baseline.studies:
            return compare_runs(variant_runs(config, baseline.studies[name]), title, announce)
        if name == "seeds":
            return compare_runs(seed_runs(config), title, announce, spread=True)
        return STUDIES[name](config, title, announce)
    except MebenchError:
        _remove_empty_study(config.folder)
        raise


STUDIES: dict[str, Callable[[RunConfig, str, Announce], StudyResult]] = {
    "learning": study_learning,
    "grad-cam": study_explanations,
    "cost": study_cost,
    "confusion": study_confusion,
}
"""The studies that are neither variants of a baseline nor seeds."""


def _claim_folder(config: RunConfig, name: str) -> None:
    """Write ``study.json``, or check that the folder holds the same study.

    Raises
    ------
    UsageError
        ``run-differs`` or ``not-a-run``.
    """
    file = config.folder / "study.json"
    record = {"study": name, "baseline": config.baseline.name, "protocol": config.protocol.id}
    try:
        stored = json.loads(file.read_bytes())
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
        stored = None
    if stored != record:
        raise UsageError.of(
            "run-differs",
            f"The folder holds a different study: {stored}.",
            "Name a new folder with -o.",
            Place(file=str(file)),
        )


def _remove_empty_study(folder: Path) -> None:
    """Remove the folder of a study that failed before its first run."""
    if [path.name for path in folder.iterdir()] == ["study.json"]:
        (folder / "study.json").unlink()
        folder.rmdir()
