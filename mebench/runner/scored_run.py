"""The run of a baseline: execute the folds, merge their predictions, and score the submission.

The submission does not depend on when, where or with how many processes it was made; the manifest
records these.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

import mebench
from mebench.diagnostics.escaping import escape_unprintable
from mebench.models.protocol import Protocol
from mebench.models.submission import SUBMISSION_FORMAT, Submission
from mebench.runner.contract import Baseline, BaselineOptions, RunConfig
from mebench.runner.registry import deviations, estimate_size, system_metadata
from mebench.runner.run_data import RunData
from mebench.runner.runner import Runner
from mebench.runner.types import Fold, FoldResult
from mebench.util.arguments import check_argument
from mebench.util.array_store import as_npz
from mebench.util.atomic_write import to_json_text, write_bytes, write_text
from mebench.util.text import format_bytes, pluralize
from mebench.version import VERSION

if TYPE_CHECKING:
    from mebench.models.report import Report


PACKAGES = (
    "numpy",
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
    "scipy",
    "numba",
    "keras",
    "tensorflow",
    "tensorflow-cpu",
    "jax",
    "dlib-bin",
    "distributed",
)
"""Packages whose versions the manifest lists if they are installed.

OpenCV is published as four distributions, and any of them may be installed.
"""


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run.

    Attributes
    ----------
    run_data : RunData
        The data of the run.
    done, folds : int
        The number of finished folds, and of all folds.
    clipped : int
        The number of intervals that were clipped to their video.
    unpredicted : int
        The number of videos for which the baseline gave no prediction.
    discarded : list of int
        Folds that were run again because their stored result was damaged.
    kept : int
        The number of folds that an earlier run had finished, and that were not run again.
    submission, report : Submission, Report or None
        None while folds of a shared run are missing.
    """

    run_data: RunData
    done: int
    folds: int
    clipped: int
    unpredicted: int
    discarded: list[int]
    kept: int
    submission: Submission | None = None
    report: Report | None = None


def run_baseline(
    config: RunConfig, announce: Callable[[str], None] = lambda text: None
) -> RunResult:
    """Execute the folds of a run; when all are done, write the submission and its score.

    Parameters
    ----------
    config : RunConfig
        What to run, and where.
    announce : callable
        Called with a summary of the run before it starts.

    Raises
    ------
    MebenchError
        If the data, the configuration or the baseline's metadata are not valid, or with the errors
        of all failed folds; the results of the others are kept.
    """
    _check_types(config)
    # Errors in what is written at the end must not appear only after a day of computing.
    system = system_metadata(config.baseline, config.options)
    system = system.model_copy(update={"isolation": config.isolation})
    sentences = deviations(config.baseline, config.options)
    with Runner(config) as runner:
        announce(describe_run(runner))
        results = runner.execute()
        done = [result for result in results if result is not None]
        counts = (
            *(runner.run_data, len(done), len(results)),
            sum(result.data["clipped"] for result in done),
            sum(result.data.get("unpredicted", 0) for result in done),
            runner.discarded,
            runner.kept,
        )
        if len(done) < len(results):
            return RunResult(*counts)
        submission = Submission.model_validate(
            {
                "format": SUBMISSION_FORMAT,
                "protocol": config.protocol.id,
                "system": system,
                "folds": [{**_members(runner, fold), "seed": fold.seed} for fold in runner.folds],
                "videos": [row for result in done for row in result.data["videos"]],
                "samples": [row for result in done for row in result.data["samples"]],
            }
        )
        report = _score(submission, runner)
        folder = runner.folder
        curves = {name: curve for result in done for name, curve in result.arrays.items()}
        if curves:
            write_bytes(folder.path / "curves.npz", as_npz(curves, compressed=True))
        write_text(folder.predictions, to_json_text(submission.to_json()))
        write_text(folder.path / "report.json", to_json_text(report.to_json()))
        manifest = _manifest(runner, done, sentences)
        write_text(folder.path / "manifest.json", to_json_text(manifest))
    return RunResult(*counts, submission, report)


def _check_types(config: RunConfig) -> None:
    """Raise the error ``wrong-argument`` for a field of another type."""
    check_argument("config", config, isinstance(config, RunConfig), "a RunConfig")
    given = config.baseline
    is_baseline = isinstance(given, type) and issubclass(given, Baseline)
    check_argument("baseline", given, is_baseline, "a subclass of Baseline")
    types: dict[str, tuple[type, ...]] = {
        "options": (BaselineOptions,),
        "protocol": (Protocol,),
        "folder": (Path,),
        "dataset_locations": (tuple,),
        "seed": (int,),
        "jobs": (int,),
        "given": (dict,),
        "scheduler": (str, NoneType),
        "selection": (str, NoneType),
        "store": (Path, NoneType),
        "timeout": (int, float, NoneType),
        "resume": (bool,),
        "isolate": (bool,),
    }
    for name, accepted in types.items():
        value = getattr(config, name)
        is_valid = isinstance(value, accepted) and (bool in accepted or type(value) is not bool)
        names = " or ".join("None" if kind is NoneType else kind.__name__ for kind in accepted)
        check_argument(name, value, is_valid, f"of the type {names}")


