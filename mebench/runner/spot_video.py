"""Predict a user's video: start a worker, write the submission and the picture."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mebench.diagnostics import UsageError
from mebench.models.submission import SUBMISSION_FORMAT, Submission, is_spotted
from mebench.runner.contract import Baseline, BaselineOptions
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.tasks import Outcome, ProgressReporter, Task, run_tasks
from mebench.runner.registry import system_metadata, warm_up
from mebench.runner.run_config import default_store, options_from_mapping
from mebench.runner.user_video import USER_PROTOCOL, UserVideo, read_weights
from mebench.tables.grid import Grid
from mebench.util.atomic_write import to_json_text, write_text

if TYPE_CHECKING:
    from mebench.plots.score_curves import ScoredVideo


@dataclass(frozen=True, slots=True)
class SpotConfig:
    """Which video to predict, and how.

    Attributes
    ----------
    baseline : type
        The baseline's class.
    options : BaselineOptions
        The options on the command line; they override those of the weights.
    weights : tuple of Path
        A folder of weights, or files of other software.
    video : UserVideo
        The video.
    one_per_video : bool or None
        Whether only the interval with the highest score counts; None takes the value of the
        weights.
    store : Path or None
        The folder of prepared arrays; by default in the user's cache.
    """

    baseline: type[Baseline]
    options: BaselineOptions
    weights: tuple[Path, ...]
    video: UserVideo
    one_per_video: bool | None = None
    store: Path | None = None


@dataclass(frozen=True, slots=True)
class SpotResult:
    """The prediction for a user's video.

    Attributes
    ----------
    submission : Submission
        The submission with one video.
    head : dict
        The worker's result: the row of the submission, frame rate, number of frames.
    body : bytes
        The worker's arrays: curves and thumbnails.
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
        threshold = row.get("score_threshold")
        return [interval for interval in row["intervals"] if is_spotted(interval, threshold)]

    def as_text(self) -> str:
        """Return a table of the spotted intervals, in frames and seconds."""
        fps = self.head["fps"]
        grid = Grid(["onset", "apex", "offset", "seconds", "score", "emotion"], "rrrrrl")
        for interval in self.chosen:
            onset, offset = interval["onset"], interval["offset"]
            apex, score = interval.get("apex"), interval.get("score")
            grid.rows.append(
                [
                    str(onset),
                    None if apex is None else str(apex),
                    str(offset),
                    f"{onset / fps:.2f}–{offset / fps:.2f}",
                    None if score is None else f"{score:.4f}",
                    interval.get("emotion"),
                ]
            )
        if not grid.rows:
            return "No expression was spotted.\n"
        return "\n".join(grid.as_text(indent="")) + "\n"

    def picture(self) -> ScoredVideo:
        """Return the content of the picture."""
        import numpy as np

        from mebench.plots.interval_strip import Interval
        from mebench.plots.score_curves import ScoredVideo, Thumbnail

        row = self.head["row"]
        emotions = {interval.get("apex"): interval.get("emotion") for interval in self.chosen}
        curves, thumbnails = {}, []
        with np.load(io.BytesIO(self.body), allow_pickle=False) as file:
            for array in file.files:
                kind, _, name = array.partition("/")
                if kind == "curve":
                    curves[name] = file[array]
                else:
                    frame = int(name)
                    emotion = emotions.get(frame) or ""
                    thumbnails.append(Thumbnail(frame, file[array], emotion))
        return ScoredVideo(
            title=f"{self.submission.system.name}: {row['subject']}/{row['video']}",
            n_frames=self.head["n_frames"],
            predictions=[
                Interval(*map(interval.get, ("onset", "offset", "apex", "score", "emotion")))
                for interval in row["intervals"]
            ],
            # The smoothed curve is drawn last, on top of the others.
            curves=dict(sorted(curves.items(), key=lambda item: item[0] == "smoothed")),
            threshold=row.get("score_threshold"),
            fps=self.head["fps"],
            thumbnails=thumbnails,
        )


def spot(config: SpotConfig) -> SpotResult:
    """Predict a user's video.

    Raises
    ------
    UsageError
        ``no-final-weights``, ``wrong-weights``, ``no-such-video``, ``fps-needed``.
    MebenchError
        If the prediction fails.
    """
    baseline = config.baseline
    if not baseline.implements("spot"):
        raise UsageError.of(
            "no-final-weights",
            f"The baseline {baseline.name} cannot predict a single video.",
            "Choose a baseline that implements spot(), for example mean.",
        )
    options, protocol = _options_and_protocol(config)
    config.video.open()  # so that a wrong path is reported before anything is computed
    warm_up(baseline, options_from_mapping(baseline, options))
    job = {
        "job": "spot",
        "baseline": baseline.name,
        "options": options,
        "weights": [str(path.resolve()) for path in config.weights],
        "video": {
            "path": str(config.video.path.resolve()),
            "subject": config.video.subject,
            "video": config.video.video,
            "fps": config.video.fps,
        },
        "one_per_video": config.one_per_video,
        "store": str((config.store or default_store()).resolve()),
    }
    outcomes: list[Outcome] = []
    with closing(LocalExecutor(1)) as executor:
        task = Task(config.video.path.resolve().name, job)
        run_tasks(
            executor, [task], ProgressReporter("spotting", 1), outcomes.append, baseline.name, None
        )
    result = outcomes[0].result
    assert result is not None
    submission = Submission.model_validate(
        {
            "format": SUBMISSION_FORMAT,
            "protocol": protocol,
            "system": system_metadata(baseline, options_from_mapping(baseline, options)),
            "videos": [result.head["row"]],
        }
    )
    return SpotResult(submission, result.head, result.body)


def _options_and_protocol(config: SpotConfig) -> tuple[dict[str, Any], str]:
    """Return the options and the protocol of the weights; the command line overrides options."""
    passed = config.options.model_dump(mode="json", exclude_unset=True)
    if len(config.weights) > 1 or config.weights[0].is_file():
        return passed, USER_PROTOCOL
    record, _ = read_weights(config.weights[0])
    if record.baseline != config.baseline.name:
        raise UsageError.of(
            "wrong-weights",
            f"The weights are of the baseline {record.baseline}, not of {config.baseline.name}.",
            f"Pass --baseline {record.baseline}",
        )
    return record.options | passed, record.protocol
