"""Spot in a user's video with final weights: the part that a worker process executes.

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
    """What a folder of weights says of itself."""

    format: Literal["mebench-weights/1"] = Field(description="The format and its version.")
    baseline: str = Field(description="The baseline's name.")
    baseline_version: str = Field(description="Its version.")
    package: str = Field(description="The package it comes from, with its version.")
    options: dict[str, Any] = Field(description="Its options, defaults filled in.")
    protocol: str = Field(description="The protocol under which it was trained.")
    datasets: list[str] = Field(description="The data sets it learnt from.")
    subjects: int = Field(description="How many people it learnt from.")
    seed: int = Field(description="The seed of the training.")
    classes: list[str] = Field(description="The emotions, in the order of the outputs.")
    one_per_video: bool = Field(description="Whether only a video's surest interval counts.")
    about: dict[str, Any] = Field(description="What else the baseline needs.")
    arrays: str = Field(description="SHA-256 of weights.npz.")
    mebench: str = Field(description="The version of mebench.")


def write_weights(folder: Path, record: WeightsRecord, arrays: bytes) -> None:
    """Write weights, the record last.

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
        ``weights-folder`` if it is none, or damaged.
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
        where = ".".join(map(str, first["loc"])) or WEIGHTS_FILE
        raise _bad_weights(folder, f"{WEIGHTS_FILE}: {where}: {first['msg']}") from None
    if sha256(content).hexdigest() != record.arrays:
        raise _bad_weights(
            folder, f"{ARRAYS_FILE} is not the file that {WEIGHTS_FILE} was written with"
        )
    try:
        arrays = from_npz(content)
    except ValueError as error:
        raise _bad_weights(folder, f"{ARRAYS_FILE}: {error}") from None
    return record, Trained(tuple(record.classes), record.one_per_video, arrays, record.about)


def _bad_weights(folder: Path, reason: str) -> MebenchError:
    return MebenchError.of(
        "weights-folder",
        f"This is no sound folder of weights: {reason}.",
        "`mebench run-baseline NAME --final` makes one.",
        Place(file=str(folder)),
    )


USER_DATASET = "own"
MAX_THUMBNAILS = 6
"""So many of the surest expressions are shown by their apex frame."""

MAX_THUMBNAIL_HEIGHT = 240
"""Of a thumbnail, at most, in pixels."""


@dataclass(frozen=True, slots=True)
class UserVideo:
    """Which video is meant.

    Attributes
    ----------
    path : Path
        A video file, or a folder of frames.
    subject, video : str
        Ids that the submission has.
    fps : float or None
        Frames a second; None takes what the file says.
    """

    path: Path
    subject: str
    video: str
    fps: float | None

    def open(self) -> Video:
        """Open it.

        Raises
        ------
        UsageError
            ``no-such-video`` or ``fps-needed``.
        """
        place = Place(file=str(self.path))
        if not self.path.exists():
            raise UsageError.of(
                "no-such-video", "There is no such file or folder.", "Is the path right?", place
            )
        reader: type[FolderVideo] | type[FileVideo]
        reader = FolderVideo if self.path.is_dir() else FileVideo
        opened = reader(
            self.path, dataset=USER_DATASET, subject=self.subject, video=self.video, fps=self.fps
        )
        if opened.fps is None:
            raise UsageError.of(
                "fps-needed",
                "It is not known how many frames a second the video has.",
                "Say it: --fps 200",
                place,
            )
        return opened


def load_weights(baseline: type[Baseline], weights: Sequence[Path]) -> Trained:
    """Read a folder of weights, or files that other software wrote.

    Raises
    ------
    MebenchError
        ``weights-folder``, or what the baseline says of the files.
    UsageError
        ``no-foreign-weights``.
    """
    if len(weights) == 1 and (weights[0].is_dir() or not weights[0].exists()):
        return read_weights(weights[0])[1]
    if not baseline.implements("import_weights"):
        raise UsageError.of(
            "no-foreign-weights",
            f"{baseline.name} reads no weights but its own.",
            "Name the folder that `mebench run-baseline --final` made.",
        )
    return baseline.import_weights(weights)


def predict_user_video(job: dict[str, Any], report: Callable[[float, str], None]) -> Message:
    """Answer a video, in a worker.

    Returns
    -------
    Message
        The row of the submission, and what a picture needs: curves, thumbnails, rates.

    Raises
    ------
    MebenchError
        If the video, the weights or the answer are not as they should be.
    """
    kind = baseline_class(job["baseline"])
    trained = load_weights(kind, [Path(one) for one in job["weights"]])
    if job["one_per_video"] is not None:
        trained = Trained(trained.classes, job["one_per_video"], trained.arrays, trained.about)
    meant = job["video"]
    video = UserVideo(Path(meant["path"]), meant["subject"], meant["video"], meant["fps"]).open()
    if isinstance(video, FileVideo):
        # Headers lie, and nobody has written down how long a video of one's own is.
        video.n_frames = video.count()
    store = Store(Path(job["store"]))
    unseen = UnseenVideo(video)
    try:
        rules = user_video_protocol(trained)
    except ValidationError as error:
        raise MebenchError.of(
            "weights-folder",
            f"Their classes cannot be those of a protocol: {error.errors()[0]['msg']}.",
            "Take the folder as it was written.",
            Place(file=job["weights"][0]),
        ) from None
    fold = Fold("", rules, (), (unseen,), (), (), 0, store, report)
    baseline = kind(options_from_mapping(kind, job["options"]))
    found = check_predictions([baseline.spot(unseen, trained, store, report)], fold)
    row = found.videos[0]
    if isinstance(row.get("score_threshold"), dict):
        # There is one kind, and one threshold for the table and the picture.
        least = row.pop("score_threshold").get("micro")
        row |= {} if least is None else {"score_threshold": least}
    arrays: dict[str, Any] = {
        f"curve/{name.rpartition('/')[2]}": curve for name, curve in found.curves.items()
    }
    for number, image in _thumbnails(video, row).items():
        arrays[f"thumbnail/{number:09d}"] = image
    head = {
        "row": row,
        "clipped": found.clipped,
        "fps": video.fps,
        "n_frames": video.n_frames,
    }
    return Message(head, as_npz(arrays, compressed=True))


def user_video_protocol(trained: Trained) -> Protocol:
    """Return the rules under which a video of one's own is answered."""
    return Protocol(
        id="own-video@1",
        title="A video of one's own",
        task="spot-then-recognize" if trained.classes else "spot",
        targets=["micro"],
        one_per_video=trained.one_per_video,
        classes=list(trained.classes),
        datasets=[ProtocolDataset(id=USER_DATASET)],
    )


def _thumbnails(video: Video, row: dict[str, Any]) -> dict[int, Image]:
    """Return the apex frames of the surest expressions, in one pass over the video."""
    chosen = [one for one in row["intervals"] if is_spotted(one, row.get("score_threshold"))]
    chosen.sort(key=lambda one: -(one.get("score") or 0.0))
    wanted = {
        one["apex"] if "apex" in one else (one["onset"] + one["offset"]) // 2
        for one in chosen[:MAX_THUMBNAILS]
    }
    if not wanted:
        return {}
    first = min(wanted)
    frames = enumerate(video.frames(first, max(wanted) + 1), first)
    return {number: _shrink(image) for number, image in frames if number in wanted}


def _shrink(image: Image) -> Image:
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    if height <= MAX_THUMBNAIL_HEIGHT:
        return image
    size = (max(1, round(width * MAX_THUMBNAIL_HEIGHT / height)), MAX_THUMBNAIL_HEIGHT)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
