"""The run of a baseline: execute the folds, merge their predictions, and score the submission.

The submission holds nothing that depends on when, where or by how many processes it was made; the
manifest does.
"""

from __future__ import annotations

import io
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mebench
from mebench.diagnostics import MebenchError
from mebench.models.submission import SUBMISSION_FORMAT, Submission
from mebench.runner.contract import Baseline, BaselineOptions
from mebench.runner.fold_runner import FoldResults, FoldRunner
from mebench.runner.prediction_checks import curves_as_npz
from mebench.runner.registry import deviations, system_metadata
from mebench.runner.run_config import RunConfig
from mebench.runner.run_data import PlannedFold, RunData
from mebench.runner.run_folder import FoldResult, Plan
from mebench.util.atomic_write import to_json_text, write_bytes, write_text
from mebench.util.text import format_bytes, pluralize
from mebench.version import VERSION

if TYPE_CHECKING:
    from mebench.models.report import InputFile, Report


PACKAGES = (
    "numpy",
    "opencv-contrib-python-headless",
    "scipy",
    "numba",
    "keras",
    "tensorflow",
    "dlib-bin",
    "distributed",
)
"""Their versions are written down where they are installed."""


def build_manifest(
    request: RunConfig,
    plan: Plan,
    folds: Sequence[PlannedFold],
    results: Sequence[FoldResult],
) -> dict[str, Any]:
    """Return the manifest of a finished run."""
    options = request.options.model_dump(mode="json")
    chosen = request.options.model_fields_set
    return {
        "format": "mebench-run/1",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": request.given,
        "options_passed": {name: options[name] for name in options if name in chosen},
        "options_defaulted": {name: options[name] for name in options if name not in chosen},
        "deviations": deviations(request.baseline, request.options),
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
            **dict(_versions()),
        },
        "git_revision": _revision(Path(mebench.__file__).parent),
        "executable": sys.executable,
    }


def _versions() -> list[tuple[str, str]]:
    found = []
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return found


def _revision(folder: Path) -> str | None:
    """Return the git revision of a checkout, with `+` where files were changed."""
    if not (folder.parent / ".git").exists():
        return None
    try:
        revision = _git(folder, "rev-parse", "HEAD")
        changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return revision + "+" * bool(changed)


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    return done.stdout.strip()


