"""Frames that stand still, and videos that are there twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from mebench.datasets.checking.fingerprints import FrameHash
from mebench.datasets.contract import Video
from mebench.datasets.frames.numbers import format_ranges
from mebench.diagnostics import Findings, Place
from mebench.wording import pluralize

Frames = Mapping[int, FrameHash]
"""By frame, in ascending order."""


def frozen_runs(frames: Frames) -> list[tuple[int, int]]:
    """Return the runs of frames, both ends included, that are the same as the frame before them.

    Parameters
    ----------
    frames : mapping of int to FrameHash
        Of one video.
    """
    runs: list[tuple[int, int]] = []
    for (before, earlier), (number, later) in pairwise(frames.items()):
        if later.digest is None or later.digest != earlier.digest or number != before + 1:
            continue
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def report_frozen_frames(video: Video, frames: Frames, findings: Findings) -> int:
    """Report the frozen frames of a video, in one finding; return how many there are."""
    runs = frozen_runs(frames)
    number = sum(last - first + 1 for first, last in runs)
    if runs:
        findings.warning(
            "frames-frozen",
            f"{pluralize(number, 'frame')} of {len(frames)} "
            f"{'is' if number == 1 else 'are'} the same, pixel by pixel, as the one before: "
            f"{format_ranges(runs)}.",
            "Was it recorded so, or were files copied twice? Nothing moves in them.",
            place_of_video(video),
        )
    return number


def report_duplicate_videos(
    videos: Sequence[tuple[Video, Frames]], findings: Findings
) -> list[list[Video]]:
    """Report the videos that are the same, frame by frame; return them, group by group."""
    groups: dict[tuple[str, ...], list[Video]] = {}
    for video, frames in videos:
        digests = tuple(one.digest for one in frames.values() if one.digest is not None)
        if digests and len(digests) == len(frames):
            groups.setdefault(digests, []).append(video)
    doubled = [group for group in groups.values() if len(group) > 1]
    for first, other in _pairs(doubled):
        findings.error(
            "video-doubled",
            f"The video is the same, frame by frame, as {first.subject}/{first.id}.",
            "One of the two lies under the other's name.",
            place_of_video(other),
        )
    return doubled


def _pairs(groups: list[list[Video]]) -> Iterator[tuple[Video, Video]]:
    for group in groups:
        yield from ((group[0], other) for other in group[1:])


def place_of_video(video: Video) -> Place:
    """Return what a finding says of a video as a whole."""
    file = getattr(video, "folder", None) or getattr(video, "path", None)
    return Place(
        file=None if file is None else str(file),
        dataset=None if file is not None else video.dataset,
        subject=video.subject,
        video=video.id,
    )
