"""The options of a baseline about faces, for baselines that add their own."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from mebench.runner import BaselineOptions
from mebench_vision.faces.boxes import read_boxes
from mebench_vision.faces.crops import AlignName, FaceSettings


class FaceOptions(BaselineOptions):
    """How faces are found and cut out."""

    align: AlignName = Field("none", description="Rotate faces upright by landmarks.")
    detect_on: int = Field(1, ge=1, description="Number of first frames to search for a face.")
    box: Path | None = Field(None, description="CSV file of face boxes.")
    landmark_model: Path | None = Field(None, description="File of the landmark model.")

    def faces(self) -> FaceSettings:
        """Return the settings of the faces.

        Raises
        ------
        MebenchError
            ``box-file``.
        """
        return FaceSettings(
            align=self.align,
            detect_on=self.detect_on,
            boxes=read_boxes(self.box) if self.box else None,
            landmark_model=self.landmark_model,
        )
