"""Predict a user's video with final weights: the part that a worker process executes.

A folder of final weights holds ``weights.json``, which describes them, and ``weights.npz`` with
the arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from mebench.datasets.contract import Video
from mebench.datasets.frames.frame_folder import FolderVideo
from mebench.datasets.frames.video_file import FileVideo
from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.models.base import StrictModel
from mebench.models.protocol import Protocol, ProtocolDataset
from mebench.models.submission import is_spotted
from mebench.runner.contract import Baseline
from mebench.runner.prediction_checks import check_predictions
from mebench.runner.processes.ipc import Message
from mebench.runner.registry import baseline_class
from mebench.runner.run_config import options_from_mapping
from mebench.runner.types import Fold, Trained, UnseenVideo
from mebench.util.array_store import Store, as_npz, from_npz
from mebench.util.atomic_write import to_json_text, write_bytes, write_text

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


WEIGHTS_FORMAT = "mebench-weights/1"
WEIGHTS_FILE, ARRAYS_FILE = "weights.json", "weights.npz"


class WeightsRecord(StrictModel):
    """The content of ``weights.json``."""

    format: Literal["mebench-weights/1"] = Field(description="The format and its version.")
    baseline: str = Field(description="The baseline's name.")
    baseline_version: str = Field(description="The baseline's version.")
    package: str = Field(description="The baseline's package, with its version.")
    options: dict[str, Any] = Field(description="The baseline's options, with defaults.")
    protocol: str = Field(description="The protocol of the training.")
    datasets: list[str] = Field(description="The data sets of the training.")
    subjects: int = Field(description="The number of training subjects.")
    seed: int = Field(description="The seed of the training.")
    classes: list[str] = Field(description="The emotions, in the order of the outputs.")
    one_per_video: bool = Field(
        description="Whether only the interval with the highest score counts in each video."
    )
    about: dict[str, Any] = Field(description="What else the baseline needs.")
    arrays: str = Field(description="SHA-256 of weights.npz.")
    mebench: str = Field(description="The version of mebench.")


def write_weights(folder: Path, record: WeightsRecord, arrays: bytes) -> None:
    """Write a folder of weights: the arrays first, then the record.

    Raises
    ------
    UsageError
        ``cannot-write``.
    """
    write_bytes(folder / ARRAYS_FILE, arrays)
    write_text(folder / WEIGHTS_FILE, to_json_text(record.model_dump(mode="json")))


def read_weights(folder: Path) -> tuple[WeightsRecord, Trained]:
    """Read a folder of weights.

    Raises
    ------
    MebenchError
        ``weights-folder`` if a file is missing, not valid or damaged.
    """
    try:
        record = WeightsRecord.model_validate_json((folder / WEIGHTS_FILE).read_bytes())
        content = (folder / ARRAYS_FILE).read_bytes()
    except OSError as error:
        raise _bad_weights(
            folder, f"{Path(error.filename or folder).name}: {error.strerror}"
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or WEIGHTS_FILE
        raise _bad_weights(folder, f"{WEIGHTS_FILE}: {field}: {first['msg']}") from None
    if sha256(content).hexdigest() != record.arrays:
        raise _bad_weights(folder, f"{ARRAYS_FILE} does not match the hash in {WEIGHTS_FILE}")
    try:
        arrays = from_npz(content)
    except ValueError as error:
        raise _bad_weights(folder, f"{ARRAYS_FILE}: {error}") from None
    return record, Trained(tuple(record.classes), record.one_per_video, arrays, record.about)


def _bad_weights(folder: Path, reason: str) -> MebenchError:
    return MebenchError.of(
        "weights-folder",
        f"Not a valid folder of weights: {reason}.",
        "Name a folder that `mebench run-baseline NAME --final` wrote, or write it again.",
        Place(file=str(folder)),
    )


USER_DATASET = "own"
USER_PROTOCOL = "own-video@1"

MAX_THUMBNAILS = 6
"""The picture shows the apex frames of at most this many expressions."""

MAX_THUMBNAIL_HEIGHT = 240
"""In pixels."""


@dataclass(frozen=True, slots=True)
class UserVideo:
    """A user's video.

    Attributes
    ----------
    path : Path
        A video file, or a folder of frames.
    subject, video : str
        The ids for the submission.
    fps : float or None
        Frames per second; None takes the frame rate of the file.
    """

    path: Path
    subject: str
    video: str
    fps: float | None

    def open(self) -> Video:
        """Open the video.

        Raises
        ------
        UsageError
            ``no-such-video`` or ``fps-needed``.
        """
        place = Place(file=str(self.path))
        if not self.path.exists():
            raise UsageError.of(
                "no-such-video", "There is no such file or folder.", "Correct the path.", place
            )
        reader: type[FolderVideo] | type[FileVideo]
        reader = FolderVideo if self.path.is_dir() else FileVideo
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


def load_weights(baseline: type[Baseline], weights: Sequence[Path]) -> Trained:
    """Read a folder of weights, or files that other software wrote.

    Raises
    ------
    MebenchError
        ``weights-folder``, or the baseline's own error for these files.
    UsageError
        ``no-foreign-weights``.
    """
    if len(weights) == 1 and (weights[0].is_dir() or not weights[0].exists()):
        return read_weights(weights[0])[1]
    if not baseline.implements("import_weights"):
        raise UsageError.of(
            "no-foreign-weights",
            f"The baseline {baseline.name} cannot read weights of other software.",
            f"Name a folder that `mebench run-baseline {baseline.name} --final` wrote.",
        )
    return baseline.import_weights(weights)


def predict_user_video(job: dict[str, Any], report: Callable[[float, str], None]) -> Message:
    """Predict a user's video, in a worker.

    Returns
    -------
    Message
        The row of the submission, and what the picture needs: curves, thumbnails, frame rate.

    Raises
    ------
    MebenchError
        If the video, the weights or the prediction are not valid.
    """
    baseline_type = baseline_class(job["baseline"])
    trained = load_weights(baseline_type, [Path(path) for path in job["weights"]])
    if job["one_per_video"] is not None:
        trained = Trained(trained.classes, job["one_per_video"], trained.arrays, trained.about)
    source = job["video"]
    user_video = UserVideo(Path(source["path"]), source["subject"], source["video"], source["fps"])
    video = user_video.open()
    if isinstance(video, FileVideo):
        # The frame count in a header may be wrong, and no annotation states the true one.
        video.n_frames = video.count()
    store = Store(Path(job["store"]))
    unseen = UnseenVideo(video)
    try:
        protocol = user_video_protocol(trained)
    except ValidationError as error:
        raise MebenchError.of(
            "weights-folder",
            f"The classes in {WEIGHTS_FILE} are not valid: {error.errors()[0]['msg']}.",
            "Use the folder as `mebench run-baseline NAME --final` wrote it.",
            Place(file=job["weights"][0]),
        ) from None
    fold = Fold("", protocol, (), (unseen,), (), (), 0, store, report)
    baseline = baseline_type(options_from_mapping(baseline_type, job["options"]))
    checked = check_predictions([baseline.spot(unseen, trained, store, report)], fold)
    row = checked.videos[0]
    if isinstance(row.get("score_threshold"), dict):
        # The protocol has one target, so the table and the picture use one threshold.
        threshold = row.pop("score_threshold").get("micro")
        row |= {} if threshold is None else {"score_threshold": threshold}
    arrays: dict[str, Any] = {
        f"curve/{name.rpartition('/')[2]}": curve for name, curve in checked.curves.items()
    }
    for number, image in _thumbnails(video, row).items():
        arrays[f"thumbnail/{number:09d}"] = image
    head = {
        "row": row,
        "clipped": checked.clipped,
        "fps": video.fps,
        "n_frames": video.n_frames,
    }
    return Message(head, as_npz(arrays, compressed=True))


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
