"""Videos of eight times eight pixels that glow during micro-expressions: the more, the easier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mebench.datasets import (
    TRUTH_FORMAT,
    Dataset,
    DatasetGenerator,
    Factor,
    TruthManifest,
    TruthSample,
    TruthVideo,
    Video,
)

if TYPE_CHECKING:
    from mebench.datasets import Image

SUBJECTS, VIDEOS, FRAMES = 5, 2, 60
EMOTIONS = ("negative", "positive", "surprise")
GLOW = Factor("glow", "Glow", "gray levels", (40, 20, 10, 4, 1), 20, (0, 100), 1, "the glow.")
PACE = Factor("pace", "Frame rate", "fps", (30, 15), 30, (1, 60), 1, "the rate.", {1: "still"})


def intervals(subject: int, video: int) -> list[Any]:
    """Return two micro-expressions, elsewhere for everybody."""
    first = 5 + 2 * subject + video
    return [
        {
            "onset": onset,
            "apex": onset + 4,
            "offset": onset + 9,
            "kind": "micro",
            "emotion": EMOTIONS[(subject + video + number) % 3],
        }
        for number, onset in enumerate((first, first + 25))
    ]


class Glowing(Video):
    """A video; those of the first subjects glow less."""

    def __init__(self, dataset: str, subject: int, video: int, glow: float, fps: float) -> None:
        self.dataset, self.subject, self.id = dataset, f"s{subject}", f"v{video}"
        self.fps, self.n_frames = fps, FRAMES
        self._bright = {
            frame
            for one in intervals(subject, video)
            for frame in range(one["onset"], one["offset"] + 1)
        }
        self._level = 100 + glow * (0.6 + 0.2 * subject)

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        for number in range(self.n_frames)[start:stop]:
            level = self._level if number in self._bright else 100
            yield np.full((8, 8, 3), round(level), np.uint8)

    def content_key(self) -> str:
        return f"{self.subject} {self.id} {self._level}"


class Copy(Dataset):
    """The data set with some glow and rate."""

    def __init__(self, identifier: str, glow: float = 20, fps: float = 30) -> None:
        self.id, self._glow, self._fps = identifier, glow, fps

    def truth(self) -> TruthManifest:
        rows = [
            TruthVideo(
                subject=video.subject,
                video=video.id,
                fps=video.fps,
                n_frames=video.n_frames,
                intervals=intervals(int(video.subject[1:]), int(video.id[1:])),
            )
            for video in self.videos()
        ]
        samples = [
            TruthSample(
                subject=row.subject,
                sample=f"{row.video}-{number}",
                video=row.video,
                onset=one["onset"],
                apex=one["apex"],
                offset=one["offset"],
                emotion=one["emotion"],
            )
            for row in rows
            for number, one in enumerate(row.intervals or ())
        ]
        return TruthManifest(format=TRUTH_FORMAT, dataset=self.id, videos=rows, samples=samples)

    def videos(self) -> Sequence[Glowing]:
        return [
            Glowing(self.id, subject, video, self._glow, self._fps)
            for subject in range(SUBJECTS)
            for video in range(VIDEOS)
        ]


class Dosed(DatasetGenerator):
    """The adapter."""

    id = "dosed"
    title = "Pixels that glow"
    licence = "none needed"
    obtain = "It is computed."
    needs_root = False

    def open(self, root: Path | None) -> Dataset:
        return Copy(self.id)

    def generate(self, **sizes: Any) -> Dataset:
        return Copy(self.id)

    def events_as_csv(self, dataset: Dataset) -> str:
        return ""

    def factors(self) -> list[Factor]:
        return [GLOW, PACE]

    def level(self, factor: str, value: float) -> Dataset:
        name = f"dosed-{factor}-{value:g}"
        return Copy(name, glow=value) if factor == "glow" else Copy(name, fps=value)
