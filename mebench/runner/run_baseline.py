"""The run of a baseline: execute the folds, merge their predictions, and score the submission.

The submission does not depend on when, where or with how many processes it was made; the manifest
records these.
"""

from __future__ import annotations

import io
import platform
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mebench
from mebench.diagnostics import MebenchError
from mebench.models.submission import SUBMISSION_FORMAT, Submission
from mebench.runner.contract import Baseline, BaselineOptions
from mebench.runner.prediction_checks import curves_as_npz
from mebench.runner.registry import deviations, system_metadata
from mebench.runner.run_config import RunConfig
from mebench.runner.run_data import PlannedFold, RunData
from mebench.runner.run_folder import FoldResult, Plan
from mebench.runner.run_folds import FoldResults, FoldRunner
from mebench.util.atomic_write import to_json_text, write_bytes, write_text
from mebench.util.text import format_bytes, pluralize
from mebench.version import VERSION

if TYPE_CHECKING:
    from mebench.models.report import InputFile, Report


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
    "dlib-bin",
    "distributed",
)
"""Packages whose versions the manifest lists if they are installed.

OpenCV is published as four distributions, and any of them may be installed.
"""


def build_manifest(
    config: RunConfig,
    plan: Plan,
    folds: Sequence[PlannedFold],
    results: Sequence[FoldResult],
) -> dict[str, Any]:
    """Return the manifest of a finished run."""
    options = config.options.model_dump(mode="json")
    passed = config.options.model_fields_set
    return {
        "format": "mebench-run/1",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": config.given,
        "options_passed": {name: options[name] for name in options if name in passed},
        "options_defaulted": {name: options[name] for name in options if name not in passed},
        "deviations": deviations(config.baseline, config.options),
        "plan": plan.model_dump(mode="json"),
        "plan_digest": plan.digest,
        "folds": [
            {
                "test": list(fold.subject),
                "seed": fold.seed,
                "seconds": result.seconds,
                "intervals_clipped": result.head["clipped"],
            }
            for fold, result in zip(folds, results, strict=True)
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


def build_submission(
    config: RunConfig,
    run_data: RunData,
    folds: Sequence[PlannedFold],
    results: Sequence[FoldResult],
) -> Submission:
    """Merge the predictions of all folds into a submission."""
    composite = run_data.protocol.is_composite
    return Submission.model_validate(
        {
            "format": SUBMISSION_FORMAT,
            "protocol": run_data.protocol.id,
            "system": system_metadata(config.baseline, config.options),
            "folds": [
                {
                    "test": [dict(fold.subject._asdict()) if composite else fold.subject.subject],
                    "seed": fold.seed,
                }
                for fold in folds
            ],
            "videos": [row for result in results for row in result.head["videos"]],
            "samples": [row for result in results for row in result.head["samples"]],
        }
    )


def merge_curves(results: Sequence[FoldResult]) -> bytes:
    """Merge the curves of all folds into one ``.npz`` file; return no bytes if there are none."""
    import numpy as np

    curves: dict[str, Any] = {}
    for result in results:
        if result.body:
            with np.load(io.BytesIO(result.body), allow_pickle=False) as file:
                curves.update({name: file[name] for name in file.files})
    return curves_as_npz(curves)


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of a run.

    Attributes
    ----------
    report : Report or None
        The score; None while folds of a shared run are missing.
    done, folds : int
        The number of finished folds, and of all folds.
    clipped : int
        The number of intervals that were clipped to their video.
    discarded : tuple of int
        Folds that were run again because their stored result was damaged.
    """

    report: Report | None
    done: int
    folds: int
    clipped: int
    discarded: tuple[int, ...]


class Run:
    """A planned run; :meth:`execute` runs it.

    Parameters
    ----------
    config : RunConfig
        What to run.

    Raises
    ------
    MebenchError
        If the data, the configuration or the baseline's metadata are not valid.
    """

    def __init__(self, config: RunConfig) -> None:
        self.config = config
        # Errors in what is written at the end must not appear only after a day of computing.
        system_metadata(config.baseline, config.options)
        deviations(config.baseline, config.options)
        self.fold_runner = FoldRunner(config)
        self.run_data, self.folds = self.fold_runner.run_data, self.fold_runner.folds
        self.plan, self.folder = self.fold_runner.plan, self.fold_runner.folder

    def forecast(self) -> Forecast:
        """Estimate how much work the run is."""
        config, folds = self.config, len(self.fold_runner.chosen)
        return forecast(config.baseline, config.options, self.run_data, folds)

    def execute(self) -> RunResult:
        """Execute the folds; when all are done, write the submission and its score.

        Raises
        ------
        MebenchError
            With the errors of all failed folds; the results of the others are kept.
        """
        try:
            return self._finish(self.fold_runner.execute())
        finally:
            self.fold_runner.close()

    def _finish(self, fold_results: FoldResults) -> RunResult:
        """Write the submission and its score if all folds are done."""
        done, folds = fold_results.done, len(self.folds)
        clipped = sum(result.head["clipped"] for result in done)
        if not fold_results.complete:
            return RunResult(None, len(done), folds, clipped, fold_results.discarded)
        from mebench.evaluation.score import score

        submission = build_submission(self.config, self.run_data, self.folds, done)
        report = score(submission, self.run_data.truth, self.run_data.protocol)
        report = report.model_copy(update={"inputs": self._with_file_names(report.inputs)})
        curves = merge_curves(done)
        if curves:
            write_bytes(self.folder.path / "curves.npz", curves)
        write_text(self.folder.predictions, to_json_text(submission.to_json()))
        write_text(self.folder.path / "report.json", to_json_text(report.to_json()))
        manifest = build_manifest(self.config, self.plan, self.folds, done)
        write_text(self.folder.path / "manifest.json", to_json_text(manifest))
        return RunResult(report, len(done), folds, clipped, fold_results.discarded)

    def _with_file_names(self, inputs: list[InputFile]) -> list[InputFile]:
        """Fill in the file names: the report was computed from objects in memory."""
        names = {
            "predictions": self.folder.predictions.name,
            "truth": ", ".join(self.plan.datasets),
        }
        return [
            input_file.model_copy(update={"file": names[input_file.role]}) for input_file in inputs
        ]


def describe_run(run: Run) -> str:
    """Return a summary of a run before it starts: its size and its folder."""
    size, config = run.forecast(), run.config
    parts = [
        f"{pluralize(size.folds, 'fold')} of {len(run.folds)}"
        if size.folds != len(run.folds)
        else pluralize(size.folds, "fold"),
        pluralize(size.videos, "video"),
        f"{size.frames:,} frames",
    ]
    if run.run_data.samples:
        parts.append(pluralize(len(run.run_data.samples), "sample"))
    if size.pairs:
        parts.append(f"{size.pairs:,} frame pairs")
    if size.disk:
        parts.append(f"{format_bytes(size.disk)} of prepared arrays")
    where = (
        f"at {config.scheduler}"
        if config.scheduler
        else pluralize(min(config.jobs, size.folds), "process", "processes")
    )
    datasets = ", ".join(run.plan.datasets)
    return (
        f"{config.baseline.name} on {datasets} under {run.plan.protocol}: {', '.join(parts)}; "
        f"{where}, seed {config.seed}.\nFolder: {config.folder}"
    )


def describe_result(run: Run, result: RunResult) -> str:
    """Return a summary of a run after it ended."""
    lines = [
        f"The stored result of fold {number} was damaged; the fold was run again."
        for number in result.discarded
    ]
    if result.clipped:
        lines.append(f"{pluralize(result.clipped, 'interval')} clipped to the video.")
    if result.report is None:
        lines.append(
            f"{result.done} of {result.folds} folds are done; the process that finishes the last "
            "fold writes predictions.json."
        )
    else:
        lines.append(f"Wrote {run.folder.predictions}, report.json and manifest.json.")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much work a run is.

    Attributes
    ----------
    folds, videos, frames, pairs : int
        Counts; ``pairs`` are the frame pairs for which the baseline computes optical flow.
    disk : int
        The size of the prepared arrays in bytes.
    """

    folds: int
    videos: int
    frames: int
    pairs: int
    disk: int


def forecast(
    baseline: type[Baseline], options: BaselineOptions, run_data: RunData, folds: int
) -> Forecast:
    """Estimate how much work a run is.

    Raises
    ------
    MebenchError
        ``baseline-raised`` if the baseline's ``size`` fails, or the baseline's own error.
    """
    videos = run_data.distinct_videos
    try:
        instance = baseline(options)
        instance.protocol = run_data.protocol
        size = instance.size(videos)
        pairs, disk = int(size.pairs), int(size.disk)
    except MebenchError:
        raise
    except Exception as error:  # a baseline is not our code: it may raise anything
        raise MebenchError.of(
            "baseline-raised",
            f"size() of the baseline {baseline.name} failed: "
            f"{type(error).__name__}: {error!s:.300}.",
            "Correct __init__() or size() of the baseline.",
        ) from error
    return Forecast(folds, len(videos), sum(video.n_frames for video in videos), pairs, disk)