def _members(runner: Runner, fold: Fold) -> dict[str, list[str | dict[str, str]]]:
    """Return the subjects of a fold, as a submission spells them; none for all others."""
    protocol, subjects = runner.config.protocol, runner.run_data.subjects
    members = {"test": list(fold.test_subjects)}
    if protocol.holdout is not None:
        members["training"] = [one for one in subjects if one not in fold.test_subjects]
    return {
        role: [one._asdict() if protocol.is_composite else one.subject for one in named]
        for role, named in members.items()
    }


def _score(submission: Submission, runner: Runner) -> Report:
    """Score a submission; the report names the files, though the objects are in memory."""
    from mebench.evaluation.score import score_with_options
    from mebench.evaluation.scoring_options import ScoringOptions

    protocol = runner.config.protocol
    # A result with missing samples is kept: its signature states how many.
    options = ScoringOptions(allow_missing=not protocol.spots)
    report = score_with_options(submission, runner.run_data.truth, protocol, options)
    names = {
        "predictions": runner.folder.predictions.name,
        "truth": ", ".join(runner.plan.datasets),
    }
    inputs = [entry.model_copy(update={"file": names[entry.role]}) for entry in report.inputs]
    return report.model_copy(update={"inputs": inputs})


def _manifest(
    runner: Runner, results: Sequence[FoldResult], sentences: Sequence[str]
) -> dict[str, Any]:
    """Return the manifest of a finished run."""
    config, plan = runner.config, runner.plan
    options = config.options.model_dump(mode="json")
    passed = config.options.model_fields_set
    return {
        "format": "mebench-run/1",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": config.given,
        "options_passed": {name: options[name] for name in options if name in passed},
        "options_defaulted": {name: options[name] for name in options if name not in passed},
        "deviations": sentences,
        "warnings": [warning.as_dict() for warning in runner.warnings],
        "plan": plan.model_dump(mode="json"),
        "plan_digest": plan.digest,
        "folds": [
            {
                "test": [text for subject in fold.test_subjects for text in subject],
                "seed": fold.seed,
                "seconds": result.seconds,
                "intervals_clipped": result.data["clipped"],
            }
            for fold, result in zip(runner.folds, results, strict=True)
        ],
        "versions": {
            "mebench": VERSION,
            "python": platform.python_version(),
            "platform": platform.platform(),
            **package_versions(),
        },
        "git_revision": _git_revision(Path(mebench.__file__).parent),
        "executable": sys.executable,
    }


def package_versions() -> dict[str, str]:
    """Return the versions of those packages of the list that are installed."""
    versions = {}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions


def _git_revision(folder: Path) -> str | None:
    """Return the git revision of a checkout, followed by `+` if files were changed."""
    if not (folder.parent / ".git").exists():
        return None
    try:
        revision = _git(folder, "rev-parse", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return revision + "+" * bool(changed)


def _git(folder: Path, *arguments: str) -> str:
    process = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return process.stdout.strip()


def describe_run(runner: Runner) -> str:
    """Return a summary of a run before it starts: its size and its folder."""
    config, run_data, videos = runner.config, runner.run_data, runner.run_data.distinct_videos
    size = estimate_size(config.baseline, config.options, config.protocol, videos)
    folds, chosen = len(runner.folds), len(runner.chosen)
    parts = [
        pluralize(chosen, "fold") + (f" of {folds}" if chosen != folds else ""),
        pluralize(len(videos), "video"),
        f"{sum(video.n_frames for video in videos):,} frames",
    ]
    if run_data.samples:
        parts.append(pluralize(len(run_data.samples), "sample"))
    if size.pairs:
        parts.append(f"{size.pairs:,} frame pairs")
    if size.disk:
        parts.append(f"{format_bytes(size.disk)} of prepared arrays")
    where = (
        f"at {config.scheduler}"
        if config.scheduler
        else pluralize(min(config.jobs, chosen), "process", "processes")
    )
    lines = [
        f"{config.baseline.name} on {', '.join(runner.plan.datasets)} under {config.protocol.id}: "
        f"{', '.join(parts)}; {where}, seed {config.seed}.",
        f"Folder: {config.folder}",
    ]
    return "\n".join(map(escape_unprintable, lines))


def describe_result(config: RunConfig, result: RunResult) -> str:
    """Return a summary of a run after it ended."""
    lines = [
        f"The stored result of fold {number} was damaged; the fold was run again."
        for number in result.discarded
    ]
    if result.kept:
        finished = f"{result.kept} of {result.folds} folds were"
        lines.append(f"{finished} finished by an earlier run and were not run again.")
    if result.clipped:
        lines.append(f"{pluralize(result.clipped, 'interval')} clipped to the video.")
    if result.unpredicted:
        videos = pluralize(result.unpredicted, "video")
        lines.append(f"The baseline gave no prediction for {videos}, as if it had found nothing.")
    if result.report is None:
        lines.append(
            f"{result.done} of {result.folds} folds are done; the process that finishes the last "
            "fold writes predictions.json."
        )
    else:
        written = config.folder / "predictions.json"
        lines.append(f"Wrote {written}, report.json and manifest.json.")
    return "\n".join(map(escape_unprintable, lines))
