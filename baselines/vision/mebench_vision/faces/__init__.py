"""Faces: detection, landmarks, and gray crops of 128 x 128 pixels."""

from mebench_vision.faces.boxes import Box, BoxFile, read_boxes
from mebench_vision.faces.crops import FACE_SIZE

__all__ = ["FACE_SIZE", "Box", "BoxFile", "read_boxes"]