def build_submission(
    request: RunConfig,
    run_data: RunData,
    folds: Sequence[PlannedFold],
    results: Sequence[FoldResult],
) -> Submission:
    """Put the results of all folds together.

    It holds nothing that depends on when, where or by how many processes they were made.
    """
    composite = run_data.protocol.is_composite
    return Submission.model_validate(
        {
            "format": SUBMISSION_FORMAT,
            "protocol": run_data.protocol.id,
            "system": system_metadata(request.baseline, request.options),
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
    """Put the curves of all folds into one ``.npz`` file; nothing where there are none."""
    import numpy as np

    curves: dict[str, Any] = {}
    for result in results:
        if result.body:
            with np.load(io.BytesIO(result.body), allow_pickle=False) as file:
                curves.update({name: file[name] for name in file.files})
    return curves_as_npz(curves)


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended.

    Attributes
    ----------
    report : Report or None
        The score; None while folds of a shared run are missing.
    done, folds : int
        How many folds are done, of how many.
    clipped : int
        How many intervals were clipped to their video.
    discarded : tuple of int
        Folds whose result was damaged, and made anew.
    """

    report: Report | None
    done: int
    folds: int
    clipped: int
    discarded: tuple[int, ...]


class Run:
    """A run, planned; :meth:`execute` does it.

    Parameters
    ----------
    request : RunConfig
        What is to be run.

    Raises
    ------
    MebenchError
        If the data or the request are not as they should be.
    """

    def __init__(self, request: RunConfig) -> None:
        self.request = request
        # Whether all can be written is not to be found out after a day of computing.
        system_metadata(request.baseline, request.options)
        deviations(request.baseline, request.options)
        self.fold_runner = FoldRunner(request)
        self.run_data, self.folds = self.fold_runner.run_data, self.fold_runner.folds
        self.plan, self.folder = self.fold_runner.plan, self.fold_runner.folder

    def forecast(self) -> Forecast:
        """Tell how much the run will be."""
        request, folds = self.request, len(self.fold_runner.chosen)
        return forecast(request.baseline, request.options, self.run_data, folds)

    def execute(self) -> RunResult:
        """Carry out the folds, and put the submission together when all are done.

        Raises
        ------
        MebenchError
            With what went wrong in each fold that failed; those that are done are kept.
        """
        try:
            return self._finish(self.fold_runner.execute())
        finally:
            self.fold_runner.close()

    def _finish(self, replies: FoldResults) -> RunResult:
        """Put the submission together and score it, if all folds are there."""
        done, folds = replies.done, len(self.folds)
        clipped = sum(one.head["clipped"] for one in done)
        if not replies.complete:
            return RunResult(None, len(done), folds, clipped, replies.discarded)
        submission = build_submission(self.request, self.run_data, self.folds, done)
        from mebench.evaluation.score import score

        text = to_json_text(submission.to_json())
        report = score(submission, self.run_data.truth, self.run_data.protocol)
        report = report.model_copy(update={"inputs": self._named(report.inputs)})
        curves = merge_curves(done)
        if curves:
            write_bytes(self.folder.path / "curves.npz", curves)
        write_text(self.folder.predictions, text)
        write_text(self.folder.path / "report.json", to_json_text(report.to_json()))
        manifest = build_manifest(self.request, self.plan, self.folds, done)
        write_text(self.folder.path / "manifest.json", to_json_text(manifest))
        return RunResult(report, len(done), folds, clipped, replies.discarded)

    def _named(self, inputs: list[InputFile]) -> list[InputFile]:
        """Say where what was scored from memory lies."""
        names = {
            "predictions": self.folder.predictions.name,
            "truth": ", ".join(self.plan.datasets),
        }
        return [one.model_copy(update={"file": names[one.role]}) for one in inputs]


def describe_run(run: Run) -> str:
    """Return how large a run will be, in a line or two."""
    size, request = run.forecast(), run.request
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
        f"at {request.scheduler}"
        if request.scheduler
        else pluralize(min(request.jobs, size.folds), "process", "processes")
    )
    datasets = ", ".join(run.plan.datasets)
    return (
        f"{request.baseline.name} on {datasets} under {run.plan.protocol}: {', '.join(parts)}; "
        f"{where}, seed {request.seed}.\nFolder: {request.folder}"
    )


def describe_result(run: Run, finished: RunResult) -> str:
    """Return how a run ended, in a line or more."""
    lines = [
        f"The kept result of fold {number} was damaged; the fold was carried out again."
        for number in finished.discarded
    ]
    if finished.clipped:
        lines.append(f"{pluralize(finished.clipped, 'interval')} clipped to the video.")
    if finished.report is None:
        lines.append(
            f"{finished.done} of {finished.folds} folds are done; who finishes the last of them "
            "writes predictions.json."
        )
    else:
        lines.append(f"Wrote {run.folder.predictions}, report.json and manifest.json.")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much a run will be.

    Attributes
    ----------
    folds, videos, frames, pairs : int
        Counts; pairs of frames for which the baseline computes flow.
    disk : int
        Bytes of prepared arrays.
    """

    folds: int
    videos: int
    frames: int
    pairs: int
    disk: int


def forecast(
    baseline: type[Baseline], options: BaselineOptions, run_data: RunData, folds: int
) -> Forecast:
    """Tell beforehand how much a run will be.

    Raises
    ------
    MebenchError
        ``baseline-raised`` if the baseline cannot say; what it says of data or options as it is.
    """
    videos = run_data.distinct_videos
    try:
        asked = baseline(options)
        asked.protocol = run_data.protocol
        size = asked.size(videos)
        pairs, disk = int(size.pairs), int(size.disk)
    except MebenchError:
        raise
    except Exception as error:  # a baseline is not our code: it may raise anything
        raise MebenchError.of(
            "baseline-raised",
            f"{baseline.name} cannot say how much the run will be: "
            f"{type(error).__name__}: {error!s:.300}.",
            "The baseline has to be corrected: its __init__() or its size().",
        ) from error
    return Forecast(folds, len(videos), sum(video.n_frames for video in videos), pairs, disk)
