"""A data set whose truth is a file and whose frames are a few computed pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mebench.datasets.contract import Adapter, Dataset, Video
from mebench.models.truth import TruthManifest

if TYPE_CHECKING:
    from mebench.datasets.contract import Image


class Pixels(Video):
    """Eight times eight pixels a frame, all of the frame's number."""

    def __init__(self, subject: str, identifier: str, n_frames: int) -> None:
        self.dataset, self.subject, self.id = "trials", subject, identifier
        self.fps, self.n_frames = 30.0, n_frames

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Image]:
        for number in range(self.n_frames)[start:stop]:
            yield np.full((8, 8, 3), number % 256, np.uint8)

    def content_key(self) -> str:
        return f"pixels {self.n_frames}"


class Copy(Dataset):
    def __init__(self, root: Path) -> None:
        self.id = "trials"
        self._truth = TruthManifest.model_validate_json((root / "truth.json").read_bytes())

    def truth(self) -> TruthManifest:
        return self._truth

    def videos(self) -> Sequence[Video]:
        named = {
            (one.subject, one.video or one.sample): one.offset or 50 for one in self._truth.samples
        }
        spotted = {(one.subject, one.video): one.n_frames or 50 for one in self._truth.videos}
        return [Pixels(*key, length) for key, length in (named | spotted).items()]


class Trials(Adapter):
    id = "trials"
    title = "Pixels"
    licence = "none needed"
    obtain = "The tests write it."

    def open(self, root: Path | None) -> Dataset:
        assert root is not None
        return Copy(root)
