"""What the faces of a video depend on: their settings, and the key under which they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from mebench.datasets import Video
from mebench_mean.faces.boxes import BoxFile
from mebench_mean.faces.landmarks import landmark_model_hash

FACES_VERSION = 1
"""Raised with every change of how faces are found and cut out; that of the features then too."""

AlignName: TypeAlias = Literal["none", "landmarks"]


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """How faces are found and cut out; the defaults are those of the released code.

    Attributes
    ----------
    align : {"none", "landmarks"}
        Whether each frame's face is turned upright, for videos in the wild.
    detect_on : int
        In how many of the first frames a face is looked for.
    boxes : BoxFile or None
        Faces that are given.
    landmark_model : Path or None
        The file of the landmark model, where it is given.
    """

    align: AlignName = "none"
    detect_on: int = 1
    boxes: BoxFile | None = None
    landmark_model: Path | None = None

    def faces_key(self, video: Video) -> dict[str, Any]:
        """Return all that the faces of a video depend on, as plain data.

        Raises
        ------
        MebenchError
            ``landmarks-missing``.
        """
        return {"kind": "mean-faces", "version": FACES_VERSION, **self.crop_key(video)}

    def crop_key(self, video: Video) -> dict[str, Any]:
        """Return which video it is and how its face is cut out, for the keys of what is kept."""
        box = self.boxes.of(video) if self.boxes else None
        return {
            "content": video.content_key(),
            "n_frames": video.n_frames,
            "align": self.align,
            "face": {"detect_on": self.detect_on} if box is None else {"box": box.as_list()},
            "landmark_model": landmark_model_hash(self.landmark_model),
        }
