"""How large and how slow: told before frames are written, from one frame of some videos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from mebench.datasets.contract import Video
from mebench.datasets.frames.images import encode
from mebench.datasets.frames.storing import format_bytes
from mebench.wording import pluralize

MEASURED = 4
"""So many videos are measured, spread over all of them."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What writing frames will take.

    Attributes
    ----------
    videos, frames : int
        How many.
    size : float
        Bytes.
    seconds : float
        Time of one process.
    """

    videos: int
    frames: int
    size: float
    seconds: float

    def to_text(self, jobs: int = 1) -> str:
        """Return ``2 videos, 600 frames, about 240 MB and 1 minute``."""
        minutes = round(self.seconds / jobs / 60)
        time = f"{pluralize(minutes, 'minute')}" if minutes else "less than a minute"
        return (
            f"{pluralize(self.videos, 'video')}, {pluralize(self.frames, 'frame')}, "
            f"about {format_bytes(self.size)} and {time}"
        )


def estimate(videos: Sequence[Video], suffix: str = ".png") -> Estimate:
    """Measure a frame from the middle of some videos.

    Parameters
    ----------
    videos : sequence of Video
        What is to be written.
    suffix : {".png", ".jpg"}
        As what.
    """
    frames = sum(video.n_frames for video in videos)
    some = videos[:: max(1, -(-len(videos) // MEASURED))]
    sizes, first, others = [0], [0.0], [0.0]
    for video in some:
        begin = perf_counter()
        frames_of = video.frames(video.n_frames // 2)
        image = next(frames_of)
        first.append(perf_counter() - begin)
        begin = perf_counter()
        image = next(frames_of, image)
        sizes.append(len(encode(image, suffix)))
        others.append(perf_counter() - begin)
    each = max(1, len(some))
    return Estimate(
        len(videos),
        frames,
        frames * sum(sizes) / each,
        # The first frame of a video pays for what is prepared once.
        (len(videos) * sum(first) + frames * sum(others)) / each,
    )
