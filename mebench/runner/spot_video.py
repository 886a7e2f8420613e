"""Spot in a user's video: start a worker, write the submission and the picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import UsageError
from mebench.models.submission import SUBMISSION_FORMAT, Submission, is_spotted
from mebench.runner.contract import Baseline, BaselineOptions
from mebench.runner.inference import UserVideo, read_weights
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.tasks import Outcome, ProgressReporter, Task, run_tasks
from mebench.runner.registry import system_metadata, warm_up
from mebench.runner.run_config import default_store, options_from_mapping
from mebench.tables.grid import Grid
from mebench.util.atomic_write import to_json_text, write_text

if TYPE_CHECKING:
    from mebench.plots.score_curves import Interval, ScoredVideo


USER_PROTOCOL = "own-video@1"


@dataclass(frozen=True, slots=True)
class SpotConfig:
    """What is to be spotted, and with what.

    Attributes
    ----------
    baseline : type
        The baseline's class.
    options : BaselineOptions
        What was typed; what was not is taken from the weights.
    weights : tuple of Path
        A folder of weights, or files of other software.
    video : UserVideo
        Which video.
    one_per_video : bool or None
        Only the surest interval counts; None takes what the weights say.
    store : Path or None
        Where prepared arrays are kept; by default in the user's cache.
    """

    baseline: type[Baseline]
    options: BaselineOptions
    weights: tuple[Path, ...]
    video: UserVideo
    one_per_video: bool | None = None
    store: Path | None = None


@dataclass(frozen=True, slots=True)
class SpotResult:
    """What was spotted.

    Attributes
    ----------
    submission : Submission
        One video.
    head : dict
        The worker's reply: row, rates.
    body : bytes
        Its curves and thumbnails.
    """

    submission: Submission
    head: dict[str, Any]
    body: bytes

    def write(self, path: Path) -> None:
        """Write the submission."""
        write_text(path, to_json_text(self.submission.to_json()))

    def draw(self, path: Path) -> None:
        """Draw the curve, the intervals and the apex frames."""
        from mebench.plots.score_curves import draw_curves

        draw_curves(path, self.picture())

    @property
    def chosen(self) -> list[dict[str, Any]]:
        """The intervals at or above the video's threshold."""
        row = self.head["row"]
        return [one for one in row["intervals"] if is_spotted(one, row.get("score_threshold"))]

    def as_text(self) -> str:
        """Return what was spotted as a table, in frames and seconds."""
        fps = self.head["fps"]
        grid = Grid(["onset", "apex", "offset", "seconds", "score", "emotion"], "rrrrrl")
        for one in self.chosen:
            apex, score = one.get("apex"), one.get("score")
            grid.rows.append(
                [
                    str(one["onset"]),
                    None if apex is None else str(apex),
                    str(one["offset"]),
                    f"{one['onset'] / fps:.2f}–{one['offset'] / fps:.2f}",
                    None if score is None else f"{score:.4f}",
                    one.get("emotion"),
                ]
            )
        if not grid.rows:
            return "Nothing was spotted.\n"
        return "\n".join(grid.as_text(indent="")) + "\n"

    def picture(self) -> ScoredVideo:
        """Return what the picture shows."""
        import numpy as np

        from mebench.plots.score_curves import ScoredVideo, Thumbnail

        row = self.head["row"]
        with np.load(io.BytesIO(self.body), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        names = {(one.get("apex"), one.get("emotion")) for one in self.chosen}
        emotions = {apex: emotion for apex, emotion in names if apex is not None and emotion}
        curves = {name.partition("/")[2]: one for name, one in arrays.items() if "curve/" in name}
        thumbnails = [
            Thumbnail(int(name.partition("/")[2]), image, emotions.get(int(name[10:]), ""))
            for name, image in arrays.items()
            if name.startswith("thumbnail/")
        ]
        return ScoredVideo(
            title=f"{self.submission.system.name}: {row['subject']}/{row['video']}",
            n_frames=self.head["n_frames"],
            predictions=[_interval(one) for one in row["intervals"]],
            curves=dict(sorted(curves.items(), key=lambda one: one[0] == "smoothed")),
            threshold=row.get("score_threshold"),
            fps=self.head["fps"],
            thumbnails=thumbnails,
        )


def spot(request: SpotConfig) -> SpotResult:
    """Answer a video of one's own.

    Raises
    ------
    UsageError
        ``no-final-weights``, ``wrong-weights``, ``no-such-video``, ``fps-needed``.
    MebenchError
        What goes wrong on the way.
    """
    baseline = request.baseline
    if not baseline.implements("spot"):
        raise UsageError.of(
            "no-final-weights",
            f"{baseline.name} does not answer single videos.",
            "Take one that does, as mean.",
        )
    options, protocol = _settings(request)
    request.video.open()
    warm_up(baseline, options_from_mapping(baseline, options))
    job = {
        "job": "spot",
        "baseline": baseline.name,
        "options": options,
        "weights": [str(path.resolve()) for path in request.weights],
        "video": {
            "path": str(request.video.path.resolve()),
            "subject": request.video.subject,
            "video": request.video.video,
            "fps": request.video.fps,
        },
        "one_per_video": request.one_per_video,
        "store": str((request.store or default_store()).resolve()),
    }
    ended: list[Outcome] = []
    executor = LocalExecutor(1)
    try:
        task = Task(request.video.path.resolve().name, job)
        run_tasks(
            executor, [task], ProgressReporter("spotting", 1), ended.append, baseline.name, None
        )
    finally:
        executor.close()
    reply = ended[0].result
    assert reply is not None
    submission = Submission.model_validate(
        {
            "format": SUBMISSION_FORMAT,
            "protocol": protocol,
            "system": system_metadata(baseline, options_from_mapping(baseline, options)),
            "videos": [reply.head["row"]],
        }
    )
    return SpotResult(submission, reply.head, reply.body)


def _settings(request: SpotConfig) -> tuple[dict[str, Any], str]:
    """Return the options and the protocol: those of the weights, under what was typed."""
    typed = request.options.model_dump(mode="json", exclude_unset=True)
    if len(request.weights) > 1 or request.weights[0].is_file():
        return typed, USER_PROTOCOL
    record, _ = read_weights(request.weights[0])
    if record.baseline != request.baseline.name:
        raise UsageError.of(
            "wrong-weights",
            f"The weights are those of {record.baseline}, not of {request.baseline.name}.",
            f"--baseline {record.baseline}",
        )
    return record.options | typed, record.protocol


def _interval(one: dict[str, Any]) -> Interval:
    from mebench.plots.score_curves import Interval

    return Interval(
        one["onset"], one["offset"], one.get("apex"), one.get("score"), one.get("emotion")
    )
