"""Predict a user's videos with final weights, one after the other in one worker.

The worker keeps the baseline with its weights for the next video. A video that cannot be predicted
does not stop the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from pydantic import ValidationError

from mebench.datasets.contract import Video
from mebench.datasets.frames.video_file import VideoFile
from mebench.diagnostics import Diagnostic, Findings, MebenchError, UsageError
from mebench.models.protocol import Protocol, ProtocolDataset
from mebench.models.submission import SUBMISSION_FORMAT, Submission, is_spotted
from mebench.runner.contract import Baseline, BaselineOptions, Trainable
from mebench.runner.prediction_checks import check_predictions
from mebench.runner.processes.execution import run_tasks
from mebench.runner.processes.local_executor import LocalExecutor
from mebench.runner.processes.outcomes import Outcome
from mebench.runner.registry import check_requirements, system_metadata, warm_up
from mebench.runner.run_config import options_from_mapping
from mebench.runner.spotted_videos import SpottedVideo
from mebench.runner.tasks import Task, warnings_of
from mebench.runner.types import Fold, FoldResult, ProgressCallback, Trained, UnseenVideo
from mebench.runner.user_videos import USER_DATASET, UserVideo
from mebench.runner.weights import (
    WEIGHTS_FILE,
    bad_weights,
    read_foreign_weights,
    read_weights,
    require_trainable,
)
from mebench.util.array_store import Store
from mebench.util.system import cache_folder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mebench.datasets.contract import Image


USER_PROTOCOL = "own-video@1"

MAX_THUMBNAILS = 6
"""The picture shows the apex frames of at most this many expressions."""

MAX_THUMBNAIL_HEIGHT = 240
"""In pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotTask(Task):
    """Predict a user's video; ``thumbnails`` is whether its apex frames are returned."""

    video: UserVideo
    trained: Trained
    thumbnails: bool

    _loaded: ClassVar[list[tuple[Baseline, Trained]]] = []
    """The baseline of this process and its weights, after the first video."""

    def execute(self, report: ProgressCallback) -> FoldResult:
        """Predict the video, and check the prediction."""
        if not self._loaded:
            self._loaded.append((self.new_baseline(), self.trained))
        try:
            return self._predict(*self._loaded[0], report)
        except BaseException:
            self._loaded.clear()  # nothing of a failed video remains
            raise

    def _predict(
        self, baseline: Baseline, trained: Trained, report: ProgressCallback
    ) -> FoldResult:
        assert self.protocol is not None and self.store is not None
        assert isinstance(baseline, Trainable)
        baseline.protocol, baseline.warnings = None, []
        video = self.video.open()
        if isinstance(video, VideoFile):
            # The frame count in a header may be wrong, and no annotation states the true one.
            video.n_frames = video.count()
        unseen = UnseenVideo(video)
        fold = Fold("", self.protocol, (), (unseen,), (), (), 0, self.store, report)
        prediction = baseline.spot(unseen, trained, self.store, report)
        checked = check_predictions([prediction], fold)
        [row] = checked.videos
        if isinstance(row.get("score_threshold"), dict):
            # The protocol has one target, so the table and the picture use one threshold.
            threshold = row.pop("score_threshold").get("micro")
            row |= {} if threshold is None else {"score_threshold": threshold}
        arrays: dict[str, NDArray[Any]]
        arrays = {f"curves/{name.rpartition('/')[2]}": one for name, one in checked.curves.items()}
        if self.thumbnails:
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


class SpottingResult(NamedTuple):
    """What was spotted in several videos.

    ``submission`` has the videos that were predicted, in the given order; ``failed`` has the
    others, with their errors.
    """

    submission: Submission
    spotted: dict[UserVideo, SpottedVideo]
    failed: dict[UserVideo, MebenchError]


def errors_of(failed: Mapping[UserVideo, MebenchError]) -> MebenchError:
    """Return the errors of several videos as one; a usage error if each of them is one."""
    only_usage = all(isinstance(error, UsageError) for error in failed.values())
    return (UsageError if only_usage else MebenchError)(
        [one for error in failed.values() for one in error.diagnostics],
        sum((Counter(error.omitted) for error in failed.values()), Counter()),
    )


