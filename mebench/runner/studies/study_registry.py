"""Run a study by its name, in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.runner.registry import studies_of
from mebench.runner.run_config import RunConfig
from mebench.runner.studies.score_studies import Announce, compare_runs, seed_runs, variant_runs
from mebench.util.atomic_write import make_folder, to_json_text, write_text
from mebench.util.text import did_you_mean

if TYPE_CHECKING:
    from mebench.runner.studies.study_result import StudyResult


def study(name: str, request: RunConfig, tell: Announce) -> StudyResult:
    """Carry out a study.

    Parameters
    ----------
    name : str
        One of :func:`studies_of`.
    request : RunConfig
        What is to be run; its folder is the study's.
    tell : callable
        Takes a line on what is being done.

    Raises
    ------
    UsageError
        ``unknown-study``.
    MebenchError
        What goes wrong in the runs.
    """
    baseline = request.baseline
    offered = studies_of(baseline)
    if name not in offered:
        raise UsageError.of(
            "unknown-study",
            f"{baseline.name} offers no study {name[:80]!r}.{did_you_mean(name, offered)}",
            f"It offers {', '.join(offered)}.",
        )
    _claim(request, name)
    title = f"{baseline.name} under {request.protocol.id}: {offered[name]}"
    try:
        return _carry_out(name, request, title, tell)
    except MebenchError:
        _unclaim(request.folder)
        raise


def _carry_out(name: str, request: RunConfig, title: str, tell: Announce) -> StudyResult:
    baseline = request.baseline
    if name in baseline.studies:
        return compare_runs(variant_runs(request, baseline.studies[name]), title, tell)
    if name == "seeds":
        return compare_runs(seed_runs(request), title, tell, spread=True)
    return _study_functions()[name](request, title, tell)


def _claim(request: RunConfig, name: str) -> None:
    """Write down which study a folder is for, or see that it is the same.

    Raises
    ------
    UsageError
        ``run-differs`` or ``not-a-run``.
    """
    file = request.folder / "study.json"
    mine = {"study": name, "baseline": request.baseline.name, "protocol": request.protocol.id}
    try:
        before = json.loads(file.read_bytes())
    except FileNotFoundError:
        if request.folder.is_dir() and any(request.folder.iterdir()):
            raise UsageError.of(
                "not-a-run",
                "The folder holds other files, and no study.",
                "Name a new folder with -o.",
                Place(file=str(request.folder)),
            ) from None
        make_folder(request.folder)
        write_text(file, to_json_text(mine))
        return
    except (OSError, ValueError):
        before = None
    if before != mine:
        raise UsageError.of(
            "run-differs",
            f"The folder holds another study: {before}.",
            "Name a new folder with -o.",
            Place(file=str(file)),
        )


def _unclaim(folder: Path) -> None:
    """Leave nothing behind of a study that could not even begin."""
    if [one.name for one in folder.iterdir()] == ["study.json"]:
        (folder / "study.json").unlink()
        folder.rmdir()


def _study_functions() -> dict[str, Callable[[RunConfig, str, Announce], StudyResult]]:
    from mebench.runner.studies.cost import study_cost
    from mebench.runner.studies.explanations import study_explanations
    from mebench.runner.studies.learning_curves import study_learning
    from mebench.runner.studies.score_studies import study_confusion

    return {
        "learning": lambda request, title, tell: study_learning(request, title),
        "grad-cam": study_explanations,
        "cost": lambda request, title, tell: study_cost(request, title),
        "confusion": lambda request, title, tell: study_confusion(request, title),
    }
