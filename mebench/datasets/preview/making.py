"""From the ids of a video to a picture of it."""

from __future__ import annotations

from pathlib import Path

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.frames.cache import read_through_cache
from mebench.datasets.frames.images import encode
from mebench.datasets.preview.clip import ASSUMED_FPS, write_clip
from mebench.datasets.preview.sheet import sheet
from mebench.datasets.progress import show_progress
from mebench.diagnostics import UsageError
from mebench.files import write_bytes
from mebench.records.truth import TruthInterval
from mebench.suggest import did_you_mean
from mebench.wording import pluralize

AROUND = 0.5
"""Seconds shown before and after a single expression."""


def find_video(dataset: Dataset, subject: str, video: str) -> Video:
    """Return a video of a data set by its ids.

    Raises
    ------
    UsageError
        ``unknown-subject`` or ``unknown-video``.
    """
    of_subject: dict[str, dict[str, Video]] = {}
    for one in dataset.videos():
        of_subject.setdefault(one.subject, {})[one.id] = one
    if subject not in of_subject:
        raise UsageError.of(
            "unknown-subject",
            f"{dataset.id} has no subject {subject[:80]!r}.{did_you_mean(subject, of_subject)}",
            f"The first are {', '.join(list(of_subject)[:8])}.",
        )
    if video not in of_subject[subject]:
        raise UsageError.of(
            "unknown-video",
            f"Subject {subject!r} of {dataset.id} has no video {video[:80]!r}."
            + did_you_mean(video, of_subject[subject]),
            f"The first are {', '.join(list(of_subject[subject])[:8])}.",
        )
    return of_subject[subject][video]


def make_preview(
    dataset: Dataset, subject: str, video: str, path: Path, number: int | None = None
) -> None:
    """Write a contact sheet (``.png``) or a clip (``.mp4``) of a video.

    Parameters
    ----------
    dataset : Dataset
        The data set.
    subject, video : str
        Ids.
    path : Path
        The file.
    number : int, optional
        Only this expression of the video, counted from 1 in order of time.

    Raises
    ------
    UsageError
        ``unknown-subject``, ``unknown-video``, ``unknown-expression`` or ``cannot-write``.
    MebenchError
        If a frame cannot be read.
    """
    one = find_video(read_through_cache(dataset), subject, video)
    rows = [row for row in dataset.truth().videos if (row.subject, row.video) == (subject, video)]
    whole = [item for row in rows for item in row.intervals or []]
    whole.sort(key=lambda item: (item["onset"], item["offset"]))
    chosen = whole if number is None else _only(whole, number)
    if path.suffix.lower() == ".png":
        write_bytes(path, encode(sheet(one, chosen, whole), ".png"))
        return
    span = (0, one.n_frames) if number is None else _around(chosen[0], one)
    with show_progress("Writing frames", span[1] - span[0]) as advance:
        write_clip(one, whole, span, path, advance)


def _only(whole: list[TruthInterval], number: int) -> list[TruthInterval]:
    if not 0 < number <= len(whole):
        raise UsageError.of(
            "unknown-expression",
            f"There is no expression {number}: the video has {pluralize(len(whole), 'expression')}.",
            "They are counted from 1, in order of time.",
        )
    return [whole[number - 1]]


def _around(one: TruthInterval, video: Video) -> tuple[int, int]:
    margin = round(AROUND * (video.fps or ASSUMED_FPS))
    return max(0, one["onset"] - margin), min(video.n_frames, one["offset"] + 1 + margin)