def spot(
    baseline: type[Baseline],
    options: BaselineOptions,
    weights: tuple[Path, ...],
    videos: Sequence[UserVideo],
    *,
    one_per_video: bool | None = None,
    store: Path | None = None,
    thumbnails: bool = False,
    warn: Callable[[Diagnostic], None] = lambda warning: None,
    keep: Callable[[UserVideo, SpottedVideo], None] | None = None,
) -> SpottingResult:
    """Predict a user's videos.

    Parameters
    ----------
    baseline, options : type, BaselineOptions
        The baseline and the options on the command line; they override those of the weights.
    weights : tuple of Path
        A folder of weights, or files of other software.
    videos : sequence of UserVideo
        The videos, each with ids of its own.
    one_per_video : bool or None
        Whether only the interval with the highest score counts; None takes the value of the
        weights.
    store : Path or None
        The folder of prepared arrays; by default in the user's cache.
    thumbnails : bool
        Whether to read apex frames for the pictures.
    warn : callable
        Called with each warning about the weights or the videos.
    keep : callable or None
        Called with each prediction as soon as it is made. The result then has it without its
        curves and thumbnails, which are large.

    Returns
    -------
    SpottingResult
        The submission and the predictions of at least one video.

    Raises
    ------
    UsageError
        ``no-final-weights``, ``wrong-weights``; ``no-such-video`` or ``fps-needed`` if there is
        no other video.
    MebenchError
        If the weights are not valid, or every video fails.
    """
    require_trainable(baseline)
    failed: dict[UserVideo, MebenchError] = {}
    # A wrong path is reported before anything is computed.
    opened = [video for video in videos if _can_be_opened(video, warn, failed)]
    if not opened:
        raise errors_of(failed)
    model = _read_model(baseline, options, weights, one_per_video, warn)
    given = {replace(video, path=video.path.resolve()): video for video in opened}
    tasks = [
        SpotTask(
            name=f"{video.subject}/{video.video}",
            baseline=baseline,
            options=model.options,
            protocol=model.protocol,
            video=video,
            trained=model.trained,
            thumbnails=thumbnails,
            store=Store((store or cache_folder() / "prepared").resolve()),
        )
        for video in given
    ]
    spotted: dict[UserVideo, SpottedVideo] = {}

    def store_result(outcome: Outcome) -> None:
        assert isinstance(outcome.task, SpotTask) and isinstance(outcome.result, FoldResult)
        video, prediction = given[outcome.task.video], _spotted_video(outcome.result)
        if keep is not None:
            keep(video, prediction)
            prediction = replace(prediction, curves={}, thumbnails={})
        spotted[video] = prediction
        for warning in outcome.result.warnings:
            warn(warning)

    def store_failure(task: Task, error: MebenchError) -> None:
        assert isinstance(task, SpotTask)
        failed[given[task.video]] = error

    with closing(LocalExecutor(1)) as executor:
        run_tasks(executor, tasks, "spotting", store_result, store_failure=store_failure)
    if not spotted:
        raise errors_of(failed)
    submission = Submission.model_validate(
        {
            "format": SUBMISSION_FORMAT,
            "protocol": model.protocol_id,
            "system": system_metadata(baseline, model.options),
            "videos": [spotted[video].row for video in videos if video in spotted],
        }
    )
    return SpottingResult(submission, spotted, failed)


def _can_be_opened(
    video: UserVideo,
    warn: Callable[[Diagnostic], None],
    failed: dict[UserVideo, MebenchError],
) -> bool:
    """Open a video once, report warnings about its frame rate, and add what is wrong with it."""
    findings = Findings()
    try:
        opened = video.open()
        if isinstance(opened, VideoFile):
            opened.check_rate(findings)
    except MebenchError as error:
        failed[video] = error
        return False
    for finding in findings.kept:
        warn(finding)
    return True


class _Model(NamedTuple):
    """Weights that were read, with the options and the protocol that belong to them.

    ``protocol_id`` is that of the training, which the submission states.
    """

    options: BaselineOptions
    protocol: Protocol
    protocol_id: str
    trained: Trained


def _read_model(
    baseline: type[Baseline],
    options: BaselineOptions,
    weights: tuple[Path, ...],
    one_per_video: bool | None,
    warn: Callable[[Diagnostic], None],
) -> _Model:
    """Read the weights, and make sure that the baseline can use them here."""
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
    return _Model(options, protocol, protocol_id, trained)


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
