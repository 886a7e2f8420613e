"""Predict a user's video with final weights, in a worker; write the submission and the picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mebench.datasets.contract import Video
from mebench.datasets.frames.frame_folder import FrameFolder
from mebench.datasets.frames.video_file import VideoFile
from mebench.diagnostics import Diagnostic, Findings, Place, UsageError
from mebench.models.protocol import Protocol, ProtocolDataset
from mebench.models.submission import SUBMISSION_FORMAT, Submission, is_spotted
from mebench.runner.contract import Baseline, BaselineOptions, Trainable
from mebench.runner.prediction_checks import check_predictions
from mebench.runner.processes.execution import run_tasks
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.outcomes import Outcome
from mebench.runner.registry import check_requirements, system_metadata, warm_up
from mebench.runner.run_config import options_from_mapping
from mebench.runner.tasks import Task, warnings_of
from mebench.runner.types import Fold, FoldResult, ProgressCallback, Trained, UnseenVideo
from mebench.runner.weights import (
    WEIGHTS_FILE,
    bad_weights,
    read_foreign_weights,
    read_weights,
    require_trainable,
)
from mebench.tables.grid import Grid
from mebench.util.array_store import Store
from mebench.util.system import cache_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mebench.datasets.contract import Image
    from mebench.plots.score_curves import ScoredVideo


USER_DATASET = "own"
USER_PROTOCOL = "own-video@1"

MAX_THUMBNAILS = 6
"""The picture shows the apex frames of at most this many expressions."""

MAX_THUMBNAIL_HEIGHT = 240
"""In pixels."""


@dataclass(frozen=True, slots=True)
class UserVideo:
    """A user's video: a file or a folder of frames, and its ids for the submission.

    ``fps`` is None where the file states the frame rate.
    """

    path: Path
    subject: str
    video: str
    fps: float | None

    def open(self) -> Video:
        """Open the video; it must exist, and its frame rate must be known."""
        place = Place(file=str(self.path))
        if not self.path.exists():
            raise UsageError.of(
                "no-such-video", "There is no such file or folder.", "Correct the path.", place
            )
        reader: type[FrameFolder] | type[VideoFile]
        reader = FrameFolder if self.path.is_dir() else VideoFile
        opened = reader(
            self.path, dataset=USER_DATASET, subject=self.subject, video=self.video, fps=self.fps
        )
        if opened.fps is None:
            raise UsageError.of(
                "fps-needed",
                "The frame rate of the video is not known.",
                "Pass it in frames per second, for example --fps 200",
                place,
            )
        return opened


@dataclass(frozen=True, slots=True)
class SpottedVideo:
    """The prediction for a user's video: the row of the submission, and what the picture shows.

    A curve has one score per frame; ``thumbnails`` are some apex frames by their numbers.
    """

    row: dict[str, Any]
    fps: float
    n_frames: int
    curves: Mapping[str, NDArray[np.floating[Any]]]
    thumbnails: Mapping[int, Image]

    @property
    def chosen(self) -> list[dict[str, Any]]:
        """The intervals at or above the video's threshold."""
        threshold = self.row.get("score_threshold")
        return [interval for interval in self.row["intervals"] if is_spotted(interval, threshold)]

    def as_text(self) -> str:
        """Return a table of the spotted intervals, in frames and seconds."""
        grid = Grid(["onset", "apex", "offset", "seconds", "score", "emotion"], "rrrrrl")
        for interval in self.chosen:
            onset, offset = interval["onset"], interval["offset"]
            apex, score = interval.get("apex"), interval.get("score")
            grid.rows.append(
                [
                    str(onset),
                    None if apex is None else str(apex),
                    str(offset),
                    f"{onset / self.fps:.2f}–{offset / self.fps:.2f}",
                    None if score is None else f"{score:.4f}",
                    interval.get("emotion"),
                ]
            )
        if not grid.rows:
            return "No expression was spotted.\n"
        return "\n".join(grid.as_text(indent="")) + "\n"

    def picture(self, system: str) -> ScoredVideo:
        """Return the content of the picture: curves, intervals and apex frames."""
        from mebench.plots.score_curves import Interval, ScoredVideo, Thumbnail

        emotions = {interval.get("apex"): interval.get("emotion") for interval in self.chosen}
        return ScoredVideo(
            title=f"{system}: {self.row['subject']}/{self.row['video']}",
            n_frames=self.n_frames,
            predictions=[
                Interval(*map(interval.get, ("onset", "offset", "apex", "score", "emotion")))
                for interval in self.row["intervals"]
            ],
            # The smoothed curve is drawn last, on top of the others.
            curves=dict(sorted(self.curves.items(), key=lambda item: item[0] == "smoothed")),
            threshold=self.row.get("score_threshold"),
            fps=self.fps,
            thumbnails=[
                Thumbnail(frame, image, emotions.get(frame) or "")
                for frame, image in self.thumbnails.items()
            ],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotTask(Task):
    """Predict a user's video."""

    video: UserVideo
    trained: Trained

    def execute(self, report: ProgressCallback) -> FoldResult:
        """Predict the video, and check the prediction."""
        baseline = self.new_baseline()
        assert self.protocol is not None and self.store is not None
        assert isinstance(baseline, Trainable)
        baseline.protocol = None
        video = self.video.open()
        if isinstance(video, VideoFile):
            # The frame count in a header may be wrong, and no annotation states the true one.
            video.n_frames = video.count()
        unseen = UnseenVideo(video)
        fold = Fold("", self.protocol, (), (unseen,), (), (), 0, self.store, report)
        prediction = baseline.spot(unseen, self.trained, self.store, report)
        checked = check_predictions([prediction], fold)
        [row] = checked.videos
        if isinstance(row.get("score_threshold"), dict):
            # The protocol has one target, so the table and the picture use one threshold.
            threshold = row.pop("score_threshold").get("micro")
            row |= {} if threshold is None else {"score_threshold": threshold}
        arrays: dict[str, NDArray[Any]]
        arrays = {f"curves/{name.rpartition('/')[2]}": one for name, one in checked.curves.items()}
        arrays |= {f"frames/{number}": one for number, one in _thumbnails(video, row).items()}
        data = {"row": row, "fps": video.fps, "n_frames": video.n_frames}
        return FoldResult(data, arrays, warnings=warnings_of(baseline))


def _spotted_video(result: FoldResult) -> SpottedVideo:
    """Return the prediction that a :class:`SpotTask` returned."""

    def part(name: str) -> dict[str, Any]:
        prefix = f"{name}/"
        return {
            key.removeprefix(prefix): array
            for key, array in result.arrays.items()
            if key.startswith(prefix)
        }

    thumbnails = {int(number): image for number, image in part("frames").items()}
    return SpottedVideo(**result.data, curves=part("curves"), thumbnails=thumbnails)


def _thumbnails(video: Video, row: dict[str, Any]) -> dict[int, Image]:
    """Return the apex frames of the highest-scoring expressions, in one pass over the video."""
    threshold = row.get("score_threshold")
    spotted = [interval for interval in row["intervals"] if is_spotted(interval, threshold)]
    spotted.sort(key=lambda interval: -(interval.get("score") or 0.0))
    numbers = {
        interval["apex"] if "apex" in interval else (interval["onset"] + interval["offset"]) // 2
        for interval in spotted[:MAX_THUMBNAILS]
    }
    if not numbers:
        return {}
    first = min(numbers)
    frames = enumerate(video.frames(first, max(numbers) + 1), first)
    return {number: _shrink(image) for number, image in frames if number in numbers}


def _shrink(image: Image) -> Image:
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    if height <= MAX_THUMBNAIL_HEIGHT:
        return image
    size = (max(1, round(width * MAX_THUMBNAIL_HEIGHT / height)), MAX_THUMBNAIL_HEIGHT)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def spot(
    baseline: type[Baseline],
    options: BaselineOptions,
    weights: tuple[Path, ...],
    video: UserVideo,
    *,
    one_per_video: bool | None = None,
    store: Path | None = None,
    warn: Callable[[Diagnostic], None] = lambda warning: None,
) -> tuple[Submission, SpottedVideo]:
    """Predict a user's video.

    Parameters
    ----------
    baseline, options : type, BaselineOptions
        The baseline and the options on the command line; they override those of the weights.
    weights : tuple of Path
        A folder of weights, or files of other software.
    video : UserVideo
        The video.
    one_per_video : bool or None
        Whether only the interval with the highest score counts; None takes the value of the
        weights.
    store : Path or None
        The folder of prepared arrays; by default in the user's cache.
    warn : callable
        Called with each warning about the weights or the video.

    Returns
    -------
    tuple of Submission and SpottedVideo
        The submission with one video, and the prediction.

    Raises
    ------
    UsageError
        ``no-final-weights``, ``wrong-weights``, ``no-such-video``, ``fps-needed``.
    MebenchError
        If the weights are not valid, or the prediction fails.
    """
    require_trainable(baseline)
    opened = video.open()  # so that a wrong path is reported before anything is computed
    if isinstance(opened, VideoFile):
        findings = Findings()
        opened.check_rate(findings)
        for finding in findings.kept:
            warn(finding)
    protocol_id = USER_PROTOCOL
    if len(weights) > 1 or weights[0].is_file():
        trained = read_foreign_weights(baseline, options, weights)
        for warning in trained.warnings:
            warn(warning)
    else:
        record, trained = read_weights(weights[0])
        if record.baseline != baseline.name:
            raise UsageError.of(
                "wrong-weights",
                f"The weights are of the baseline {record.baseline}, not of {baseline.name}.",
                f"Pass --baseline {quote(record.baseline)}.",
            )
        passed = options.model_dump(mode="json", exclude_unset=True)
        options, protocol_id = (
            options_from_mapping(baseline, record.options | passed),
            record.protocol,
        )
    if one_per_video is not None:
        trained = replace(trained, one_per_video=one_per_video)
    check_requirements(baseline, options)
    warm_up(baseline, options)
    try:
        protocol = user_video_protocol(trained)
    except ValidationError as error:
        reason = f"the classes in {WEIGHTS_FILE}: {error.errors()[0]['msg']}"
        raise bad_weights(weights[0], reason) from None
    task = SpotTask(
        name=video.path.resolve().name,
        baseline=baseline,
        options=options,
        protocol=protocol,
        video=replace(video, path=video.path.resolve()),
        trained=trained,
        store=Store((store or cache_folder() / "prepared").resolve()),
    )
    spotted: list[SpottedVideo] = []

    def keep(outcome: Outcome) -> None:
        assert isinstance(outcome.result, FoldResult)
        spotted.append(_spotted_video(outcome.result))
        for warning in outcome.result.warnings:
            warn(warning)

    with closing(LocalExecutor(1)) as executor:
        run_tasks(executor, [task], "spotting", keep)
    submission = Submission.model_validate(
        {
            "format": SUBMISSION_FORMAT,
            "protocol": protocol_id,
            "system": system_metadata(baseline, options),
            "videos": [spotted[0].row],
        }
    )
    return submission, spotted[0]


def user_video_protocol(trained: Trained) -> Protocol:
    """Return the protocol for a user's video."""
    return Protocol(
        id=USER_PROTOCOL,
        title="A user's video",
        task="spot-then-recognize" if trained.classes else "spot",
        targets=["micro"],
        one_per_video=trained.one_per_video,
        classes=list(trained.classes),
        datasets=[ProtocolDataset(id=USER_DATASET)],
    )
