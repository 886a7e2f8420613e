"""A video of one's own: opened, answered with weights that were learnt before, and shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from mebench.baselines.answers import check_predictions
from mebench.baselines.arrays import as_npz
from mebench.baselines.contract import Baseline
from mebench.baselines.options import options_from_mapping
from mebench.baselines.registry import baseline_class
from mebench.baselines.store import Store
from mebench.baselines.studies.contract import Trained
from mebench.baselines.units import Fold, UnseenVideo
from mebench.baselines.weights import read_weights
from mebench.baselines.wire import Message
from mebench.datasets.contract import Video
from mebench.datasets.frames.file import FileVideo
from mebench.datasets.frames.folder import FolderVideo
from mebench.diagnostics import MebenchError, Place, UsageError
from mebench.records.operating_point import is_spotted
from mebench.records.protocol import Protocol, ProtocolDataset

if TYPE_CHECKING:
    from mebench.datasets.contract import Image

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
    if not baseline.implements("foreign_weights"):
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
