"""The face: where it is, its landmarks, and its picture of 128 x 128 grey pixels."""

from mebench_mean.faces.boxes import Box, BoxFile, read_boxes
from mebench_mean.faces.crop import SIDE

__all__ = ["SIDE", "Box", "BoxFile", "read_boxes"]
