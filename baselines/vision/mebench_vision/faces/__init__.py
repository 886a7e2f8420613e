"""Faces: detection, landmarks, and crops of 128 x 128 gray pixels."""

from mebench_vision.faces.boxes import Box, BoxFile, read_boxes
from mebench_vision.faces.crops import SIDE

__all__ = ["SIDE", "Box", "BoxFile", "read_boxes"]
